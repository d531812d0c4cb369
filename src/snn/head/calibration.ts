import { asMatrix, asNumber, asPositive, asRecord, asVector, invalid } from './fields.ts';

/**
 * What was chosen on lesions kept apart for it, so that a probability can be acted on. K classes,
 * C features, R principal axes.
 */
export interface Calibration {
  readonly conformal: {
    /** The share of the images of any class whose set holds that class. */
    readonly coverage: number;
    /** K: a class is in the set where its probability reaches this. */
    readonly thresholds: Float64Array;
  };
  readonly outOfDistribution: {
    readonly mean: Float64Array;
    /** R rows of C: orthonormal. */
    readonly components: Float64Array;
    readonly variances: Float64Array;
    /** Variance along every direction that no component covers. */
    readonly residualVariance: number;
    /** Median of the distance over the training images. */
    readonly scale: number;
    /** The same of what the image looks like: mean, inverse of the covariance (A × A), median. */
    readonly appearance: {
      readonly mean: Float64Array;
      readonly precision: Float64Array;
      readonly scale: number;
    };
    readonly threshold: number;
  };
  readonly referral: {
    /** Probability of melanoma from which an image is suspicious. */
    readonly melanomaThreshold: number;
    /**
     * The malignant and pre-malignant classes' summed probability from which it is; `null` in a head
     * of version 3.
     */
    readonly malignancyThreshold: number | null;
    /** Entropy of the probabilities, in nats, beyond which they are undecided. */
    readonly entropyThreshold: number;
  };
}

/** The class code whose probability `melanomaThreshold` speaks of. */
export const MELANOMA = 'mel';

/** Throws SnnError 'head-invalid' naming the field. */
export function readCalibration(
  json: unknown,
  codes: readonly string[],
  features: number,
  knowsMalignancy: boolean,
): Calibration {
  const field = 'calibration';
  const calibration = asRecord(json, field);
  const conformal = asRecord(calibration.conformal, `${field}.conformal`);
  const outside = asRecord(calibration.outOfDistribution, `${field}.outOfDistribution`);
  const referral = asRecord(calibration.referral, `${field}.referral`);
  if (!codes.includes(MELANOMA)) {
    throw invalid('classes', `has no "${MELANOMA}", of which the referral speaks`);
  }
  const at = `${field}.outOfDistribution`;
  const variances = asVector(outside.variances, `${at}.variances`);
  for (const [axis, variance] of variances.entries()) {
    asPositive(variance, `${at}.variances[${axis}]`);
  }
  const limits = { least: variances.length, most: variances.length };
  const seen = asRecord(outside.appearance, `${at}.appearance`);
  const seenMean = asVector(seen.mean, `${at}.appearance.mean`);
  const square = { least: seenMean.length, most: seenMean.length };
  return {
    conformal: {
      coverage: asShare(conformal.coverage, `${field}.conformal.coverage`),
      thresholds: asVector(conformal.thresholds, `${field}.conformal.thresholds`, codes.length),
    },
    outOfDistribution: {
      mean: asVector(outside.mean, `${at}.mean`, features),
      components: asMatrix(outside.components, `${at}.components`, features, limits).values,
      variances,
      residualVariance: asPositive(outside.residualVariance, `${at}.residualVariance`),
      scale: asPositive(outside.scale, `${at}.scale`),
      appearance: {
        mean: seenMean,
        precision: asMatrix(seen.precision, `${at}.appearance.precision`, seenMean.length, square)
          .values,
        scale: asPositive(seen.scale, `${at}.appearance.scale`),
      },
      threshold: asPositive(outside.threshold, `${at}.threshold`),
    },
    referral: {
      melanomaThreshold: asShare(referral.melanomaThreshold, `${field}.referral.melanomaThreshold`),
      malignancyThreshold: knowsMalignancy
        ? asShare(referral.malignancyThreshold, `${field}.referral.malignancyThreshold`)
        : null,
      entropyThreshold: asPositive(referral.entropyThreshold, `${field}.referral.entropyThreshold`),
    },
  };
}

function asShare(value: unknown, field: string): number {
  const share = asNumber(value, field);
  if (!(share > 0 && share < 1)) throw invalid(field, `is ${share}, not between 0 and 1`);
  return share;
}
