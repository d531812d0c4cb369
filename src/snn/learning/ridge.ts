import type { Affine } from '../head/head.ts';
import { ln } from '../ln.ts';
import type { ClassStatistics } from './statistics.ts';
import {
  cholesky,
  dot,
  fromTridiagonal,
  RidgeSolver,
  solveCholesky,
  type Tridiagonal,
  toTridiagonal,
  tridiagonalized,
} from './symmetric.ts';

/** Images that share a weight and a target: it is 1 for them, the other targets are 0. */
export interface RidgeGroup {
  readonly statistics: ClassStatistics;
  /** Of all its images together; only its proportion to the other groups' matters. */
  readonly weight: number;
  readonly target: number;
}

/** From 1/16,384 on, each a sixteenth more than the one before: up to 125. */
const SMALLEST_RIDGE = 1 / 16_384;
const RIDGE_STEP = 1 + 1 / 16;
const RIDGE_STEPS = 240;

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
export class RidgeFit {
  /** Spike counts → one score a target. */
  readonly scores: Affine;
  readonly ridge: number;
  readonly #standard: Standard;
  readonly #tridiagonal: Tridiagonal;
  readonly #solver: RidgeSolver;

  /** Throws RangeError where no group has an image. @param ridge instead of the likeliest one */
  constructor(groups: readonly RidgeGroup[], targets: number, ridge?: number) {
    const standard = standardize(groups);
    const { features, mean, inverseDeviation } = standard;
    const tridiagonal = tridiagonalized(correlations(standard), features);
    const right = targetProducts(standard, targets);
    const rotated = right.map((column) => toTridiagonal(tridiagonal, column.slice()));
    this.ridge = ridge ?? likeliestRidge(tridiagonal, rotated, standard);
    this.#standard = standard;
    this.#tridiagonal = tridiagonal;
    this.#solver = new RidgeSolver(tridiagonal, this.ridge);
    const weights = new Float64Array(targets * features);
    const bias = new Float64Array(targets);
    for (const [target, column] of rotated.entries()) {
      const beta = fromTridiagonal(tridiagonal, this.#solver.solve(column));
      const row = beta.map((value, index) => value * (inverseDeviation[index] ?? 0));
      weights.set(row, target * features);
      bias[target] = (standard.shares[target] ?? 0) - dot(row, mean);
    }
    this.scores = { rows: targets, columns: features, weights, bias };
  }

  /**
   * The scores that images would have had, had they not been among those learned: exactly, for the
   * same ridge, standardization and weights. All are of one group, left out together.
   * @param scored by `scores`, an image after the other
   */
  withoutThem(
    images: readonly Int32Array[],
    scored: readonly Float64Array[],
    group: RidgeGroup,
  ): Float64Array[] {
    const weight = this.#standard.imageWeight(group);
    const rotated = images.map((image) => this.#rotated(image));
    const size = images.length;
    // I − H of the images, H = W·(1 + aᵀ(R + ridge·I)⁻¹a'): positive definite.
    const rest = new Float64Array(size * size);
    for (const [row, one] of rotated.entries()) {
      const solved = this.#solver.solve(one.slice());
      for (const [column, other] of rotated.entries()) {
        rest[row * size + column] = (row === column ? 1 : 0) - weight * (1 + dot(solved, other));
      }
    }
    const factor = cholesky(rest, size);
    const results = scored.map((scores) => scores.slice());
    for (let target = 0; target < this.scores.rows; target++) {
      const truth = target === group.target ? 1 : 0;
      const residuals = Float64Array.from(scored, (scores) => truth - (scores[target] ?? 0));
      for (const [index, residual] of solveCholesky(factor, size, residuals).entries()) {
        const result = results[index];
        if (result) result[target] = truth - residual;
      }
    }
    return results;
  }

  #rotated(image: Int32Array): Float64Array {
    const { mean, inverseDeviation } = this.#standard;
    const standardized = Float64Array.from(
      image,
      (count, index) => (count - (mean[index] ?? 0)) * (inverseDeviation[index] ?? 0),
    );
    return toTridiagonal(this.#tridiagonal, standardized);
  }
}

interface Standard {
  readonly features: number;
  readonly groups: readonly RidgeGroup[];
  /** Weight of one image of a group: all images' sum to 1. */
  imageWeight(group: RidgeGroup): number;
  readonly mean: Float64Array;
  /** 0 for a channel that never varies. */
  readonly inverseDeviation: Float64Array;
  /** Weighted second moments about the mean: upper triangle. */
  readonly covariance: Float64Array;
  /** Share of the weight of each target. */
  readonly shares: readonly number[];
  readonly effectiveImages: number;
}

function standardize(all: readonly RidgeGroup[]): Standard {
  const groups = all.filter(({ statistics }) => statistics.count > 0);
  const [first] = groups;
  if (!first) throw new RangeError('There is no image to learn from');
  const { features } = first.statistics;
  const total = groups.reduce((sum, { weight }) => sum + weight, 0);
  const imageWeight = ({ weight, statistics }: RidgeGroup) => weight / total / statistics.count;
  const mean = new Float64Array(features);
  const covariance = new Float64Array(first.statistics.products.length);
  const shares: number[] = [];
  let squares = 0;
  for (const group of groups) {
    const weight = imageWeight(group);
    const { sum, products, count } = group.statistics;
    for (let i = 0; i < features; i++) mean[i] = (mean[i] ?? 0) + weight * (sum[i] ?? 0);
    for (let i = 0; i < products.length; i++) {
      covariance[i] = (covariance[i] ?? 0) + weight * (products[i] ?? 0);
    }
    shares[group.target] = (shares[group.target] ?? 0) + weight * count;
    squares += weight * weight * count;
  }
  const inverseDeviation = new Float64Array(features);
  for (let row = 0, at = 0; row < features; row++) {
    const own = mean[row] ?? 0;
    const raw = covariance[at] ?? 0;
    for (let column = row; column < features; column++, at++) {
      covariance[at] = (covariance[at] ?? 0) - own * (mean[column] ?? 0);
    }
    const variance = covariance[at - features + row] ?? 0;
    // Below that, what is left is the rounding of a channel that is always the same.
    inverseDeviation[row] = variance > raw * 1e-12 ? 1 / Math.sqrt(variance) : 0;
  }
  const effectiveImages = 1 / squares;
  return {
    features,
    groups,
    imageWeight,
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
function targetProducts(standard: Standard, targets: number): Float64Array[] {
  const { features, groups, imageWeight, mean, inverseDeviation } = standard;
  const columns = Array.from({ length: targets }, () => new Float64Array(features));
  for (const group of groups) {
    const { sum, count } = group.statistics;
    const column = columns[group.target];
    if (!column) throw new RangeError(`There is no target ${group.target}`);
    const weight = imageWeight(group);
    for (let i = 0; i < features; i++) {
      const centred = ((sum[i] ?? 0) - count * (mean[i] ?? 0)) * (inverseDeviation[i] ?? 0);
      column[i] = (column[i] ?? 0) + weight * centred;
    }
  }
  return columns;
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
