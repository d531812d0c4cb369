import { Button } from '../ui/button.tsx';
import { Mark } from '../ui/icons.tsx';
import { useIsLong } from './connection-notice.tsx';

/** In place of everything of a patient's, for as long as the station is out of reach. */
export function OutOfReach({ onLock }: { onLock: () => void }) {
  const isLong = useIsLong(true);
  return (
    <main className="gate">
      <div className="start__column out-of-reach">
        <header className="start__head">
          <Mark size={36} />
          <h1>The station is out of reach</h1>
        </header>
        <p role="status">
          The service that keeps the clinic’s records has stopped, or the connection to it was lost.
          Patients’ data is hidden until it is back.
        </p>
        <p>
          What you have saved is safe. What you typed last waits in this window and is kept once the
          clinic is open again.
        </p>
        <p className="out-of-reach__wait">
          <span className="spinner" /> Reconnecting…
        </p>
        {isLong && (
          <p>
            If Dermaspike was closed, start it again; in a browser, open the link that it prints.
          </p>
        )}
        <div>
          <Button icon="lock" onClick={onLock}>
            Lock as soon as it is back
          </Button>
        </div>
      </div>
    </main>
  );
}
