import { useEffect, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { useConnectionStatus, useStationIsSilent } from '../station/use-station.tsx';
import './frame.css';

const patienceMs = 8000;
const replacedMs = 2500;

/**
 * Says across the top that the station is out of reach or silent, for as long as it is. Where the clinic is locked
 * it waits a little: a station ends with the lock, and another one takes its place.
 */
export function ConnectionNotice({ isLocked = false }: { isLocked?: boolean }) {
  const status = useConnectionStatus();
  const isSilent = useStationIsSilent();
  const isLong = useIsLong(status !== 'connected');
  const isNoticed = useIsLong(status === 'reconnecting', replacedMs) || !isLocked;
  return (
    <div role="status" className="connection">
      {isSilent && (
        <p className="connection__text">
          <span className="spinner" />
          {t(
            'The service that keeps the records does not answer just now. What you have saved is safe; what you do meanwhile waits.',
          )}
        </p>
      )}
      {((status === 'reconnecting' && isNoticed) || (status === 'connecting' && isLong)) && (
        <p className="connection__text">
          <span className="spinner" />
          {status === 'reconnecting'
            ? t(
                'The connection to the station was lost. Reconnecting… What you have saved is safe.',
              )
            : t('Waiting for the station…')}
          {isLong && ` ${t('If Dermaspike was closed, start it again and open it anew.')}`}
        </p>
      )}
    </div>
  );
}

/** Whether something has been so for a while. */
export function useIsLong(isSo: boolean, afterMs = patienceMs): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isSo) return setLong(false);
    const timer = setTimeout(() => setLong(true), afterMs);
    return () => clearTimeout(timer);
  }, [isSo, afterMs]);
  return isLong;
}
