import { ln } from '../ln.ts';
import type { Calibration } from './calibration.ts';
import type { Head } from './head.ts';

/** What the calibration makes of one image's spike counts and probabilities. */
export interface Assessment {
  /**
   * Indices of the classes that the image may be, most probable first: class-conditional split
   * conformal prediction (Sadinle, Lei & Wasserman 2019). May be empty.
   */
  readonly conformalSet: readonly number[];
  /**
   * How far the image lies from the training's, in what the network counted and in what it looks
   * like: two squared Mahalanobis distances, each in units of its median over the training. The
   * counts' is taken under probabilistic principal components (Tipping & Bishop 1999) of their
   * square roots, whose spread does not grow with the counts:
   *
   *     d = √count − mean;  z = components · d;  a = appearance − mean
   *     (Σ z²/variance + (|d|² − Σ z²)/residualVariance) / scale + aᵀ·precision·a / scale
   */
  readonly unfamiliarity: number;
  readonly isUnfamiliar: boolean;
  /** Of the probabilities, in nats. */
  readonly entropy: number;
  readonly isUncertain: boolean;
}

/**
 * Bit for bit the same on every host, as `classify` is. `null` for a head without calibration.
 * @param appearance the numbers that the calibration's `appearance` speaks of. Throws RangeError
 * where there are not as many.
 */
export function assess(
  head: Head,
  spikeCounts: Int32Array,
  probabilities: Float64Array,
  appearance: Float64Array,
): Assessment | null {
  const { calibration } = head;
  if (!calibration) return null;
  return assessed(
    calibration,
    probabilities,
    unfamiliarityOf(calibration, spikeCounts, appearance),
  );
}

/** As `Assessment` has it; throws as `assess` does. */
export function unfamiliarityOf(
  { outOfDistribution }: Calibration,
  spikeCounts: Int32Array,
  appearance: Float64Array,
): number {
  const roots = Float64Array.from(spikeCounts, (count) => Math.sqrt(Math.max(count, 0)));
  const { scale, appearance: seen } = outOfDistribution;
  return (
    countDistance(outOfDistribution, roots) / scale +
    mahalanobis(seen.mean, seen.precision, appearance) / seen.scale
  );
}

/** What a calibration makes of an image whose unfamiliarity is known. */
export function assessed(
  calibration: Calibration,
  probabilities: Float64Array,
  distance: number,
): Assessment {
  const { outOfDistribution, referral } = calibration;
  const uncertainty = entropy(probabilities);
  return {
    conformalSet: conformalSet(calibration, probabilities),
    unfamiliarity: distance,
    isUnfamiliar: distance > outOfDistribution.threshold,
    entropy: uncertainty,
    isUncertain: uncertainty > referral.entropyThreshold,
  };
}

export function conformalSet(
  { conformal: { thresholds } }: Calibration,
  probabilities: Float64Array,
): number[] {
  const of = (index: number) => probabilities[index] ?? 0;
  return [...probabilities.keys()]
    .filter((index) => of(index) >= (thresholds[index] ?? 0))
    .toSorted((a, b) => of(b) - of(a));
}

function countDistance(
  { mean, components, variances, residualVariance }: Calibration['outOfDistribution'],
  roots: Float64Array,
): number {
  const offset = roots.map((root, index) => root - (mean[index] ?? 0));
  const length = offset.reduce((sum, value) => sum + value * value, 0);
  let along = 0;
  let scaled = 0;
  for (const [axis, variance] of variances.entries()) {
    let z = 0;
    for (const [index, value] of offset.entries()) {
      z += (components[axis * offset.length + index] ?? 0) * value;
    }
    along += z * z;
    scaled += (z * z) / variance;
  }
  return scaled + (length - along) / residualVariance;
}

function mahalanobis(mean: Float64Array, precision: Float64Array, values: Float64Array): number {
  if (values.length !== mean.length)
    throw new RangeError(`${values.length} numbers of an appearance; the head has ${mean.length}`);
  const offset = values.map((value, index) => value - (mean[index] ?? 0));
  return offset.reduce((total, left, row) => {
    const along = offset.reduce(
      (sum, right, column) => sum + (precision[row * offset.length + column] ?? 0) * right,
      0,
    );
    return total + left * along;
  }, 0);
}

function entropy(probabilities: Float64Array): number {
  return probabilities.reduce((sum, p) => (p > 0 ? sum - p * ln(p) : sum), 0);
}
