import { useEffect } from 'react';
import { type Unfinished, unfinished } from '../../../src/processes/desktop-page.ts';

/** What would be lost if the page were left now, a key each use. */
const open = new Map<symbol, Unfinished>();

/** Has the browser, or the desktop shell in its own words, ask before the page is left. */
export function useLeaveWarning(what: Unfinished, isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return;
    const key = Symbol(what);
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    open.set(key, what);
    tell();
    return () => {
      window.removeEventListener('beforeunload', warn);
      open.delete(key);
      tell();
    };
  }, [what, isNeeded]);
}

function tell(): void {
  const all = [...open.values()];
  window.dermaspike?.tellUnfinished(unfinished.find((each) => all.includes(each)) ?? null);
}
