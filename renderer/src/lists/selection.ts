import { useMemo } from 'react';
import { useShortcuts } from '../routing/shortcuts.ts';
import { type Kept, useKept } from './kept.ts';
import { focusedRow, moveRowFocus } from './rows.ts';

export interface Selection {
  /** Those of the rows that are there. */
  readonly keys: readonly string[];
  has(key: string): boolean;
  toggle(key: string): void;
  all(): void;
  clear(): void;
}

/** Which rows of a list are selected; the keys move among them and select. */
export function useSelection(kept: Kept<ReadonlySet<string>>, rows: readonly string[]): Selection {
  const selected = useKept(kept);
  const selection = useMemo((): Selection => {
    const toggle = (key: string) => {
      const next = new Set(selected);
      if (!next.delete(key)) next.add(key);
      kept.set(next);
    };
    return {
      keys: rows.filter((key) => selected.has(key)),
      has: (key) => selected.has(key),
      toggle,
      all: () => kept.set(new Set(rows)),
      clear: () => kept.set(new Set()),
    };
  }, [kept, selected, rows]);

  const move = (step: 1 | -1) => (event: KeyboardEvent) => {
    const from = focusedRow()?.dataset.row;
    moveRowFocus(step);
    const to = focusedRow()?.dataset.row;
    if (!event.shiftKey) return;
    const added = [from, to].filter((key) => key !== undefined);
    kept.set(new Set([...kept.get(), ...added]));
  };
  useShortcuts({
    j: move(1),
    arrowdown: move(1),
    k: move(-1),
    arrowup: move(-1),
    x: () => {
      const key = focusedRow()?.dataset.row;
      if (key !== undefined) selection.toggle(key);
    },
    escape: () => selection.clear(),
  });
  return selection;
}
