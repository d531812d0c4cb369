import { MELANOMA } from '../snn/index.ts';
import type {
  ClassProbability,
  CommissioningConclusion,
  CommissioningReport,
  Figure,
  Verdict,
  VerdictReason,
} from './entities/index.ts';
import { resampled } from './resampling.ts';
import type { ScoringHead } from './scoring.ts';

/** One labelled image of the clinic and what was read of it. */
export interface CheckedImage {
  /** What must stay together; the image's own name where lesions are not told. */
  readonly lesion: string;
  /** Code of a class of the head. */
  readonly truth: string;
  readonly probabilities: readonly ClassProbability[];
  readonly verdict: Verdict;
}

/** What a clinic's images must show; lesions, and shares of images. */
export const commissioningRules = {
  minMelanomas: 15,
  minMalignant: 30,
  minBenign: 60,
  minSensitivity: 0.9,
  /** The interval must not reach below. */
  minSensitivityLow: 0.8,
  minSpecificity: 0.4,
  maxCalibrationError: 0.15,
  /** Of melanoma, that the clinic's own operating point is set for. */
  aimedSensitivity: 0.95,
} as const;

/**
 * Whether a network can be relied upon at a clinic, from its own labelled images. Deterministic.
 * Intervals: percentile bootstrap over lesions. The clinic's operating point of melanoma is the highest
 * at which 95 % of the melanomas are suspicious; what it would do is measured out of the bag: a point
 * is set on each resample, and tried on the lesions that the resample lacks.
 */
export function commission(
  networkName: string,
  head: ScoringHead,
  checked: readonly CheckedImage[],
): CommissioningReport {
  const ownMelanoma = head.calibration?.referral.melanomaThreshold ?? 1;
  const images = checked.map((image) => asJudged(head, image));
  const found = (of: readonly Judged[]) => share(of, isFoundAt(ownMelanoma));
  const measured = {
    sensitivity: figureOf(images, (of) => found(of.filter(isMalignant))),
    melanomaSensitivity: figureOf(images, (of) => found(of.filter(isMelanoma))),
    specificity: figureOf(images, (of) => share(of.filter(isBenign), hasNoSignAt(ownMelanoma))),
    calibrationError: figureOf(images, calibrationError),
    threshold: thresholdOf(ownMelanoma, images),
  };
  const lesions = (of: readonly Judged[]) => new Set(of.map(({ lesion }) => lesion)).size;
  const counted = {
    all: lesions(images),
    melanoma: lesions(images.filter(isMelanoma)),
    malignant: lesions(images.filter(isMalignant)),
    benign: lesions(images.filter(isBenign)),
  };
  return {
    networkName,
    networkSha256: head.networkSha256,
    headSha256: head.sha256,
    images: images.length,
    lesions: counted,
    ...measured,
    expected: mean(images.map(({ malignancy }) => malignancy)),
    observed: share(images, isMalignant),
    ...concluded(counted, measured),
  };
}

/** What of an image decides. */
interface Judged {
  readonly lesion: string;
  readonly isMelanoma: boolean;
  readonly isMalignant: boolean;
  readonly isUnusable: boolean;
  /** Suspicious, and unclear, whatever the operating point of melanoma. */
  readonly isSuspectOtherwise: boolean;
  readonly isDoubtful: boolean;
  /** Probability of melanoma, and of the malignant and pre-malignant classes together. */
  readonly melanoma: number;
  readonly malignancy: number;
}

const suspicions: readonly VerdictReason[] = ['malignancy', 'malignant-class-first'];
const doubts: readonly VerdictReason[] = [
  'unfamiliar',
  'no-benign-class-fits',
  'uncalibrated',
  'little-skin',
];

function asJudged(
  head: ScoringHead,
  { lesion, truth, probabilities, verdict }: CheckedImage,
): Judged {
  const { kind, reasons, malignancy } = verdict;
  return {
    lesion,
    isMelanoma: truth === MELANOMA,
    isMalignant: head.classes.some(({ code, gravity }) => code === truth && gravity !== 'benign'),
    isUnusable: kind === 'unusable',
    isSuspectOtherwise: suspicions.some((reason) => reasons.includes(reason)),
    isDoubtful: doubts.some((reason) => reasons.includes(reason)),
    melanoma: probabilities.find(({ code }) => code === MELANOMA)?.probability ?? 0,
    malignancy: Math.min(1, malignancy),
  };
}

const isMelanoma = (image: Judged) => image.isMelanoma;
const isMalignant = (image: Judged) => image.isMalignant;
const isBenign = (image: Judged) => !image.isMalignant;

/** Suspicious or unclear, with melanoma's operating point there. */
function isFoundAt(point: number) {
  return ({ isUnusable, isSuspectOtherwise, isDoubtful, melanoma }: Judged) =>
    !isUnusable && (isSuspectOtherwise || isDoubtful || melanoma >= point);
}

function hasNoSignAt(point: number) {
  const isFound = isFoundAt(point);
  return (image: Judged) => !image.isUnusable && !isFound(image);
}

type Counted = CommissioningReport['lesions'];
type Measured = Pick<
  CommissioningReport,
  'sensitivity' | 'melanomaSensitivity' | 'specificity' | 'calibrationError' | 'threshold'
>;

function concluded(
  counted: Counted,
  measured: Measured,
): { conclusion: CommissioningConclusion; reasons: string[] } {
  const rules = commissioningRules;
  const missing = [
    short('melanomas', counted.melanoma, rules.minMelanomas),
    short('malignant or pre-malignant lesions', counted.malignant, rules.minMalignant),
    short('benign lesions', counted.benign, rules.minBenign),
  ].flat();
  if (missing.length > 0) return { conclusion: 'too-few', reasons: missing };
  const { sensitivity, melanomaSensitivity, specificity, calibrationError, threshold } = measured;
  const faults = [
    ...lowSensitivity('malignant and pre-malignant images', sensitivity),
    ...lowSensitivity('melanomas', melanomaSensitivity),
    ...lowSpecificity('', specificity),
    ...badCalibration(calibrationError),
  ];
  if (faults.length === 0) return { conclusion: 'fit', reasons: [] };
  const remaining = [
    // Out of the bag are a third of the lesions only, so the interval says less than the value.
    ...lowSensitivity(
      'melanomas at this clinic’s threshold',
      threshold && { ...threshold.melanomaSensitivity, low: threshold.melanomaSensitivity.value },
    ),
    ...lowSpecificity(' at this clinic’s threshold', threshold?.specificity ?? null),
  ];
  return { conclusion: remaining.length === 0 ? 'fit-with-threshold' : 'not-fit', reasons: faults };
}

function short(what: string, count: number, least: number): string[] {
  return count < least ? [`${count} ${what}; at least ${least} are needed.`] : [];
}

function lowSensitivity(what: string, figure: Figure | null): string[] {
  const { minSensitivity, minSensitivityLow } = commissioningRules;
  if (!figure) return [`No ${what} were read.`];
  if (figure.value >= minSensitivity && figure.low >= minSensitivityLow) return [];
  return [
    `Of the ${what} ${percent(figure)} are found; ${percent(minSensitivity)}, and at least ` +
      `${percent(minSensitivityLow)} with certainty, are asked for.`,
  ];
}

function lowSpecificity(where: string, figure: Figure | null): string[] {
  const { minSpecificity } = commissioningRules;
  if (!figure) return ['No benign images were read.'];
  if (figure.value >= minSpecificity) return [];
  return [
    `Of the benign images ${percent(figure)} show no sign of malignancy${where}; ` +
      `${percent(minSpecificity)} are asked for.`,
  ];
}

function badCalibration(figure: Figure | null): string[] {
  const { maxCalibrationError } = commissioningRules;
  if (!figure || figure.value <= maxCalibrationError) return [];
  return [
    `Probabilities of malignancy are off by ${percent(figure)} on average; at most ` +
      `${percent(maxCalibrationError)} is accepted.`,
  ];
}

function percent(of: number | Figure): string {
  const whole = (value: number) => `${Math.round(value * 100)} %`;
  return typeof of === 'number'
    ? whole(of)
    : `${whole(of.value)} (${whole(of.low)} to ${whole(of.high)})`;
}

/** Guo et al., 2017, of the probability of malignancy; ten bins of equal width. */
function calibrationError(images: readonly Judged[]): number | null {
  const bins = Array.from({ length: 10 }, () => ({ expected: 0, observed: 0 }));
  for (const image of images) {
    const bin = bins[Math.min(9, Math.floor(image.malignancy * 10))];
    if (!bin) continue;
    bin.expected += image.malignancy;
    if (image.isMalignant) bin.observed++;
  }
  const off = bins.reduce((sum, { expected, observed }) => sum + Math.abs(expected - observed), 0);
  return images.length === 0 ? null : Math.min(1, off / images.length);
}

function thresholdOf(
  ownMelanoma: number,
  images: readonly Judged[],
): CommissioningReport['threshold'] {
  const melanoma = pointFor(images);
  if (melanoma === null) return null;
  const tries = resampled(images, ({ lesion }) => lesion).flatMap(({ inside, outside }) => {
    const point = pointFor(inside);
    if (point === null) return [];
    const sensitivity = share(outside.filter(isMelanoma), isFoundAt(point));
    return [{ sensitivity, specificity: share(outside.filter(isBenign), hasNoSignAt(point)) }];
  });
  const melanomaSensitivity = spread(tries.map(({ sensitivity }) => sensitivity));
  const specificity = spread(tries.map((each) => each.specificity));
  return melanomaSensitivity && specificity
    ? { melanoma, ownMelanoma, melanomaSensitivity, specificity }
    : null;
}

/** The highest probability that, beside other reasons, makes 95 % of the melanomas suspicious. */
function pointFor(images: readonly Judged[]): number | null {
  const scores = images
    .filter(isMelanoma)
    .map(({ isSuspectOtherwise, melanoma }) => (isSuspectOtherwise ? 1 : melanoma))
    .toSorted((a, b) => a - b);
  const point = scores[Math.floor((1 - commissioningRules.aimedSensitivity) * scores.length)];
  return point === undefined ? null : Math.floor(point * 1e6) / 1e6;
}

function figureOf(
  images: readonly Judged[],
  measure: (images: readonly Judged[]) => number | null,
): Figure | null {
  const value = measure(images);
  const interval = spread(
    resampled(images, ({ lesion }) => lesion).map(({ inside }) => measure(inside)),
  );
  return value === null || !interval ? null : { ...interval, value };
}

/** Mean and 95 % interval of what is defined. */
function spread(values: readonly (number | null)[]): Figure | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const at = (quantile: number) => sorted[Math.floor(quantile * (sorted.length - 1))] ?? 0;
  const value = mean(sorted);
  return value === null ? null : { value, low: at(0.025), high: at(0.975) };
}

function share<T>(of: readonly T[], has: (one: T) => boolean): number | null {
  return of.length === 0 ? null : of.filter(has).length / of.length;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
