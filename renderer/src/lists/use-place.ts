import { useEffect, useLayoutEffect, useRef } from 'react';
import { Kept } from './kept.ts';
import { focusedRow, rowOf } from './rows.ts';

/** How far a list was scrolled, and which of its rows had the focus. */
export interface Place {
  readonly scrollTop: number;
  readonly rowKey: string | undefined;
}

export const newPlace = () => new Kept<Place>({ scrollTop: 0, rowKey: undefined });

/** Whoever comes back to a list finds it where it was, as soon as its rows are there. */
export function usePlace(place: Kept<Place>, isReady: boolean): void {
  const rowKey = useRef<string>(undefined);
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
