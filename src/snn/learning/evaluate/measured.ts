import { randomStream } from '../../random.ts';

/** A figure with its 95 % interval; `null` where there is nothing to measure. */
export interface Measured {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1_000;
const OUTSIDE = 0.025;

export interface Stratum {
  readonly lesions: number;
  /** How many are drawn, if not as many as there are; they count for as many as there are. */
  readonly drawn?: number;
}

/** Of each lesion, stratum after stratum: how often it was drawn, and for how many each time counts. */
export interface Draws {
  readonly times: Int32Array;
  readonly scales: Float64Array;
}

/**
 * The figure on all lesions, and the interval of the same on lesions drawn with replacement: so many
 * of each stratum as it has (or as `drawn` says). Percentile bootstrap; the same for the same seed.
 * @param figure `null` where it cannot be had from these draws, which hold only while it runs
 */
export function bootstrap(
  strata: readonly Stratum[],
  seed: number,
  figure: (draws: Draws) => number | null,
): Measured | null {
  const lesions = strata.reduce((sum, stratum) => sum + stratum.lesions, 0);
  const times = new Int32Array(lesions).fill(1);
  const scales = new Float64Array(lesions).fill(1);
  const value = figure({ times, scales });
  if (value === null) return null;
  for (let index = 0, start = 0; index < strata.length; index++) {
    const { lesions: own = 0, drawn = own } = strata[index] ?? {};
    scales.fill(own / Math.max(drawn, 1), start, start + own);
    start += own;
  }
  const values: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const random = randomStream(seed, resample, 1);
    times.fill(0);
    let start = 0;
    for (const { lesions: own, drawn = own } of strata) {
      for (let draw = 0; draw < drawn && own > 0; draw++) {
        const lesion = start + (random.next() % own);
        times[lesion] = (times[lesion] as number) + 1;
      }
      start += own;
    }
    const one = figure({ times, scales });
    if (one !== null) values.push(one);
  }
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? value;
  return { value, low: at(OUTSIDE), high: at(1 - OUTSIDE) };
}

/** Indices of images in the order of their scores, lowest first. */
export function ranking(scores: readonly number[]): Int32Array {
  return Int32Array.from(scores.keys()).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
}

/**
 * Area under the ROC curve of weighted images, ties counted half; `null` without both kinds. All lists
 * are in the order of the scores, lowest first.
 */
export function rankedArea(
  scores: Float64Array,
  isPositive: Uint8Array,
  weights: Float64Array,
): number | null {
  let below = 0;
  let positives = 0;
  let area = 0;
  for (let start = 0; start < scores.length; ) {
    const score = scores[start];
    let [tiedPositive, tiedNegative] = [0, 0];
    let end = start;
    for (; end < scores.length && scores[end] === score; end++) {
      if (isPositive[end]) tiedPositive += weights[end] as number;
      else tiedNegative += weights[end] as number;
    }
    area += tiedPositive * (below + tiedNegative / 2);
    below += tiedNegative;
    positives += tiedPositive;
    start = end;
  }
  return positives > 0 && below > 0 ? area / (positives * below) : null;
}

/** Of plain images; `null` without both kinds. */
export function areaUnderRoc(
  scores: readonly number[],
  isPositive: readonly boolean[],
): number | null {
  const order = ranking(scores);
  return rankedArea(
    Float64Array.from(order, (image) => scores[image] as number),
    Uint8Array.from(order, (image) => Number(isPositive[image])),
    new Float64Array(order.length).fill(1),
  );
}
