import { useEffect, useRef, useState } from 'react';
import { useStation } from '../station/use-station.tsx';

/** Has a case made, which takes as long as its pictures take to be drawn, and can be stopped. */
export function useMaking() {
  const station = useStation();
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const make = async (
    choice: Omit<Parameters<typeof station.call<'sharing.make'>>[1], 'makingId'>,
  ) => {
    const abort = new AbortController();
    running.current = abort;
    const makingId = crypto.randomUUID();
    setShare(0);
    setError(undefined);
    const leave = station.subscribe('sharing.progress', (told) => {
      if (told.makingId === makingId) setShare(told.share);
    });
    try {
      return await station.call('sharing.make', { ...choice, makingId }, { signal: abort.signal });
    } catch (failure) {
      if (!abort.signal.aborted) setError(failure);
      return undefined;
    } finally {
      leave();
      setShare(null);
    }
  };
  return { make, share, error, stop: () => running.current?.abort() };
}
