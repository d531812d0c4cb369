import { useEffect } from 'react';
import { useStation } from '../station/use-station.tsx';
import { draftKeeper } from './draft-keeper.ts';

/** Has drafts kept while the clinic is open for `owner`, also when the page is left. */
export function useDraftKeeping(owner: string): void {
  const station = useStation();
  useEffect(() => {
    const detach = draftKeeper.attach(station, owner);
    window.addEventListener('pagehide', draftKeeper.flush);
    return () => {
      window.removeEventListener('pagehide', draftKeeper.flush);
      detach();
    };
  }, [station, owner]);
}
