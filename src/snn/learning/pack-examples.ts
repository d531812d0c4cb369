import type { EvaluationExample } from './evaluate/guards.ts';
import type { Foundation } from './foundation.ts';
import type { KnownClass } from './model-statistics.ts';
import { withinCovariance } from './statistics.ts';
import { surrogates } from './surrogates.ts';

const MOST_DRAWN = 192;
const MOST_PER_VIEW = 127;
const SEED = 4_096;

/**
 * Examples of a class of which only statistics are at hand: images drawn from them, as many as there
 * were lesions, each a lesion of its own. The same for the same statistics, everywhere.
 */
export function packExamples(
  { classes, head }: Foundation,
  { code, lesions, statistics }: KnownClass,
): EvaluationExample[] {
  const shared = withinCovariance(classes.map((each) => each.statistics));
  const count = Math.min(lesions, MOST_DRAWN);
  return surrogates(statistics, shared, count, MOST_PER_VIEW * head.views, SEED).map(
    (counts, index) => ({
      id: `pack ${code} ${String(index).padStart(4, '0')}`,
      code,
      lesion: `pack ${code} ${index}`,
      counts,
      ...{ unfamiliarity: null, patient: null, camera: null, day: null },
    }),
  );
}
