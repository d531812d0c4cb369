import type { ReactNode } from 'react';
import { t } from '../../src/language/index.ts';
import { ConnectionNotice } from './frame/connection-notice.tsx';
import { Frame } from './frame/frame.tsx';
import { NotLetInScreen } from './frame/not-let-in.tsx';
import { OutOfReach } from './frame/out-of-reach.tsx';
import { useLock } from './frame/use-lock.ts';
import { useSessionHygiene } from './session-hygiene.ts';
import { RecoveryKeyPage } from './start/recovery-key-page.tsx';
import { recoveryKeyIsKept, useShownRecoveryKey } from './start/shown-recovery-key.ts';
import { StartScreen } from './start/start-screen.tsx';
import { useConnectionStatus, useStationQuery } from './station/use-station.tsx';
import { useKeptScreenSettings } from './theme/screen-settings.ts';
import { useKeptLanguage } from './theme/spoken-language.ts';
import { Button } from './ui/button.tsx';
import { Mark } from './ui/icons.tsx';
import { ErrorNotice, Loading } from './ui/notices.tsx';
import { Toasts } from './ui/toasts.tsx';

/** Decides by the connection's and the session's state what may be seen at all. */
export function SessionGate() {
  const status = useConnectionStatus();
  const session = useStationQuery('session.state', {}, { enabled: status === 'connected' });
  const shownKey = useShownRecoveryKey();
  const { isLocking, lockNow } = useLock();
  useKeptScreenSettings(status === 'connected');
  useKeptLanguage(status === 'connected', !session.data || session.data.state === 'unlocked');
  useSessionHygiene(session.data, status);

  const withNotice = (screen: ReactNode) => (
    <>
      <ConnectionNotice isLocked={session.data?.state === 'locked'} />
      {screen}
    </>
  );
  if (status === 'not-let-in') return <NotLetInScreen />;
  // Shown once, whatever becomes of the session meanwhile: it cannot be shown again.
  if (shownKey) return withNotice(<RecoveryKeyPage {...shownKey} onDone={recoveryKeyIsKept} />);
  if (isLocking) return withNotice(<main className="gate">{t('Locking…')}</main>);
  const isOpen = session.data?.state === 'unlocked';
  if (status === 'reconnecting' && (isOpen || !session.data))
    return <OutOfReach onLock={lockNow} />;
  if (!session.data)
    return withNotice(
      session.error && status === 'connected' ? (
        <main className="gate">
          <div className="start__column">
            <header className="start__head">
              <Mark size={36} />
              <h1>{t('The clinic cannot be opened')}</h1>
            </header>
            <ErrorNotice error={session.error} />
            <Button onClick={() => void session.refetch()}>{t('Try again')}</Button>
          </div>
        </main>
      ) : (
        <main className="gate">
          <Loading what="Dermaspike" />
        </main>
      ),
    );
  if (session.data.state === 'unlocked')
    return withNotice(<Frame session={session.data} lockNow={lockNow} />);
  return withNotice(
    <>
      <StartScreen session={session.data} />
      <Toasts />
    </>,
  );
}
