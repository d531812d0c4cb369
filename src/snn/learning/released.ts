import { type ClassStatistics, triangle } from './statistics.ts';

/**
 * A class's statistics as they may leave the place where its images are. Exact ones may not: the Gram
 * matrix of fewer images than channels fixes them up to a rotation, and that counts are whole numbers
 * narrows the rotation down (`docs/incremental.md`). So mean, deviation and correlation are rounded to 1/FINENESS of
 * what they would differ by, had other images of the class been taken; and correlations are shrunk by as
 * much as rounding could make their matrix indefinite.
 */
export interface ReleasedStatistics {
  readonly images: number;
  /** In 1/UNIT of a count. */
  readonly mean: Int32Array;
  readonly deviation: Int32Array;
  /** Upper triangle without the diagonal, row by row, in 1/`correlationUnit`. */
  readonly correlations: Int32Array;
  readonly correlationUnit: number;
}

/** Mean and deviation are written in 1/UNIT of a count. */
export const RELEASED_UNIT = 16;
/** A statistic is rounded to 1/FINENESS of its standard error. */
const FINENESS = 32;

/** Of two images or more; throws RangeError. */
export function released(statistics: ClassStatistics): ReleasedStatistics {
  const { features, count, sum, products } = statistics;
  if (count < 2) throw new RangeError('Statistics of a single image may not be released');
  const mean = sum.map((value) => value / count);
  const deviations = new Float64Array(features);
  for (let row = 0, at = 0; row < features; at += features - row, row++) {
    const own = mean[row] ?? 0;
    deviations[row] = Math.sqrt(Math.max((products[at] ?? 0) / count - own * own, 0));
  }
  const root = Math.sqrt(count);
  const correlationUnit = Math.ceil(FINENESS * root);
  const correlations = new Int32Array(triangle(features) - features);
  // The norm of a symmetric matrix of such rounding errors is 2·√features/(√12·unit), all but surely.
  const norm = (0.6 * Math.sqrt(features)) / correlationUnit;
  const kept = 1 / (1 + norm);
  for (let row = 0, at = 0, to = 0; row < features; row++) {
    for (let column = row; column < features; column++, at++) {
      if (column === row) continue;
      const covariance = (products[at] ?? 0) / count - (mean[row] ?? 0) * (mean[column] ?? 0);
      const scale = (deviations[row] ?? 0) * (deviations[column] ?? 0);
      const correlation = scale > 0 ? (kept * covariance) / scale : 0;
      correlations[to++] = Math.floor(correlation * correlationUnit + 0.5);
    }
  }
  const coarse = (value: number, deviation: number) => {
    const step = Math.max(Math.floor((RELEASED_UNIT * deviation) / (FINENESS * root)), 1);
    return Math.floor((RELEASED_UNIT * value) / step + 0.5) * step;
  };
  return {
    images: count,
    mean: Int32Array.from(mean, (value, index) => coarse(value, deviations[index] ?? 0)),
    deviation: Int32Array.from(deviations, (value) => coarse(value, value)),
    correlations,
    correlationUnit,
  };
}

/** Statistics in whole numbers that have the released mean, deviation and correlation. */
export function restored({
  images,
  mean,
  deviation,
  correlations,
  correlationUnit,
}: ReleasedStatistics): ClassStatistics {
  const features = mean.length;
  const products = new Float64Array(triangle(features));
  const whole = (value: number) => Math.floor(value + 0.5);
  for (let row = 0, at = 0, from = 0; row < features; row++) {
    for (let column = row; column < features; column++, at++) {
      const correlation = column === row ? 1 : (correlations[from++] ?? 0) / correlationUnit;
      const covariance = correlation * (deviation[row] ?? 0) * (deviation[column] ?? 0);
      const moment = (mean[row] ?? 0) * (mean[column] ?? 0) + covariance;
      products[at] = whole((images * moment) / (RELEASED_UNIT * RELEASED_UNIT));
    }
  }
  const sum = Float64Array.from(mean, (value) => whole((images * value) / RELEASED_UNIT));
  return { features, count: images, sum, products };
}
