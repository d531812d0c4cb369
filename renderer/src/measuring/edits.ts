import type { Controls } from '../../../src/measuring/index.ts';

/** An outline while a person corrects it; what it was before each step, and what was undone. */
export interface Edits {
  readonly past: readonly Controls[];
  readonly now: Controls;
  readonly future: readonly Controls[];
}

export const begun = (now: Controls): Edits => ({ past: [], now, future: [] });

export const changed = ({ past, now }: Edits, next: Controls): Edits => ({
  past: [...past, now],
  now: next,
  future: [],
});

export function undone(edits: Edits): Edits {
  const before = edits.past.at(-1);
  if (!before) return edits;
  return { past: edits.past.slice(0, -1), now: before, future: [edits.now, ...edits.future] };
}

export function redone(edits: Edits): Edits {
  const [next, ...future] = edits.future;
  return next ? { past: [...edits.past, edits.now], now: next, future } : edits;
}
