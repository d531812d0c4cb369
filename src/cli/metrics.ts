import { areaUnderRoc as areaUnder } from '../snn/learning/index.ts';

/** One image: what it is, and how probable each class is said to be (in the classes' order). */
export interface Scored {
  readonly truth: number;
  readonly probabilities: readonly number[];
}

/** `null` where a figure is undefined: without images, or without any of another class. */
export interface Metrics {
  readonly count: number;
  readonly accuracy: number | null;
  /** Mean recall over the classes present. */
  readonly balancedAccuracy: number | null;
  /** Mean F1 over the classes that are present or were named. */
  readonly macroF1: number | null;
  /** Mean one-vs-rest area under the ROC curve over the classes present. */
  readonly macroAuc: number | null;
  /** Expected calibration error: 15 equal-width bins of the highest probability. */
  readonly ece: number | null;
  readonly recall: Readonly<Record<string, number | null>>;
  /** Area under the ROC curve of each class against the rest. */
  readonly auc: Readonly<Record<string, number | null>>;
}

const calibrationBins = 15;

/** The decision is the most probable class; of equals, the first. */
export function measure(classes: readonly string[], images: readonly Scored[]): Metrics {
  const matrix = confusionMatrix(classes.length, images);
  const at = (truth: number, named: number) => matrix[truth]?.[named] ?? 0;
  const present = classes.map((_, c) => sum(matrix[c] ?? []));
  const named = classes.map((_, c) => sum(matrix.map((row) => row[c] ?? 0)));
  const hits = classes.map((_, c) => at(c, c));
  const recall = hits.map((hit, c) => ratio(hit, present[c] ?? 0));
  const auc = classes.map((_, c) => areaUnderRoc(oneAgainstRest(images, c)));
  const f1 = hits.map((hit, c) => ratio(2 * hit, (present[c] ?? 0) + (named[c] ?? 0)));
  return {
    count: images.length,
    accuracy: ratio(sum(hits), images.length),
    balancedAccuracy: mean(recall),
    macroF1: mean(f1),
    macroAuc: mean(auc),
    ece: calibrationError(images),
    recall: Object.fromEntries(classes.map((code, c) => [code, recall[c] ?? null])),
    auc: Object.fromEntries(classes.map((code, c) => [code, auc[c] ?? null])),
  };
}

/** Rows are the truth, columns what was named. */
export function confusionMatrix(classes: number, images: readonly Scored[]): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { truth, probabilities } of images) {
    const row = matrix[truth];
    const named = mostProbable(probabilities);
    if (row) row[named] = (row[named] ?? 0) + 1;
  }
  return matrix;
}

function mostProbable(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}

function oneAgainstRest(images: readonly Scored[], positive: number): Ranked[] {
  return images.map(({ truth, probabilities }) => ({
    score: probabilities[positive] ?? 0,
    isPositive: truth === positive,
  }));
}

export interface Ranked {
  readonly score: number;
  readonly isPositive: boolean;
}

/** Ties count one half; `null` without images on either side. */
export function areaUnderRoc(images: readonly Ranked[]): number | null {
  return areaUnder(
    images.map(({ score }) => score),
    images.map(({ isPositive }) => isPositive),
  );
}

/** Guo et al., "On calibration of modern neural networks", 2017. */
function calibrationError(images: readonly Scored[]): number | null {
  const bins = Array.from({ length: calibrationBins }, () => ({ confidence: 0, hits: 0 }));
  for (const { truth, probabilities } of images) {
    const confidence = Math.max(...probabilities);
    const index = Math.min(Math.floor(confidence * calibrationBins), calibrationBins - 1);
    const bin = bins[index];
    if (!bin) continue;
    bin.confidence += confidence;
    if (mostProbable(probabilities) === truth) bin.hits++;
  }
  return ratio(sum(bins.map(({ confidence, hits }) => Math.abs(hits - confidence))), images.length);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Of the values that are defined. */
function mean(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return ratio(sum(defined), defined.length);
}
