import { affine } from '../head/classify.ts';
import type { Affine } from '../head/head.ts';
import { ShrunkCovariance } from './shrunk-covariance.ts';
import type { ClassStatistics } from './statistics.ts';
import { dot, eigenpairs } from './symmetric.ts';

/** Where something lies: right, then up, in standard deviations within a class. */
export type Place = readonly [number, number];

/** A class as a cloud of its images. */
export interface ClassCloud {
  readonly mean: Place;
  /** Variance across, covariance, variance upwards. */
  readonly spread: readonly [number, number, number];
}

/**
 * Spike counts → a place in a plane: along the two leading discriminant directions of the classes'
 * statistics (canonical variates, Rao, Journal of the Royal Statistical Society B 10, 1948). Of all
 * directions w the first two, uncorrelated within classes, that hold the most of
 *
 *     Σ (wᵀ(mean − middle))² / wᵀΣw
 *
 * with Σ as `ShrunkCovariance` has it, the middle of the means and each class counted alike. A
 * direction's sign is such that the class farthest along it lies on its positive side. Float64 in a
 * fixed order: the same bits on every host.
 */
export class Projection {
  readonly #axes: Affine;

  /** Throws RangeError of fewer than three classes, or where one has no image. */
  constructor(classes: readonly ClassStatistics[]) {
    if (classes.length < 3 || classes.some(({ count }) => count === 0)) {
      throw new RangeError('A plane is spanned by three classes with images');
    }
    const features = classes[0]?.features ?? 0;
    const means = classes.map(({ sum, count }) => sum.map((value) => value / count));
    const middle = Float64Array.from({ length: features }, (_, channel) => {
      const total = means.reduce((sum, mean) => sum + (mean[channel] ?? 0), 0);
      return total / means.length;
    });
    const offsets = means.map((mean) => mean.map((value, i) => value - (middle[i] ?? 0)));
    const covariance = new ShrunkCovariance(classes);
    const solved = offsets.map((offset) => covariance.solve(offset));
    // The means span the directions: with w = Σ c·Σ⁻¹offset the problem has one row a class.
    const size = classes.length;
    const products = Float64Array.from({ length: size * size }, (_, at) =>
      dot(solved[Math.floor(at / size)] ?? middle, offsets[at % size] ?? middle),
    );
    const { values, vectors } = eigenpairs(products, size);
    const axes = [0, 1].map((rank) => {
      const vector = vectors[rank] ?? new Float64Array(size);
      const farthest = vector.reduce((far, c) => (Math.abs(c) > Math.abs(far) ? c : far), 0);
      const scale = (farthest < 0 ? -1 : 1) / Math.sqrt(values[rank] ?? 1);
      const axis = new Float64Array(features);
      for (const [row, c] of vector.entries()) {
        for (let i = 0; i < features; i++) {
          axis[i] = (axis[i] ?? 0) + scale * c * (solved[row]?.[i] ?? 0);
        }
      }
      return axis;
    });
    this.#axes = {
      rows: 2,
      columns: features,
      weights: Float64Array.from(axes.flatMap((axis) => [...axis])),
      bias: Float64Array.from(axes, (axis) => -dot(axis, middle)),
    };
  }

  place(counts: ArrayLike<number>): Place {
    const [across = 0, upwards = 0] = affine(this.#axes, counts);
    return [across, upwards];
  }

  cloud({ features, count, sum, products }: ClassStatistics): ClassCloud {
    const { weights } = this.#axes;
    const moments = [0, 0, 0];
    for (let row = 0, at = 0; row < features; row++) {
      for (let column = row; column < features; column++, at++) {
        const product = (products[at] ?? 0) / count;
        const [a, b] = [weights[row] ?? 0, weights[features + row] ?? 0];
        const [c, d] = [weights[column] ?? 0, weights[features + column] ?? 0];
        const twice = row === column ? 1 : 2;
        moments[0] = (moments[0] ?? 0) + twice * a * c * product;
        moments[1] = (moments[1] ?? 0) + (row === column ? a * d : a * d + b * c) * product;
        moments[2] = (moments[2] ?? 0) + twice * b * d * product;
      }
    }
    const mean = this.place(sum.map((value) => value / count));
    const { bias } = this.#axes;
    const [x, y] = [mean[0] - (bias[0] ?? 0), mean[1] - (bias[1] ?? 0)];
    const [xx = 0, xy = 0, yy = 0] = moments;
    return { mean, spread: [Math.max(xx - x * x, 0), xy - x * y, Math.max(yy - y * y, 0)] };
  }
}
