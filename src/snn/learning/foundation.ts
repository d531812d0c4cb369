import { classScores } from '../head/classify.ts';
import type { Head } from '../head/head.ts';
import type { KnownClass, ModelStatistics } from './model-statistics.ts';
import { withinCovariance } from './statistics.ts';
import { surrogates } from './surrogates.ts';

/**
 * What every learned head of a network stands on: the shipped head, the shipped classes' statistics,
 * and images drawn from them that stand for theirs. Made once a network.
 */
export interface Foundation {
  readonly head: Head;
  readonly headSha256: string;
  readonly classes: readonly KnownClass[];
  readonly surrogates: readonly Surrogate[];
}

/** An image that never was, of a shipped class. */
export interface Surrogate {
  /** Index of the class. */
  readonly truth: number;
  readonly counts: Int32Array;
  /** What the shipped head makes of it, before the softmax. */
  readonly shipped: Float64Array;
}

/** How many surrogates there are of each class. */
export function drawnOf(surrogates: readonly Surrogate[], classes: number): Int32Array {
  const drawn = new Int32Array(classes);
  for (const { truth } of surrogates) drawn[truth] = (drawn[truth] ?? 0) + 1;
  return drawn;
}

/** Surrogates of each class, and those of them on which a fit's correction is found. */
const SURROGATES = 192;
export const SAMPLES = 16;
/** A view's spike counts are 0…127. */
const MOST_PER_VIEW = 127;

export function foundationOf(
  head: Head,
  headSha256: string,
  { classes }: ModelStatistics,
): Foundation {
  const shared = withinCovariance(classes.map(({ statistics }) => statistics));
  const drawn = classes.flatMap(({ statistics }, truth) =>
    surrogates(statistics, shared, SURROGATES, MOST_PER_VIEW * head.views, truth).map((counts) => ({
      truth,
      counts,
      shipped: classScores(head, counts).scores,
    })),
  );
  return { head, headSha256, classes, surrogates: drawn };
}
