import { ByteVectors } from '../../snn/index.ts';
import type { ClinicStore } from '../../store/index.ts';

/** Of a clinic's store what neighbours are found in. */
interface Archive {
  readonly erasures: Pick<ClinicStore['erasures'], 'count'>;
  readonly readings: Pick<ClinicStore['readings'], 'countsAfter'>;
}

/** Spike counts of the archive side by side, searched from end to end. */
interface CountBlock {
  readonly networkSha256: string;
  /** How many there had been by then: what was erased is in it no more. */
  readonly erasures: number;
  readonly images: string[];
  /** √count, so that a channel with many spikes does not decide alone; in 1/8, at most 255. */
  roots: ByteVectors | undefined;
  /** Of the newest reading that is in it. */
  lastReading: number;
}

export interface NearImage {
  readonly imageId: string;
  /** 1: the same counts. */
  readonly likeness: number;
}

const UNIT = 8;

/**
 * Nearest neighbours among all images of a clinic, exactly: each image's roots of counts are compared
 * one by one, a hundred thousand in a few hundredths of a second, so there is no index to keep true.
 */
export class Neighbours {
  readonly #blocks = new WeakMap<Archive, CountBlock>();

  /** The nearest first; of the image itself and of what `isShown` leaves out none. */
  nearest(
    store: Archive,
    networkSha256: string,
    { imageId, counts, limit }: { imageId: string; counts: Int32Array; limit: number },
    isShown: (imageId: string) => boolean,
  ): NearImage[] {
    const { images, roots } = this.#block(store, networkSha256);
    if (!roots) return [];
    const own = rootsOf(counts);
    const seen = new Set([imageId]);
    const found: NearImage[] = [];
    for (const at of nearestFirst(roots.squaredDistances(own))) {
      const other = images[at] ?? '';
      if (seen.has(other) || !isShown(other)) continue;
      seen.add(other);
      found.push({ imageId: other, likeness: likenessOf(roots.at(at), own) });
      if (found.length === limit) break;
    }
    return found;
  }

  /** With the readings that came since it was used last. */
  #block(store: Archive, networkSha256: string): CountBlock {
    let block = this.#blocks.get(store);
    const erasures = store.erasures.count;
    if (block?.networkSha256 !== networkSha256 || block.erasures !== erasures) {
      block = { networkSha256, erasures, images: [], roots: undefined, lastReading: 0 };
      this.#blocks.set(store, block);
    }
    const added = store.readings.countsAfter(networkSha256, block.lastReading);
    const [first] = added;
    if (first) {
      block.roots ??= new ByteVectors(first.counts.length);
      block.roots.append(added.map(({ counts }) => rootsOf(counts)));
      block.images.push(...added.map(({ imageId }) => imageId));
      block.lastReading = added.at(-1)?.seq ?? block.lastReading;
    }
    return block;
  }
}

/** Of every count that a view of eight can have; higher ones reach the highest byte as well. */
const ROOTS = Uint8Array.from({ length: 1_024 }, (_, count) =>
  Math.min(Math.round(UNIT * Math.sqrt(count)), 255),
);

export function rootsOf(counts: Int32Array): Uint8Array {
  const roots = new Uint8Array(counts.length);
  for (let at = 0; at < roots.length; at++) roots[at] = ROOTS[Math.max(counts[at] ?? 0, 0)] ?? 255;
  return roots;
}

/** Indices of the smallest distance first; of equals, the earlier. The first few of many cost little. */
export function* nearestFirst(distances: Int32Array): Iterable<number> {
  // Each distance with its index as one number, exactly, in a binary heap: no parent is beyond its children.
  const { length } = distances;
  const heap = new Float64Array(length);
  for (let at = 0; at < length; at++) heap[at] = (distances[at] as number) * length + at;
  for (let at = length >>> 1; at >= 0; at--) sink(heap, at);
  for (let left = length; left > 0; left--) {
    yield (heap[0] as number) % length;
    heap[0] = heap[left - 1] as number;
    sink(heap.subarray(0, left - 1), 0);
  }
}

/** Puts what stands at a place below all of its children that are smaller. */
function sink(heap: Float64Array, from: number): void {
  const sinking = heap[from] as number;
  let at = from;
  for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
    if ((heap[child + 1] ?? Number.POSITIVE_INFINITY) < (heap[child] as number)) child++;
    if ((heap[child] as number) >= sinking) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = sinking;
}

/** Cosine of the angle between two images' roots; their sums are whole numbers, so never above 1. */
function likenessOf(a: Uint8Array, b: Uint8Array): number {
  let [both, one, other] = [0, 0, 0];
  for (const [channel, x] of a.entries()) {
    const y = b[channel] ?? 0;
    both += x * y;
    one += x * x;
    other += y * y;
  }
  return one > 0 && other > 0 ? both / Math.sqrt(one * other) : 0;
}
