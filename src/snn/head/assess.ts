import { ln } from '../ln.ts';
import { type Calibration, MELANOMA } from './calibration.ts';
import type { Head } from './head.ts';

/** What the calibration makes of one image's spike counts and probabilities. */
export interface Assessment {
  /**
   * Indices of the classes that the image may be, most probable first: class-conditional split
   * conformal prediction (Sadinle, Lei & Wasserman 2019). May be empty.
   */
  readonly conformalSet: readonly number[];
  /**
   * Squared Mahalanobis distance from the training images under probabilistic principal
   * components (Tipping & Bishop 1999), of the counts' square roots, whose spread does not grow with
   * the counts:
   *
   *     d = √count − mean;  z = components · d
   *     distance = Σ z²/variance + (|d|² − Σ z²)/residualVariance
   */
  readonly unfamiliarity: number;
  readonly isUnfamiliar: boolean;
  /** Of the probabilities, in nats. */
  readonly entropy: number;
  readonly isUncertain: boolean;
  readonly isMelanomaSuspected: boolean;
}

/** Bit for bit the same on every host, as `classify` is. `null` for a head without calibration. */
export function assess(
  head: Head,
  spikeCounts: Int32Array,
  probabilities: Float64Array,
): Assessment | null {
  const { calibration } = head;
  if (!calibration) return null;
  const { conformal, outOfDistribution, referral } = calibration;
  const roots = Float64Array.from(spikeCounts, (count) => Math.sqrt(Math.max(count, 0)));
  const distance = unfamiliarity(outOfDistribution, roots);
  const uncertainty = entropy(probabilities);
  const melanoma = head.classes.findIndex(({ code }) => code === MELANOMA);
  const of = (index: number) => probabilities[index] ?? 0;
  return {
    conformalSet: head.classes
      .map((_, index) => index)
      .filter((index) => of(index) >= (conformal.thresholds[index] ?? 0))
      .toSorted((a, b) => of(b) - of(a)),
    unfamiliarity: distance,
    isUnfamiliar: distance > outOfDistribution.threshold,
    entropy: uncertainty,
    isUncertain: uncertainty > referral.entropyThreshold,
    isMelanomaSuspected: of(melanoma) >= referral.melanomaThreshold,
  };
}

function unfamiliarity(
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

function entropy(probabilities: Float64Array): number {
  return probabilities.reduce((sum, p) => (p > 0 ? sum - p * ln(p) : sum), 0);
}
