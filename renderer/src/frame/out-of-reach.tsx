import { t } from '../../../src/language/index.ts';
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
          <h1>{t('The station is out of reach')}</h1>
        </header>
        <p role="status">
          {t(
            'The service that keeps the clinic’s records has stopped, or the connection to it was lost. Patients’ data is hidden until it is back.',
          )}
        </p>
        <p>
          {t(
            'What you have saved is safe. What you typed last waits in this window and is kept once the clinic is open again.',
          )}
        </p>
        <p className="out-of-reach__wait">
          <span className="spinner" /> {t('Reconnecting…')}
        </p>
        {isLong && (
          <p>
            {t(
              'If Dermaspike was closed, start it again; in a browser, open the link that it prints.',
            )}
          </p>
        )}
        <div>
          <Button icon="lock" onClick={onLock}>
            {t('Lock as soon as it is back')}
          </Button>
        </div>
      </div>
    </main>
  );
}
