import type { Example } from '../learn.ts';
import { RidgeFit } from '../ridge.ts';
import { statisticsOf } from '../statistics.ts';
import { lesionsOf } from '../trunk.ts';
import { areaUnderRoc } from './measured.ts';

/** An example with what may have been learned in place of the class; `null` where it is not known. */
export interface EvaluationExample extends Example {
  readonly patient: string | null;
  readonly camera: string | null;
  readonly day: string | null;
}

/** A reason not to believe a figure, or not to approve a head. */
export type Guard =
  | {
      readonly kind: 'few-lesions';
      readonly code: string;
      readonly lesions: number;
      readonly least: number;
    }
  | {
      readonly kind: 'dominated';
      readonly code: string;
      readonly by: 'patient' | 'camera' | 'day';
      /** Of the class's images, the share of one patient, camera or day. */
      readonly share: number;
      /** How well the spike counts tell that camera from others; `null` where it cannot be measured. */
      readonly auroc: number | null;
    }
  /** Too few labelled lesions to say whether the adaptation to the camera helps. */
  | { readonly kind: 'camera-unmeasured'; readonly lesions: number; readonly least: number }
  | { readonly kind: 'conflict'; readonly images: readonly string[] }
  | { readonly kind: 'near-duplicates'; readonly images: readonly (readonly [string, string])[] }
  | { readonly kind: 'unfamiliar'; readonly code: string; readonly images: readonly string[] }
  | { readonly kind: 'fall'; readonly code: string; readonly fall: number; readonly limit: number };

export interface GuardLimits {
  readonly leastLesions: number;
  /** Of a class's images, the largest share that one patient, camera or day may have. */
  readonly mostOfOne: number;
  readonly fall: number;
  readonly melanomaFall: number;
}

export const GUARD_LIMITS: GuardLimits = {
  leastLesions: 15,
  mostOfOne: 0.5,
  fall: 0.02,
  melanomaFall: 0.005,
};

/** Two images whose counts differ by less than this share of both are all but one picture. */
const DUPLICATE = 0.02;
/** A share is of one lesion's images at least; of so few images it says nothing. */
const LEAST_FOR_SHARE = 8;
const LEAST_OF_EACH = 10;

/** All but a class's fall, which is measured. */
export function exampleGuards(
  added: readonly string[],
  examples: readonly EvaluationExample[],
  unfamiliarFrom: number,
  limits: GuardLimits,
): Guard[] {
  return [
    ...added.flatMap((code) => {
      const own = examples.filter((example) => example.code === code);
      return [
        ...fewLesions(code, own, limits),
        ...dominations(code, own, examples, limits),
        ...unfamiliar(code, own, unfamiliarFrom),
      ];
    }),
    ...conflicts(examples),
    ...nearDuplicates(examples),
  ];
}

function fewLesions(
  code: string,
  own: readonly EvaluationExample[],
  { leastLesions }: GuardLimits,
): Guard[] {
  const lesions = new Set(own.map(({ lesion }) => lesion)).size;
  return lesions < leastLesions
    ? [{ kind: 'few-lesions', code, lesions, least: leastLesions }]
    : [];
}

function dominations(
  code: string,
  own: readonly EvaluationExample[],
  all: readonly EvaluationExample[],
  { mostOfOne }: GuardLimits,
): Guard[] {
  if (own.length < LEAST_FOR_SHARE) return [];
  return (['patient', 'camera', 'day'] as const).flatMap((by): Guard[] => {
    const counts = new Map<string, number>();
    for (const example of own) {
      const value = example[by];
      if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const [value, count] = [...counts].reduce(
      (most, each) => (each[1] > most[1] ? each : most),
      ['', 0],
    );
    const share = count / own.length;
    if (share <= mostOfOne) return [];
    return [
      { kind: 'dominated', code, by, share, auroc: by === 'camera' ? telling(all, value) : null },
    ];
  });
}

/** The area under the ROC curve of telling one camera's examples from others', each lesion left out. */
function telling(examples: readonly EvaluationExample[], camera: string): number | null {
  const known = examples.flatMap((example) =>
    example.camera === null ? [] : { ...example, truth: example.camera === camera ? 1 : 0 },
  );
  const sides = [0, 1].map((truth) => known.filter((example) => example.truth === truth));
  const features = known[0]?.counts.length ?? 0;
  if (sides.some((side) => side.length < LEAST_OF_EACH)) return null;
  const fit = new RidgeFit(
    sides.map((side) => ({
      statistics: statisticsOf(
        features,
        side.map(({ counts }) => counts),
      ),
      weight: 1,
    })),
  );
  const scored = [0, 1].flatMap((truth) =>
    lesionsOf(known, truth).flatMap((lesion) =>
      fit
        .withoutThem(
          lesion.map(({ counts }) => counts),
          truth,
        )
        .map((scores) => ({ truth, score: scores[1] ?? 0 })),
    ),
  );
  return areaUnderRoc(
    scored.map(({ score }) => score),
    scored.map(({ truth }) => truth === 1),
  );
}

function unfamiliar(code: string, own: readonly EvaluationExample[], limit: number): Guard[] {
  const images = own.flatMap(({ id, unfamiliarity }) =>
    unfamiliarity !== null && unfamiliarity > limit ? [id] : [],
  );
  return images.length > 0 ? [{ kind: 'unfamiliar', code, images }] : [];
}

/** Lesions that are said to be two things. */
function conflicts(examples: readonly EvaluationExample[]): Guard[] {
  const codes = new Map<string, Set<string>>();
  for (const { lesion, code } of examples)
    codes.set(lesion, (codes.get(lesion) ?? new Set()).add(code));
  const images = examples.flatMap(({ id, lesion }) =>
    (codes.get(lesion)?.size ?? 0) > 1 ? [id] : [],
  );
  return images.length > 0 ? [{ kind: 'conflict', images }] : [];
}

function nearDuplicates(examples: readonly EvaluationExample[]): Guard[] {
  const summed = examples
    .map((example) => ({ ...example, sum: example.counts.reduce((sum, count) => sum + count, 0) }))
    .toSorted((a, b) => a.sum - b.sum);
  const images: [string, string][] = [];
  for (const [index, one] of summed.entries()) {
    for (let at = index + 1; at < summed.length; at++) {
      const other = summed[at];
      // Sorted by their sums, which differ by no more than the counts do.
      if (!other || other.sum - one.sum > DUPLICATE * (other.sum + one.sum)) break;
      if (other.lesion !== one.lesion && isNear(one.counts, other.counts, one.sum + other.sum)) {
        images.push([one.id, other.id]);
      }
    }
  }
  return images.length > 0 ? [{ kind: 'near-duplicates', images }] : [];
}

function isNear(a: Int32Array, b: Int32Array, both: number): boolean {
  let difference = 0;
  for (const [index, count] of a.entries()) {
    difference += Math.abs(count - (b[index] ?? 0));
    if (difference > DUPLICATE * both) return false;
  }
  return true;
}
