import { codeAfter, type Plan } from '../plan.ts';

/**
 * Of a learned head's probabilities, the class of the trunk that is named: kinds of a class count for
 * it together, as they do for whoever asks whether the class is still found.
 */
export function familyNamed(
  families: readonly (readonly number[])[],
  probabilities: Float64Array,
): number {
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (const [family, places] of families.entries()) {
    const p = places.reduce((sum, place) => sum + (probabilities[place] ?? 0), 0);
    if (p > most) [best, most] = [family, p];
  }
  return best;
}

/** Places, among the learned head's classes, of each class that no other is the parent of. */
export function familiesOf(plan: Plan): { readonly codes: string[]; readonly places: number[][] } {
  const roots = plan.classes.filter(({ parent }) => parent === null);
  return {
    codes: roots.map(({ code }) => code),
    places: roots.map(({ code }) => placesOf(plan, code)),
  };
}

/** Places of a class and of all kinds of it, each of which stands behind its parent. */
export function placesOf(plan: Plan, code: string): number[] {
  const own = new Set([code]);
  return plan.classes.flatMap((each, place) => {
    if (each.parent !== null && own.has(each.parent)) own.add(each.code);
    return own.has(each.code) ? [place] : [];
  });
}

/** The root of a class's tree, after all merges. */
export function rootOf(plan: Plan, code: string): string {
  let now = codeAfter(plan, code);
  for (;;) {
    const parent = plan.classes.find((each) => each.code === now)?.parent ?? null;
    if (parent === null) return now;
    now = parent;
  }
}

export function mostProbable(probabilities: Float64Array): number {
  let best = 0;
  for (const [index, p] of probabilities.entries())
    if (p > (probabilities[best] ?? 0)) best = index;
  return best;
}
