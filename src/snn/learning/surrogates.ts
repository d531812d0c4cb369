import { ln } from '../ln.ts';
import { type RandomSource, randomStream } from '../random.ts';
import type { ClassStatistics } from './statistics.ts';
import { cholesky } from './symmetric.ts';

/** Least share of uncorrelated spread, so that the factor exists where images are few. */
const FLOOR = 0.01;

/**
 * Spike counts of images that never were: drawn from the normal distribution that a class's statistics
 * describe, rounded to whole counts, and kept within 0…`most`. They stand for a class whose images are
 * not at hand, so what is measured on them is an estimate. The same for the same arguments, everywhere.
 *
 * Where a class has few images, its covariance is mixed with `shared`, that of all classes within
 * themselves, in the proportion features : images.
 */
export function surrogates(
  statistics: ClassStatistics,
  shared: Float64Array,
  count: number,
  most: number,
  seed: number,
): Int32Array[] {
  const { features, sum, count: images } = statistics;
  if (images === 0) return [];
  const mean = sum.map((value) => value / images);
  const factor = cholesky(spreadOf(statistics, mean, shared), features);
  const normal = normalDeviates(randomStream(seed, features, images));
  return Array.from({ length: count }, () => {
    const drawn = Float64Array.from({ length: features }, normal);
    return Int32Array.from({ length: features }, (_, row) => {
      let value = mean[row] ?? 0;
      for (let k = 0; k <= row; k++) value += (factor[row * features + k] ?? 0) * (drawn[k] ?? 0);
      return Math.min(Math.max(Math.floor(value + 0.5), 0), most);
    });
  });
}

function spreadOf(
  { features, count, products }: ClassStatistics,
  mean: Float64Array,
  shared: Float64Array,
): Float64Array {
  const own = count / (count + features);
  const spread = new Float64Array(features * features);
  for (let row = 0, at = 0; row < features; row++) {
    for (let column = row; column < features; column++, at++) {
      const covariance = (products[at] ?? 0) / count - (mean[row] ?? 0) * (mean[column] ?? 0);
      const mixed = own * covariance + (1 - own) * (shared[row * features + column] ?? 0);
      // Half a count more, so that a channel that never varies does not stop the factorization.
      const value = row === column ? mixed + FLOOR * Math.max(mixed, 0) + 0.25 : mixed;
      spread[row * features + column] = value;
      spread[column * features + row] = value;
    }
  }
  return spread;
}

/** Standard normal deviates by Marsaglia's polar method: only + − × ÷, √ and this project's ln. */
function normalDeviates(random: RandomSource): () => number {
  let spare: number | undefined;
  const uniform = () => (random.next() + 0.5) / 2147483648 - 1;
  return () => {
    if (spare !== undefined) {
      const deviate = spare;
      spare = undefined;
      return deviate;
    }
    for (;;) {
      const x = uniform();
      const y = uniform();
      const square = x * x + y * y;
      if (square >= 1) continue;
      const scale = Math.sqrt((-2 * ln(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  };
}
