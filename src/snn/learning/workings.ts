import { classScores } from '../head/classify.ts';
import type { Head } from '../head/head.ts';
import { adaptedCounts, type CameraAdapter } from './camera.ts';
import { type ClassStatistics, withImages, withoutImages } from './statistics.ts';

/**
 * What heads that are learned from parts of the same images need not compute twice. Statistics are
 * exact, so those of a part are had by taking the other images away from those of all: to the last bit
 * what adding up the part gives.
 */
export class Workings {
  readonly #all = new Map<string, { images: Set<Int32Array>; statistics: ClassStatistics }>();
  readonly #adapted = new WeakMap<Int32Array, { adapter: CameraAdapter; counts: Int32Array }>();
  readonly #scores = new WeakMap<Int32Array, Float64Array>();

  /** `start` with these images. @param of what the images are of: the same `start`, the same name */
  statistics(of: string, start: ClassStatistics, images: readonly Int32Array[]): ClassStatistics {
    const known = this.#all.get(of);
    const those = new Set(images);
    if (known && images.every((image) => known.images.has(image))) {
      const others = [...known.images].filter((image) => !those.has(image));
      if (others.length < images.length) return withoutImages(known.statistics, others);
    }
    const statistics = withImages(start, images);
    if (!known && those.size === images.length) this.#all.set(of, { images: those, statistics });
    return statistics;
  }

  /** As the adapter has them: one array for each image, however often it is asked for. */
  adapted(adapter: CameraAdapter | null, counts: Int32Array): Int32Array {
    if (!adapter) return counts;
    const known = this.#adapted.get(counts);
    if (known?.adapter === adapter) return known.counts;
    const made = { adapter, counts: adaptedCounts(adapter, counts) };
    this.#adapted.set(counts, made);
    return made.counts;
  }

  /** The shipped head's scores of an image, before the softmax. */
  shippedScores(head: Head, counts: Int32Array): Float64Array {
    const known = this.#scores.get(counts);
    if (known) return known;
    const { scores } = classScores(head, counts);
    this.#scores.set(counts, scores);
    return scores;
  }
}
