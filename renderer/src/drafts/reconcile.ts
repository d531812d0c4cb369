/** What is left of an edit when the record was changed by somebody else meanwhile. */
export interface Reconciled<D> {
  /** What was typed here, and for the rest what the record says now. */
  readonly details: D;
  /** What others changed and nobody touched here. */
  readonly takenOver: readonly (keyof D)[];
  /** What was changed here and there, differently: this edit's stays unless the person says else. */
  readonly disputed: readonly (keyof D)[];
}

export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Joins an edit `typed` that began from `base` with the record as it is `now`, field by field. */
export function reconcile<D extends object>(base: D, typed: D, now: D): Reconciled<D> {
  const details = { ...typed };
  const takenOver: (keyof D)[] = [];
  const disputed: (keyof D)[] = [];
  for (const field of Object.keys(now) as (keyof D)[]) {
    if (isSame(now[field], base[field]) || isSame(now[field], typed[field])) continue;
    if (isSame(typed[field], base[field])) {
      details[field] = now[field];
      takenOver.push(field);
    } else disputed.push(field);
  }
  return { details, takenOver, disputed };
}
