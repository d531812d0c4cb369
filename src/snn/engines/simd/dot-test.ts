import { instantiate, type Kernels } from './kernels.ts';

/** For each of two ranges: activations, then weights, then negated sums, so many vectors of each. */
const PAIRS = 16;
const HALF_BYTES = PAIRS * 16;
/** Room that a test needs in memory. */
export const DOT_TEST_BYTES = 6 * HALF_BYTES;

/**
 * A test of `i32x4.relaxed_dot_i8x16_i7x16_add_s` against plain integers. For activations 0…127
 * every engine should be exact; above, the instruction reads them as unsigned on some machines
 * and not on others. An engine may also compute it differently before and after it optimizes a
 * function, so a test can be repeated at any time.
 */
export class DotTest {
  readonly #kernels: Kernels;
  readonly #at: number;

  constructor(kernels: Kernels, memory: WebAssembly.Memory, at: number) {
    this.#kernels = kernels;
    this.#at = at;
    for (const [half, low] of [0, 128].entries()) {
      const from = at + half * 3 * HALF_BYTES;
      const activations = new Uint8Array(memory.buffer, from, HALF_BYTES);
      const weights = new Int8Array(memory.buffer, from + HALF_BYTES, HALF_BYTES);
      const sums = new Int32Array(memory.buffer, from + 2 * HALF_BYTES, PAIRS * 4);
      sums.fill(0);
      for (let index = 0; index < HALF_BYTES; index++) {
        // The first pairs are the extremes, where sums of 16 bits would saturate.
        const activation = low + (index < 64 ? 127 : (index * 37) % 128);
        const weight = index < 32 ? -128 : index < 64 ? 127 : ((index * 101) % 256) - 128;
        activations[index] = activation;
        weights[index] = weight;
        sums[index >> 2] = (sums[index >> 2] ?? 0) - activation * weight;
      }
    }
  }

  /** The activations for which the dot product is exact now. */
  run(): 'no' | 'to-127' | 'to-255' {
    if (!this.#isExact(0)) return 'no';
    return this.#isExact(1) ? 'to-255' : 'to-127';
  }

  #isExact(half: 0 | 1): boolean {
    const from = this.#at + half * 3 * HALF_BYTES;
    return this.#kernels.probe(from, from + HALF_BYTES, from + 2 * HALF_BYTES, PAIRS) === 1;
  }
}

/** Enough for the baseline compiler to hand a small function on to the optimizing one. */
const WARM_UP_RUNS = 100;

let known: 'no' | 'to-127' | 'to-255' | undefined;

/** The activations for which this runtime's relaxed dot product was exact in every run. */
export function testRelaxedDot(): 'no' | 'to-127' | 'to-255' {
  known ??= measure();
  return known;
}

function measure(): 'no' | 'to-127' | 'to-255' {
  const memory = new WebAssembly.Memory({ initial: 1 });
  let kernels: Kernels;
  try {
    kernels = instantiate('relaxed', memory);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return 'no';
    throw error;
  }
  const test = new DotTest(kernels, memory, 0);
  const results = Array.from({ length: WARM_UP_RUNS }, () => test.run());
  if (results.includes('no')) return 'no';
  return results.includes('to-127') ? 'to-127' : 'to-255';
}
