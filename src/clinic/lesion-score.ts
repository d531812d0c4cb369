import type { Verdict } from './entities/index.ts';
import { type Score, type ScoringHead, scoreCounts } from './scoring.ts';

/** What is known of one image of a lesion. */
export interface ImageOfLesion {
  readonly spikeCounts: Int32Array;
  /** `null` where it is not known. */
  readonly unfamiliarity: number | null;
  readonly verdict: Verdict;
}

/** A lesion read over several images. */
export interface LesionScore extends Score {
  /** How many of them were used. */
  readonly images: number;
}

/**
 * One reading of a lesion from its images of one visit: the mean of their spike counts, rounded half
 * up, through the same head. It is as unfamiliar as the most unfamiliar of them. Pictures that are
 * unusable are left out, unless all are. `null` where fewer than two remain.
 */
export function scoreLesion(
  head: ScoringHead,
  images: readonly ImageOfLesion[],
): LesionScore | null {
  const usable = images.filter(({ verdict }) => verdict.kind !== 'unusable');
  const used = usable.length > 0 ? usable : images;
  const [first] = used;
  if (!first || used.length < 2) return null;
  const mean = first.spikeCounts.map((_, at) => {
    const sum = used.reduce((total, { spikeCounts }) => total + (spikeCounts[at] ?? 0), 0);
    return Math.floor((2 * sum + used.length) / (2 * used.length));
  });
  const distances = used.map(({ unfamiliarity }) => unfamiliarity);
  const unfamiliarity = distances.includes(null)
    ? null
    : Math.max(...distances.filter((distance) => distance !== null));
  return { ...scoreCounts(head, mean, unfamiliarity, []), images: used.length };
}
