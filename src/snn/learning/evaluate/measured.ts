import { randomStream } from '../../random.ts';

/** A figure with its 95 % interval; `null` where there is nothing to measure. */
export interface Measured {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1_000;
const OUTSIDE = 0.025;

/**
 * The figure on all lesions, and the interval of the same on lesions drawn with replacement: so many
 * of each stratum as it has (or as `drawn` says). Percentile bootstrap; the same for the same seed.
 * @param figure of how often each lesion was drawn; `null` where it cannot be had from these
 */
export function bootstrap(
  strata: readonly { readonly lesions: number; readonly drawn?: number }[],
  seed: number,
  figure: (times: readonly Int32Array[]) => number | null,
): Measured | null {
  const value = figure(strata.map(({ lesions }) => new Int32Array(lesions).fill(1)));
  if (value === null) return null;
  const values: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const random = randomStream(seed, resample, 1);
    const times = strata.map(({ lesions, drawn = lesions }) => {
      const counts = new Int32Array(lesions);
      for (let draw = 0; draw < drawn && lesions > 0; draw++) {
        const lesion = random.next() % lesions;
        counts[lesion] = (counts[lesion] ?? 0) + 1;
      }
      return counts;
    });
    const one = figure(times);
    if (one !== null) values.push(one);
  }
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? value;
  return { value, low: at(OUTSIDE), high: at(1 - OUTSIDE) };
}

/** Images in the order of their scores, lowest first, for one pass a resample. */
export interface Ranking {
  readonly order: readonly number[];
  readonly scores: readonly number[];
}

export function ranking(scores: readonly number[]): Ranking {
  const order = [...scores.keys()].toSorted((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  return { order, scores };
}

/** Area under the ROC curve of weighted images, ties counted half; `null` without both kinds. */
export function rankedArea(
  { order, scores }: Ranking,
  isPositive: readonly boolean[],
  weight: (image: number) => number,
): number | null {
  let below = 0;
  let positives = 0;
  let area = 0;
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start] ?? 0];
    let [tiedPositive, tiedNegative] = [0, 0];
    let end = start;
    for (; end < order.length && scores[order[end] ?? 0] === score; end++) {
      const image = order[end] ?? 0;
      if (isPositive[image]) tiedPositive += weight(image);
      else tiedNegative += weight(image);
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
  return rankedArea(ranking(scores), isPositive, () => 1);
}
