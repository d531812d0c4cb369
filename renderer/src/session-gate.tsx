import { useState } from 'react';
import { Frame } from './frame/frame.tsx';
import { useSessionHygiene } from './session-hygiene.ts';
import { RecoveryKeyPage } from './start/recovery-key-page.tsx';
import { StartScreen } from './start/start-screen.tsx';
import { useConnectionStatus, useStationQuery } from './station/use-station.tsx';
import { Button } from './ui/button.tsx';
import { Mark } from './ui/icons.tsx';
import { ErrorNotice, Loading } from './ui/notices.tsx';
import { Toasts } from './ui/toasts.tsx';

/** Decides by the session's state what may be seen at all. */
export function SessionGate() {
  const status = useConnectionStatus();
  const session = useStationQuery('session.state', {}, { enabled: status === 'connected' });
  const [keyPage, setKeyPage] = useState<{ clinicName: string; recoveryKey: string }>();
  useSessionHygiene(session.data);

  // Shown once, whatever becomes of the session meanwhile: it cannot be shown again.
  if (keyPage) return <RecoveryKeyPage {...keyPage} onDone={() => setKeyPage(undefined)} />;
  if (!session.data)
    return session.error && status === 'connected' ? (
      <main className="gate">
        <div className="start__column">
          <header className="start__head">
            <Mark size={36} />
            <h1>The clinic cannot be opened</h1>
          </header>
          <ErrorNotice error={session.error} />
          <Button onClick={() => void session.refetch()}>Try again</Button>
        </div>
      </main>
    ) : (
      <main className="gate">
        <Loading what="Dermaspike" />
      </main>
    );
  if (session.data.state === 'unlocked') return <Frame session={session.data} />;
  return (
    <>
      <StartScreen
        session={session.data}
        onCreated={(clinicName, recoveryKey) => setKeyPage({ clinicName, recoveryKey })}
      />
      <Toasts />
    </>
  );
}
