import type { Gravity, VerdictKind } from '../clinic/entities/index.ts';
import { ratio } from './metrics.ts';

/** One image: the code of what it is, and what its reading came to. */
export interface Judged {
  readonly truth: string;
  readonly kind: VerdictKind;
}

/**
 * The verdict for malignant and pre-malignant images against benign ones; `null` where a figure is
 * undefined. A picture called unusable counts as found by neither.
 */
export interface VerdictMetrics {
  /** Share of the malignant and pre-malignant images that are suspicious or unclear. */
  readonly sensitivity: number | null;
  /** Share of the benign ones that show no sign of malignancy. */
  readonly specificity: number | null;
  /** The same for suspicious alone, against all other verdicts. */
  readonly suspicious: { readonly sensitivity: number | null; readonly specificity: number | null };
  /** Share of each class that is suspicious or unclear; of the classes that have images. */
  readonly found: Readonly<Record<string, number>>;
  /** How many images of each class came to which verdict. */
  readonly counts: Readonly<Record<string, Readonly<Record<VerdictKind, number>>>>;
}

export function measureVerdicts(
  classes: readonly { readonly code: string; readonly gravity: Gravity }[],
  images: readonly Judged[],
): VerdictMetrics {
  const gravityOf = new Map(classes.map(({ code, gravity }) => [code, gravity]));
  const benign = images.filter(({ truth }) => gravityOf.get(truth) === 'benign');
  const grave = images.filter(({ truth }) => gravityOf.get(truth) !== 'benign');
  const of = (code: string) => images.filter(({ truth }) => truth === code);
  const share = (those: readonly Judged[], ...kinds: readonly VerdictKind[]) =>
    ratio(those.filter(({ kind }) => kinds.includes(kind)).length, those.length);
  return {
    sensitivity: share(grave, 'suspicious', 'unclear'),
    specificity: share(benign, 'no-sign'),
    suspicious: {
      sensitivity: share(grave, 'suspicious'),
      specificity: share(benign, 'unusable', 'unclear', 'no-sign'),
    },
    found: Object.fromEntries(
      classes.flatMap(({ code }) => {
        const found = share(of(code), 'suspicious', 'unclear');
        return found === null ? [] : [[code, found]];
      }),
    ),
    counts: Object.fromEntries(classes.map(({ code }) => [code, countsOf(of(code))])),
  };
}

function countsOf(images: readonly Judged[]): Record<VerdictKind, number> {
  const counts = { suspicious: 0, unclear: 0, 'no-sign': 0, unusable: 0 };
  for (const { kind } of images) counts[kind]++;
  return counts;
}
