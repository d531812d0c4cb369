import { useEffect, useLayoutEffect, useRef } from 'react';
import { Kept } from './kept.ts';
import { focusedRow, rowOf } from './rows.ts';

/** How far a list was scrolled, over how many pages, and which of its rows had the focus. */
export interface Place {
  readonly scrollTop: number;
  readonly pageCount: number;
  readonly rowKey: string | undefined;
}

/** A list's place. A reload takes it along: a position and an id, nothing of a patient. */
export function newPlace(list: string): Kept<Place> {
  const place = new Kept<Place>({ scrollTop: 0, pageCount: 0, rowKey: undefined });
  const key = `dermaspike.place.${list}`;
  try {
    const left = sessionStorage.getItem(key);
    if (left) place.set(JSON.parse(left) as Place);
    sessionStorage.removeItem(key);
    window.addEventListener('pagehide', () =>
      sessionStorage.setItem(key, JSON.stringify(place.get())),
    );
  } catch {
    // Storage may be switched off.
  }
  return place;
}

interface Pages {
  readonly isShown: boolean;
  readonly pageCount: number;
  readonly hasMore: boolean;
  readonly isFetching: boolean;
  readonly fetchMore: () => void;
}

/** Whoever comes back to a list finds it where it was, as soon as as many of its rows are there. */
export function usePlace(place: Kept<Place>, pages: Pages): void {
  const { isShown, pageCount, hasMore, isFetching, fetchMore } = pages;
  const isReady = isShown && (!hasMore || pageCount >= place.get().pageCount);
  const rowKey = useRef<string>(undefined);
  useEffect(() => {
    if (isShown && hasMore && !isFetching && pageCount < place.get().pageCount) fetchMore();
  }, [place, isShown, hasMore, isFetching, pageCount, fetchMore]);
  useEffect(() => {
    if (isReady) place.set({ ...place.get(), pageCount });
  }, [place, isReady, pageCount]);
  useLayoutEffect(() => {
    const main = document.querySelector('main');
    if (!main || !isReady) return;
    rowKey.current = place.get().rowKey;
    main.scrollTop = place.get().scrollTop;
    const onScroll = () => place.set({ ...place.get(), scrollTop: main.scrollTop });
    const onFocus = () => place.set({ ...place.get(), rowKey: focusedRow()?.dataset.row });
    main.addEventListener('scroll', onScroll, { passive: true });
    main.addEventListener('focusin', onFocus);
    return () => {
      main.removeEventListener('scroll', onScroll);
      main.removeEventListener('focusin', onFocus);
      // The next screen begins at its top.
      main.scrollTop = 0;
    };
  }, [place, isReady]);
  // Later than the heading of the screen, which takes the focus when one arrives.
  useEffect(() => {
    if (isReady) rowOf(rowKey.current)?.focus({ preventScroll: true });
  }, [isReady]);
}
