import type { ClinicStore } from '../../store/index.ts';

/** Spike counts of the archive side by side, as one block of memory that is searched from end to end. */
interface CountBlock {
  readonly networkSha256: string;
  readonly images: string[];
  /** √count, so that a channel with many spikes does not decide alone; in 1/8, at most 255. */
  roots: Uint8Array;
  features: number;
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
  readonly #blocks = new WeakMap<ClinicStore, CountBlock>();

  /** The nearest first; of the image itself and of what `isShown` leaves out none. */
  nearest(
    store: ClinicStore,
    networkSha256: string,
    { imageId, counts, limit }: { imageId: string; counts: Int32Array; limit: number },
    isShown: (imageId: string) => boolean,
  ): NearImage[] {
    const block = this.#block(store, networkSha256);
    const own = rootsOf(counts);
    const distances = squaredDistances(block, own);
    const order = nearestOf(distances, Math.min(distances.length, 4 * limit + 64));
    const seen = new Set([imageId]);
    const found: NearImage[] = [];
    for (const at of order) {
      const other = block.images[at] ?? '';
      if (seen.has(other) || !isShown(other)) continue;
      seen.add(other);
      found.push({ imageId: other, likeness: likenessOf(block, at, own) });
      if (found.length === limit) break;
    }
    return found;
  }

  /** With the readings that came since it was used last. */
  #block(store: ClinicStore, networkSha256: string): CountBlock {
    let block = this.#blocks.get(store);
    if (block?.networkSha256 !== networkSha256) {
      block = { networkSha256, images: [], roots: new Uint8Array(), features: 0, lastReading: 0 };
      this.#blocks.set(store, block);
    }
    const added = store.readings.countsAfter(networkSha256, block.lastReading);
    const features = added[0]?.counts.length ?? block.features;
    if (added.length > 0) {
      const before = block.roots;
      const roots = new Uint8Array(before.length + added.length * features);
      roots.set(before);
      for (const [index, { counts }] of added.entries()) {
        roots.set(rootsOf(counts), before.length + index * features);
      }
      block.roots = roots;
      block.features = features;
      block.images.push(...added.map(({ imageId }) => imageId));
      block.lastReading = added.at(-1)?.seq ?? block.lastReading;
    }
    return block;
  }
}

export function rootsOf(counts: Int32Array): Uint8Array {
  return Uint8Array.from(counts, (count) =>
    Math.min(Math.round(UNIT * Math.sqrt(Math.max(count, 0))), 255),
  );
}

export function squaredDistances(
  { roots, features }: Pick<CountBlock, 'roots' | 'features'>,
  own: Uint8Array,
): Int32Array {
  const images = features === 0 ? 0 : roots.length / features;
  const distances = new Int32Array(images);
  for (let image = 0, at = 0; image < images; image++) {
    let sum = 0;
    for (let channel = 0; channel < features; channel++, at++) {
      const difference = (roots[at] ?? 0) - (own[channel] ?? 0);
      sum = (sum + Math.imul(difference, difference)) | 0;
    }
    distances[image] = sum;
  }
  return distances;
}

/** Indices of the smallest, in order; of equals, the earlier. */
export function nearestOf(distances: Int32Array, limit: number): number[] {
  if (limit === 0) return [];
  const sorted = distances.slice().sort();
  const most = sorted[Math.min(limit, sorted.length) - 1] ?? 0;
  const found: number[] = [];
  for (const [index, distance] of distances.entries()) if (distance <= most) found.push(index);
  return found.sort((a, b) => (distances[a] ?? 0) - (distances[b] ?? 0) || a - b).slice(0, limit);
}

/** Cosine of the angle between the two images' roots. */
function likenessOf({ roots, features }: CountBlock, at: number, own: Uint8Array): number {
  let [both, one, other] = [0, 0, 0];
  for (let channel = 0; channel < features; channel++) {
    const a = own[channel] ?? 0;
    const b = roots[at * features + channel] ?? 0;
    both += a * b;
    one += a * a;
    other += b * b;
  }
  return one > 0 && other > 0 ? Math.min(both / Math.sqrt(one * other), 1) : 0;
}
