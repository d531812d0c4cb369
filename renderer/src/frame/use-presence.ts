import { useEffect, useState } from 'react';
import { useStation } from '../station/use-station.tsx';

/** What the person does that shows that somebody is there. */
const signs = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/** No sooner is the station told again. */
const pauseMs = 10_000;

/**
 * Tells the station that somebody is at this screen; it locks the clinic when nobody is at any.
 * Returns how soon, once that is near.
 */
export function usePresence(): number | null {
  const station = useStation();
  const [locksInMs, setLocksInMs] = useState<number | null>(null);
  useEffect(() => {
    let quietUntil = 0;
    const tell = () => {
      if (performance.now() < quietUntil) return;
      quietUntil = performance.now() + pauseMs;
      station.call('session.active', {}).catch(() => {}); // Next time, then.
    };
    const stopWarnings = station.subscribe('session.idle', (warning) => {
      quietUntil = 0;
      setLocksInMs(warning.locksInMs);
    });
    tell();
    for (const sign of signs) window.addEventListener(sign, tell, { capture: true, passive: true });
    return () => {
      stopWarnings();
      for (const sign of signs) window.removeEventListener(sign, tell, { capture: true });
    };
  }, [station]);
  return locksInMs;
}
