import { useMemo } from 'react';
import { type ListView, listView } from '../../../src/clinic/entities/index.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { type Kept, useKept } from './kept.ts';
import type { Selected } from './selection.ts';
import type { Place } from './use-place.ts';

/** A list as a person looks at it: the view that the station keeps for them, and what it does not. */
export interface ListLook<T extends ListView['view']> {
  readonly list: ListView['list'];
  /** Before anything was ever changed. */
  readonly initial: T;
  /** `null` as long as it is as the station keeps it. */
  readonly kept: Kept<T | null>;
  readonly place: Kept<Place>;
  readonly selected: Kept<Selected>;
}

/** `null` until the station has said how the person left the list. */
export function useLook<T extends ListView['view']>(of: ListLook<T>): T | null {
  const look = useKept(of.kept);
  const { data, isPending } = useStationQuery('views.list', { list: of.list });
  const left = useMemo(() => ({ ...of.initial, ...data?.left?.view }), [of, data]);
  return look ?? (isPending ? null : left);
}

/** Another look at the list: it begins at its top, with nothing selected. */
export function useChangeLook<T extends ListView['view']>(of: ListLook<T>) {
  const station = useStation();
  const look = useLook(of) ?? of.initial;
  return (change: Partial<T>) => {
    const before = of.kept.get() ?? look;
    const after = { ...before, ...change };
    of.place.forget();
    of.selected.forget();
    of.kept.set(after);
    const view = viewOf(of, after);
    if (JSON.stringify(view) === JSON.stringify(viewOf(of, before))) return;
    station.call('views.keep', { name: '', ...view }).catch(showErrorToast);
  };
}

/** What the station keeps of it: never what is searched for. */
const viewOf = <T extends ListView['view']>({ list }: ListLook<T>, look: T): ListView =>
  listView.parse({ list, view: look });
