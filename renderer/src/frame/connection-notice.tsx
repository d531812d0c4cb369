import { useConnectionStatus } from '../station/use-station.tsx';
import './frame.css';

/** Says across the top that the station is out of reach, for as long as it is. */
export function ConnectionNotice() {
  const status = useConnectionStatus();
  return (
    <div role="status" className="connection">
      {status === 'reconnecting' && (
        <p className="connection__text">
          <span className="spinner" />
          The connection to the station was lost. Reconnecting… What you have saved is safe.
        </p>
      )}
    </div>
  );
}
