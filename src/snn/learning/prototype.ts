import { affine } from '../head/classify.ts';
import type { Affine } from '../head/head.ts';
import type { Fit } from './fit.ts';
import { ShrunkCovariance } from './shrunk-covariance.ts';
import type { ClassStatistics } from './statistics.ts';
import { dot } from './symmetric.ts';

/**
 * Nearest class mean under one covariance for all classes (streaming linear discriminant analysis,
 * Hayes & Kanan, CVPR workshops 2020), from sufficient statistics alone. With the classes' means µ and
 * their images' pooled covariance Σ about them, whose correlations are shrunk toward none,
 *
 *     score = µᵀΣ⁻¹x − ½µᵀΣ⁻¹µ
 */
export class PrototypeFit implements Fit {
  readonly scores: Affine;
  readonly #classes: readonly ClassStatistics[];
  readonly #means: readonly Float64Array[];
  readonly #spread: ShrunkCovariance;

  /** Throws RangeError where a class has no image. */
  constructor(classes: readonly ClassStatistics[]) {
    if (classes.some(({ count }) => count === 0)) {
      throw new RangeError('A class without an image cannot be learned');
    }
    const features = classes[0]?.features ?? 0;
    this.#classes = classes;
    this.#means = classes.map(({ sum, count }) => sum.map((value) => value / count));
    this.#spread = new ShrunkCovariance(classes);
    const weights = new Float64Array(classes.length * features);
    const bias = new Float64Array(classes.length);
    for (const [index, mean] of this.#means.entries()) {
      const row = this.#spread.solve(mean);
      weights.set(row, index * features);
      bias[index] = -dot(row, mean) / 2;
    }
    this.scores = { rows: classes.length, columns: features, weights, bias };
  }

  score(counts: Int32Array): Float64Array {
    return affine(this.scores, counts);
  }

  /** With the class's mean as it would be without them, and the covariance as it is. */
  withoutThem(images: readonly Int32Array[], target: number): Float64Array[] {
    return images.map((image) =>
      this.#without(this.score(image), target, images.length, this.#distance(image, target)),
    );
  }

  asIfUnseen(target: number, samples: readonly Int32Array[]): (counts: Int32Array) => Float64Array {
    const distances = samples.map((image) => this.#distance(image, target));
    const distance = distances.reduce((sum, one) => sum + one, 0) / samples.length;
    return (counts) => this.#without(this.score(counts), target, 1, distance);
  }

  /**
   * An image as far from its class's mean as n images make it is n/(n − m) times as far from the mean
   * of all but m images like it.
   */
  #without(scores: Float64Array, target: number, left: number, distance: number): Float64Array {
    const count = this.#classes[target]?.count ?? 0;
    const further = count > left ? count / (count - left) : count;
    return scores.map((score, k) =>
      k === target ? score - ((further * further - 1) * distance) / 2 : score,
    );
  }

  /** Squared, under Σ. */
  #distance(image: Int32Array, target: number): number {
    const mean = this.#means[target] ?? new Float64Array();
    const offset = mean.map((value, index) => (image[index] ?? 0) - value);
    return dot(this.#spread.solve(offset), offset);
  }
}
