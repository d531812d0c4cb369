import { useMemo, useRef } from 'react';
import { useShortcuts } from '../routing/shortcuts.ts';
import { type Kept, useKept } from './kept.ts';
import { focusEndRow, focusedRow, moveRowFocus } from './rows.ts';

export type Selected = ReadonlySet<string>;

export interface Selection {
  /** Those of the rows that are there. */
  readonly keys: readonly string[];
  has(key: string): boolean;
  /** With `isRange` all from the last one toggled to this one are selected. */
  toggle(key: string, isRange?: boolean): void;
  all(): void;
  clear(): void;
}

/** Which rows of a list are selected; the keys move among them and select. */
export function useSelection(kept: Kept<Selected>, rows: readonly string[]): Selection {
  const selected = useKept(kept);
  const lastKey = useRef<string>(undefined);
  const selection = useMemo((): Selection => {
    const toggle = (key: string, isRange = false) => {
      const next = new Set(selected);
      const from = isRange && lastKey.current !== undefined ? rows.indexOf(lastKey.current) : -1;
      const to = rows.indexOf(key);
      lastKey.current = key;
      if (from !== -1)
        for (const each of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(each);
      else if (!next.delete(key)) next.add(key);
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
  const toggleFocused = () => {
    const key = focusedRow()?.dataset.row;
    if (key !== undefined) selection.toggle(key);
  };
  useShortcuts({
    j: move(1),
    arrowdown: move(1),
    k: move(-1),
    arrowup: move(-1),
    home: () => focusEndRow('first'),
    end: () => focusEndRow('last'),
    x: toggleFocused,
    // On anything else than a row it presses what has the focus.
    ' ': ({ target }) =>
      target instanceof HTMLElement && target.dataset.row !== undefined ? toggleFocused() : false,
    escape: () => selection.clear(),
  });
  return selection;
}
