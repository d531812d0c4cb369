import type { Affine } from '../head/head.ts';
import type { ClassStatistics } from './statistics.ts';
import { cholesky, dot, solveCholesky } from './symmetric.ts';

/** Share of the identity in the shared correlation matrix; `docs/incremental.md` compares some. */
const SHRINKAGE = 0.5;

/**
 * Nearest class mean under one covariance for all classes (streaming linear discriminant analysis,
 * Hayes & Kanan, CVPR workshops 2020), from sufficient statistics alone. With the classes' means µ and
 * their images' pooled covariance within classes, whose correlations are shrunk toward none,
 *
 *     score = µᵀΣ⁻¹x − ½µᵀΣ⁻¹µ
 *
 * Throws RangeError where no class has an image; a class without one scores −∞.
 */
export function prototypeScores(classes: readonly ClassStatistics[]): Affine {
  const features = classes[0]?.features ?? 0;
  const means = classes.map(({ sum, count }) => sum.map((value) => value / count));
  const spread = withinClasses(classes, means, features);
  const deviations = Float64Array.from({ length: features }, (_, index) =>
    Math.sqrt(Math.max(spread[index * features + index] ?? 0, 0)),
  );
  const correlations = spread.map((value, index) => {
    const row = Math.floor(index / features);
    const column = index % features;
    if (row === column) return 1;
    const scale = (deviations[row] ?? 0) * (deviations[column] ?? 0);
    return scale > 0 ? ((1 - SHRINKAGE) * value) / scale : 0;
  });
  const factor = cholesky(correlations, features);
  const weights = new Float64Array(classes.length * features);
  const bias = new Float64Array(classes.length);
  for (const [index, mean] of means.entries()) {
    if (classes[index]?.count === 0) {
      bias[index] = Number.NEGATIVE_INFINITY;
      continue;
    }
    const scaled = mean.map((value, at) => over(value, deviations[at] ?? 0));
    const solved = solveCholesky(factor, features, scaled);
    const row = solved.map((value, at) => over(value, deviations[at] ?? 0));
    weights.set(row, index * features);
    bias[index] = -dot(row, mean) / 2;
  }
  return { rows: classes.length, columns: features, weights, bias };
}

/** A channel that never varies within a class says nothing. */
function over(value: number, deviation: number): number {
  return deviation > 0 ? value / deviation : 0;
}

/** Pooled covariance, as a whole square. */
function withinClasses(
  classes: readonly ClassStatistics[],
  means: readonly Float64Array[],
  features: number,
): Float64Array {
  const square = new Float64Array(features * features);
  const images = classes.reduce((sum, { count }) => sum + count, 0);
  if (images === 0) throw new RangeError('There is no image to learn from');
  for (const [index, { sum, products, count }] of classes.entries()) {
    if (count === 0) continue;
    const mean = means[index] ?? new Float64Array(features);
    for (let row = 0, at = 0; row < features; row++) {
      const total = sum[row] ?? 0;
      for (let column = row; column < features; column++, at++) {
        const place = row * features + column;
        const scatter = (products[at] ?? 0) - total * (mean[column] ?? 0);
        square[place] = (square[place] ?? 0) + scatter / images;
      }
    }
  }
  for (let row = 0; row < features; row++) {
    for (let column = 0; column < row; column++) {
      square[row * features + column] = square[column * features + row] ?? 0;
    }
  }
  return square;
}
