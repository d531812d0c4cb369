import { affine } from '../head/classify.ts';
import type { Affine } from '../head/head.ts';
import { ln } from '../ln.ts';
import type { Fit } from './fit.ts';
import { type ClassStatistics, triangle } from './statistics.ts';
import {
  allToTridiagonal,
  cholesky,
  dot,
  fromTridiagonal,
  RidgeSolver,
  solveCholesky,
  type Tridiagonal,
  toTridiagonal,
  tridiagonalized,
} from './symmetric.ts';

/** A class that is learned: its target is 1 for its images and 0 for the others'. */
export interface WeightedClass {
  readonly statistics: ClassStatistics;
  /** Of all its images together; only its proportion to the other classes' matters. */
  readonly weight: number;
}

/** From 1/16,384 on, each an eighth more than the one before: up to 74. */
const SMALLEST_RIDGE = 1 / 16_384;
const RIDGE_STEP = 1 + 1 / 8;
const RIDGE_STEPS = 120;

/**
 * Weighted ridge regression of indicator targets on standardized spike counts, from sufficient
 * statistics alone. With image weights W that sum to 1 and a = (x − mean)/deviation,
 *
 *     R = Σ W a aᵀ,  B = Σ W a yᵀ,  β = (R + ridge·I)⁻¹ B,  score = βᵀa + ȳ
 *
 * The ridge is the one of the highest marginal likelihood (MacKay, Neural Computation 4, 1992) with
 * the noise's variance profiled out and the weighted images counted as N = 1/Σ W² (Kish's effective
 * sample size). Of RIDGE_STEPS ridges it has the least
 *
 *     N·(K − 1)·ln q + (K − 1)·ln det(I + R/ridge),   q = Σ W|y − ȳ|² − tr Bᵀ(R + ridge·I)⁻¹B
 */
export class RidgeFit implements Fit {
  /** Spike counts → one score a target. */
  readonly scores: Affine;
  readonly ridge: number;
  /** Of each class, the share of the weight: ȳ. */
  readonly shares: readonly number[];
  /** βᵀB, K × K: what the scores explain of the targets. */
  readonly explained: Float64Array;
  readonly #standard: Standard;
  readonly #tridiagonal: Tridiagonal;
  readonly #solver: RidgeSolver;
  /** Images in the coordinates of the tridiagonal matrix. */
  readonly #prepared = new WeakMap<Int32Array, Float64Array>();

  /** Throws RangeError where a class has no image. @param ridge instead of the likeliest one */
  constructor(classes: readonly WeightedClass[], ridge?: number) {
    const targets = classes.length;
    const standard = standardize(classes);
    const { features, mean, inverseDeviation } = standard;
    const tridiagonal = tridiagonalized(correlations(standard), features);
    const right = targetProducts(standard);
    const rotated = right.map((column) => toTridiagonal(tridiagonal, column.slice()));
    this.ridge = ridge ?? likeliestRidge(tridiagonal, rotated, standard);
    this.#standard = standard;
    this.#tridiagonal = tridiagonal;
    this.#solver = new RidgeSolver(tridiagonal, this.ridge);
    this.shares = standard.shares;
    this.explained = new Float64Array(targets * targets);
    const weights = new Float64Array(targets * features);
    const bias = new Float64Array(targets);
    for (const [target, column] of rotated.entries()) {
      const solved = this.#solver.solve(column.slice());
      for (const [other, product] of rotated.entries()) {
        this.explained[target * targets + other] = dot(solved, product);
      }
      const beta = fromTridiagonal(tridiagonal, solved);
      const row = beta.map((value, index) => value * (inverseDeviation[index] ?? 0));
      weights.set(row, target * features);
      bias[target] = (standard.shares[target] ?? 0) - dot(row, mean);
    }
    this.scores = { rows: targets, columns: features, weights, bias };
  }

  score(counts: Int32Array): Float64Array {
    return affine(this.scores, counts);
  }

  /** Exactly, for the same ridge, standardization and weights. */
  withoutThem(images: readonly Int32Array[], target: number): Float64Array[] {
    const scored = images.map((image) => this.score(image));
    this.prepare(images);
    const rotated = images.map((image) => this.#prepared.get(image) ?? new Float64Array());
    const size = images.length;
    const rest = new Float64Array(size * size);
    for (const [row, one] of rotated.entries()) {
      const solved = this.#solver.solve(one.slice());
      for (const [column, other] of rotated.entries()) {
        const leverage = this.#leverage(target, dot(solved, other));
        rest[row * size + column] = (row === column ? 1 : 0) - leverage;
      }
    }
    const factor = cholesky(rest, size);
    const results = scored.map((scores) => scores.slice());
    for (let k = 0; k < this.scores.rows; k++) {
      const truth = k === target ? 1 : 0;
      const residuals = Float64Array.from(scored, (scores) => truth - (scores[k] ?? 0));
      for (const [index, residual] of solveCholesky(factor, size, residuals).entries()) {
        const result = results[index];
        if (result) result[k] = truth - residual;
      }
    }
    return results;
  }

  asIfUnseen(target: number, samples: readonly Int32Array[]): (counts: Int32Array) => Float64Array {
    this.prepare(samples);
    const leverages = samples.map((image) => {
      const rotated = this.#prepared.get(image) ?? new Float64Array();
      return this.#leverage(target, dot(this.#solver.solve(rotated.slice()), rotated));
    });
    const leverage = leverages.reduce((sum, one) => sum + one, 0) / samples.length;
    return (counts) =>
      this.score(counts).map(
        (score, k) => (score - (k === target ? leverage : 0)) / (1 - leverage),
      );
  }

  /** What a unit of an image's target moves another's score by. */
  #leverage(target: number, product: number): number {
    return (this.#standard.imageWeights[target] ?? 0) * (1 + product);
  }

  prepare(images: readonly Int32Array[]): void {
    const { mean, inverseDeviation, features } = this.#standard;
    const missing = images.filter((image) => !this.#prepared.has(image));
    const rotated = missing.map((image) => {
      const standardized = new Float64Array(features);
      for (let i = 0; i < features; i++) {
        standardized[i] =
          ((image[i] as number) - (mean[i] as number)) * (inverseDeviation[i] as number);
      }
      return standardized;
    });
    allToTridiagonal(this.#tridiagonal, rotated);
    for (const [index, image] of missing.entries()) {
      this.#prepared.set(image, rotated[index] ?? new Float64Array());
    }
  }
}

interface Standard {
  readonly features: number;
  readonly classes: readonly WeightedClass[];
  /** Of each class, the weight of one image: all images' sum to 1. */
  readonly imageWeights: readonly number[];
  readonly mean: Float64Array;
  /** 0 for a channel that never varies. */
  readonly inverseDeviation: Float64Array;
  /** Weighted second moments about the mean: upper triangle. */
  readonly covariance: Float64Array;
  /** Of each class, the share of the weight. */
  readonly shares: readonly number[];
  readonly effectiveImages: number;
}

function standardize(classes: readonly WeightedClass[]): Standard {
  const features = classes[0]?.statistics.features ?? 0;
  const total = classes.reduce((sum, { weight }) => sum + weight, 0);
  const shares = classes.map(({ weight }) => weight / total);
  const mean = new Float64Array(features);
  const covariance = new Float64Array(triangle(features));
  let squares = 0;
  const imageWeights = classes.map(({ statistics: { sum, products, count } }, index) => {
    if (count === 0) throw new RangeError('A class without an image cannot be learned');
    const weight = (shares[index] ?? 0) / count;
    for (let i = 0; i < features; i++) mean[i] = (mean[i] ?? 0) + weight * (sum[i] ?? 0);
    for (let i = 0; i < products.length; i++) {
      covariance[i] = (covariance[i] ?? 0) + weight * (products[i] ?? 0);
    }
    squares += weight * weight * count;
    return weight;
  });
  const inverseDeviation = new Float64Array(features);
  for (let row = 0, at = 0; row < features; row++) {
    const own = mean[row] ?? 0;
    const raw = covariance[at] ?? 0;
    const diagonal = at;
    for (let column = row; column < features; column++, at++) {
      covariance[at] = (covariance[at] ?? 0) - own * (mean[column] ?? 0);
    }
    const variance = covariance[diagonal] ?? 0;
    // Below that, what is left is the rounding of a channel that is always the same.
    inverseDeviation[row] = variance > raw * 1e-12 ? 1 / Math.sqrt(variance) : 0;
  }
  const effectiveImages = 1 / squares;
  return {
    features,
    classes,
    imageWeights,
    mean,
    inverseDeviation,
    covariance,
    shares,
    effectiveImages,
  };
}

/** R, as a whole square. */
function correlations({ features, covariance, inverseDeviation }: Standard): Float64Array {
  const matrix = new Float64Array(features * features);
  for (let row = 0, at = 0; row < features; row++) {
    for (let column = row; column < features; column++, at++) {
      const value =
        (covariance[at] ?? 0) * (inverseDeviation[row] ?? 0) * (inverseDeviation[column] ?? 0);
      matrix[row * features + column] = value;
      matrix[column * features + row] = value;
    }
  }
  return matrix;
}

/** The columns of B. */
function targetProducts({
  classes,
  imageWeights,
  mean,
  inverseDeviation,
}: Standard): Float64Array[] {
  return classes.map(({ statistics: { sum, count } }, target) =>
    sum.map((value, i) => {
      const centred = (value - count * (mean[i] ?? 0)) * (inverseDeviation[i] ?? 0);
      return (imageWeights[target] ?? 0) * centred;
    }),
  );
}

function likeliestRidge(
  tridiagonal: Tridiagonal,
  rotated: readonly Float64Array[],
  { features, shares, effectiveImages }: Standard,
): number {
  const spread = shares.reduce((sum, share) => sum + share * (1 - share), 0);
  let best = { ridge: 1, badness: Number.POSITIVE_INFINITY };
  let ridge = SMALLEST_RIDGE;
  for (let step = 0; step < RIDGE_STEPS; step++, ridge *= RIDGE_STEP) {
    const solver = new RidgeSolver(tridiagonal, ridge);
    const explained = rotated.reduce((sum, column) => sum + solver.quadratic(column), 0);
    const logDeterminant = solver.pivots.reduce((sum, pivot) => sum + ln(pivot), 0);
    const badness =
      effectiveImages * ln(spread - explained) + logDeterminant - features * ln(ridge);
    if (badness < best.badness) best = { ridge, badness };
  }
  return best.ridge;
}
