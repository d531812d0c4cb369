import { useEffect, useState } from 'react';
import { useConnectionStatus, useStationIsSilent } from '../station/use-station.tsx';
import './frame.css';

const patienceMs = 8000;

/** Says across the top that the station is out of reach or silent, for as long as it is. */
export function ConnectionNotice() {
  const status = useConnectionStatus();
  const isSilent = useStationIsSilent();
  const isLong = useIsLong(status !== 'connected');
  return (
    <div role="status" className="connection">
      {isSilent && (
        <p className="connection__text">
          <span className="spinner" />
          The service that keeps the records does not answer just now. What you have saved is safe;
          what you do meanwhile waits.
        </p>
      )}
      {(status === 'reconnecting' || (status === 'connecting' && isLong)) && (
        <p className="connection__text">
          <span className="spinner" />
          {status === 'reconnecting'
            ? 'The connection to the station was lost. Reconnecting… What you have saved is safe.'
            : 'Waiting for the station…'}
          {isLong && ' If Dermaspike was closed, start it again and open it anew.'}
        </p>
      )}
    </div>
  );
}

/** Whether something has been so for a while. */
export function useIsLong(isSo: boolean): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isSo) return setLong(false);
    const timer = setTimeout(() => setLong(true), patienceMs);
    return () => clearTimeout(timer);
  }, [isSo]);
  return isLong;
}
