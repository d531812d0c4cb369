import { instantiate, type Kernels } from './kernels.ts';

const PAGE = 65_536;
/** Of a memory of 32-bit addresses. */
const MOST_PAGES = 65_536;
/** Room is added by a half, so that what is appended is copied few times. */
const GROWTH = 1.5;

/**
 * Vectors of bytes side by side in a memory of their own, which the SIMD kernels search from end to
 * end: exact, and so fast that no index has to be kept true.
 */
export class ByteVectors {
  readonly length: number;
  readonly #stride: number;
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
  readonly #kernels: Kernels;
  #count = 0;

  /** @param length bytes of each vector, up to 32,768 */
  constructor(length: number) {
    this.length = length;
    this.#stride = 16 * Math.ceil(length / 16);
    this.#kernels = instantiate('v128', this.#memory);
  }

  get count(): number {
    return this.#count;
  }

  /** Throws RangeError of a vector of another length, and where no memory is left. */
  append(vectors: readonly Uint8Array[]): void {
    this.#reserve(this.#count + vectors.length);
    const bytes = new Uint8Array(this.#memory.buffer);
    for (const vector of vectors) {
      if (vector.length !== this.length) {
        throw new RangeError(`A vector of ${vector.length} bytes, not ${this.length}`);
      }
      const at = this.#placeOf(this.#count++);
      bytes.set(vector, at);
      bytes.fill(0, at + this.length, at + this.#stride);
    }
  }

  /** Holds until the next `append`. */
  at(index: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#placeOf(index), this.length);
  }

  /** Squared Euclidean distances of all, in their order. Holds until the next call. */
  squaredDistances(to: Uint8Array): Int32Array {
    new Uint8Array(this.#memory.buffer, 0, this.#stride).fill(0).set(to);
    const out = this.#placeOf(this.#count);
    this.#kernels.squaredDistances(this.#placeOf(0), this.#stride, this.#count, 0, out);
    return new Int32Array(this.#memory.buffer, out, this.#count);
  }

  /** The vector that is compared comes first, the distances last. */
  #placeOf(index: number): number {
    return (index + 1) * this.#stride;
  }

  #reserve(count: number): void {
    const needed = Math.ceil((this.#placeOf(count) + 4 * count) / PAGE);
    const pages = this.#memory.buffer.byteLength / PAGE;
    if (needed <= pages) return;
    const wanted = Math.min(Math.max(needed, Math.ceil(GROWTH * pages)), MOST_PAGES);
    this.#memory.grow(wanted - pages);
  }
}
