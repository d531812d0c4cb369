import { useEffect } from 'react';

/**
 * Has the browser ask before the page is left. Electron would not ask but refuse to close the window,
 * so there it does nothing.
 */
export function useLeaveWarning(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded || window.dermaspike !== undefined) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isNeeded]);
}
