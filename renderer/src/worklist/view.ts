import { useSyncExternalStore } from 'react';
import type { WaitingEntry } from '../../../src/station/contract/index.ts';

/** How the worklist is looked at. The reading page goes to "next" and "previous" by it. */
export interface WorklistView {
  readonly filter: 'all' | 'unread' | 'suspicious';
  /** For `suspicious`: the least chance of melanoma. */
  readonly minMelanoma: number;
}

const initial: WorklistView = { filter: 'all', minMelanoma: 0.2 };
let view = initial;
const listeners = new Set<() => void>();

export function setWorklistView(next: WorklistView): void {
  view = next;
  for (const listener of listeners) listener();
}

export const clearWorklistView = (): void => setWorklistView(initial);

export function useWorklistView(): WorklistView {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => view,
  );
}

export function melanomaProbability(entry: Pick<WaitingEntry, 'reading'>): number {
  return entry.reading?.probabilities.find(({ code }) => code === 'mel')?.probability ?? 0;
}

/** The entries in the order in which they are worked through. */
export function arrange(
  entries: readonly WaitingEntry[],
  { filter, minMelanoma }: WorklistView,
): WaitingEntry[] {
  const oldestFirst = entries.toSorted((a, b) =>
    a.image.importedAt < b.image.importedAt ? -1 : 1,
  );
  switch (filter) {
    case 'all':
      return oldestFirst;
    case 'unread':
      return oldestFirst.filter(({ reading }) => reading === null);
    case 'suspicious':
      return oldestFirst
        .filter((entry) => melanomaProbability(entry) >= minMelanoma)
        .sort((a, b) => melanomaProbability(b) - melanomaProbability(a));
  }
}
