import { type Calibration, MELANOMA } from '../head/calibration.ts';
import type { HeadClass } from '../head/head.ts';
import { ln } from '../ln.ts';

/** An image on which a head is calibrated: what it is, and what heads make of it that did not see it. */
export interface CalibrationImage {
  /** Code of its class in the learned head. */
  readonly code: string;
  /** As how many images it counts: a surrogate stands for several, or for a part of one. */
  readonly weight: number;
  /** The learned head's, in its classes' order. */
  readonly probabilities: Float64Array;
  /** The shipped head's, for an image of a shipped class. */
  readonly shipped: Float64Array | null;
  /** As the shipped head's model of its images tells; `null` for a surrogate, which has no looks. */
  readonly unfamiliarity: number | null;
}

/** Share of an added class's images that may be called unfamiliar. */
const SKIN_LOST = 0.05;
/** Of malignant images that are to be suspicious, where the shipped head says nothing. */
const SENSITIVITY = 0.95;
/** Operating points are cut to six decimals, as the shipped ones are. */
const DECIMALS = 1e6;

/**
 * Everything that makes a probability one to act on, derived for a learned head. As many images of a
 * shipped class as with the shipped head are in their class's set, suspicious, undecided. (Both heads
 * are shown the same ones, of which most are surrogates: on those each does a little otherwise than on
 * real images, so the share is matched, not set.) Of an added class its own images decide.
 */
export function calibrated(
  images: readonly CalibrationImage[],
  classes: readonly HeadClass[],
  shippedClasses: readonly HeadClass[],
  shipped: Calibration,
): Calibration {
  const known = images.flatMap((image) =>
    image.shipped ? { ...image, before: image.shipped } : [],
  );
  const { conformal, outOfDistribution, referral } = shipped;
  const uncertain = shareOf(known, ({ before }) => entropy(before) > referral.entropyThreshold);
  const unfamiliar = images.flatMap(({ shipped: before, unfamiliarity, weight }) =>
    before || unfamiliarity === null ? [] : { value: unfamiliarity, weight },
  );
  return {
    conformal: {
      coverage: conformal.coverage,
      thresholds: Float64Array.from(classes, ({ code }, at) => {
        const place = shippedClasses.findIndex((each) => each.code === code);
        const scores = valuesOf(images, code, ({ probabilities }) => probabilities[at] ?? 0);
        const before = known.filter((image) => image.code === code);
        if (place < 0 || before.length === 0) return splitConformal(scores, conformal.coverage);
        const limit = conformal.thresholds[place] ?? 0;
        return reached(
          scores,
          shareOf(before, (image) => (image.before[place] ?? 0) >= limit),
        );
      }),
    },
    outOfDistribution: {
      ...outOfDistribution,
      threshold: Math.max(outOfDistribution.threshold, reached(unfamiliar, SKIN_LOST)),
    },
    referral: {
      ...operatingPoints(images, classes, shippedClasses, referral),
      entropyThreshold: Math.max(
        reached(
          known.map(({ probabilities, weight }) => ({ value: entropy(probabilities), weight })),
          uncertain,
        ),
        1 / DECIMALS,
      ),
    },
  };
}

/** First malignancy as a whole; then, beside it, melanoma. */
function operatingPoints(
  images: readonly CalibrationImage[],
  classes: readonly HeadClass[],
  shippedClasses: readonly HeadClass[],
  referral: Calibration['referral'],
): { melanomaThreshold: number; malignancyThreshold: number } {
  const { malignancyThreshold } = referral;
  const graveCodes = classes.flatMap(({ code, gravity }) => (gravity === 'benign' ? [] : code));
  const grave = images.filter(({ code }) => graveCodes.includes(code));
  const known = grave.flatMap((image) =>
    image.shipped ? { ...image, before: image.shipped } : [],
  );
  const before = (image: { before: Float64Array }) => malignancyOf(shippedClasses, image.before);
  const share =
    malignancyThreshold === null || known.length === 0
      ? SENSITIVITY
      : shareOf(known, (image) => before(image).sum >= malignancyThreshold);
  const point = asPoint(
    reached(
      grave.map(({ probabilities, weight }) => ({
        value: malignancyOf(classes, probabilities).sum,
        weight,
      })),
      share,
    ),
  );
  const melanomas = known.filter(({ code }) => code === MELANOMA);
  const at = classes.findIndex(({ code }) => code === MELANOMA);
  const suspicious = shareOf(melanomas, (image) =>
    isSuspicious(shippedClasses, referral, image.before),
  );
  const scores = valuesOf(images, MELANOMA, ({ probabilities }) => {
    const { sum, isFirst } = malignancyOf(classes, probabilities);
    return sum >= point || isFirst ? 1 : (probabilities[at] ?? 0);
  });
  return { melanomaThreshold: asPoint(reached(scores, suspicious)), malignancyThreshold: point };
}

/** Whether an image is suspicious by a calibrated head's operating points. */
export function isSuspicious(
  classes: readonly HeadClass[],
  { melanomaThreshold, malignancyThreshold }: Calibration['referral'],
  probabilities: Float64Array,
): boolean {
  const { sum, isFirst } = malignancyOf(classes, probabilities);
  const melanoma = classes.findIndex(({ code }) => code === MELANOMA);
  return (
    isFirst ||
    sum >= (malignancyThreshold ?? Number.POSITIVE_INFINITY) ||
    (probabilities[melanoma] ?? 0) >= melanomaThreshold
  );
}

/** Summed over the classes that are not benign, and whether one of those is the most probable. */
function malignancyOf(
  classes: readonly HeadClass[],
  probabilities: Float64Array,
): { sum: number; isFirst: boolean } {
  let [sum, grave, benign] = [0, 0, 0];
  for (const [index, { gravity }] of classes.entries()) {
    const p = probabilities[index] ?? 0;
    if (gravity === 'benign') benign = Math.max(benign, p);
    else {
      sum += p;
      grave = Math.max(grave, p);
    }
  }
  return { sum, isFirst: grave > 0 && grave >= benign };
}

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

function valuesOf(
  images: readonly CalibrationImage[],
  code: string,
  value: (image: CalibrationImage) => number,
): Weighted[] {
  return images.flatMap((image) =>
    image.code === code ? { value: value(image), weight: image.weight } : [],
  );
}

function shareOf<T extends { readonly weight: number }>(
  images: readonly T[],
  has: (image: T) => boolean,
): number {
  const total = images.reduce((sum, { weight }) => sum + weight, 0);
  const those = images.reduce((sum, image) => (has(image) ? sum + image.weight : sum), 0);
  return total > 0 ? those / total : 0;
}

/** The highest value that at least this share reaches; 0 of none. */
function reached(values: readonly Weighted[], share: number): number {
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  let above = 0;
  for (const { value, weight } of values.toSorted((a, b) => b.value - a.value)) {
    above += weight;
    // Sums of weights are rounded; a share that was one of them is still reached.
    if (above >= share * total * (1 - 1e-9)) return value;
  }
  return 0;
}

/**
 * Split conformal prediction (as `training/calibrate.py` has it): 0, so that the class is always in the
 * set, where too few images are there to promise the coverage.
 */
function splitConformal(scores: readonly Weighted[], coverage: number): number {
  const total = scores.reduce((sum, { weight }) => sum + weight, 0);
  const rank = Math.floor((1 - coverage) * (total + 1) + 1e-9);
  if (rank < 1) return 0;
  let below = 0;
  for (const { value, weight } of scores.toSorted((a, b) => a.value - b.value)) {
    below += weight;
    if (below >= rank) return value;
  }
  return 0;
}

function asPoint(value: number): number {
  return Math.min(Math.max(Math.floor(value * DECIMALS), 1), DECIMALS - 1) / DECIMALS;
}

function entropy(probabilities: Float64Array): number {
  return probabilities.reduce((sum, p) => (p > 0 ? sum - p * ln(p) : sum), 0);
}
