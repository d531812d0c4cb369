import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Frame } from './frame/frame.tsx';
import { importQueue } from './imports/queue.ts';
import { RecoveryKeyPage } from './start/recovery-key-page.tsx';
import { StartScreen } from './start/start-screen.tsx';
import { useConnectionStatus, useStationQuery } from './station/use-station.tsx';
import { Button } from './ui/button.tsx';
import { Mark } from './ui/icons.tsx';
import { ErrorNotice, Loading } from './ui/notices.tsx';
import { clearToasts, showToast } from './ui/toasts.tsx';
import { clearWorklistView } from './worklist/view.ts';

/** Decides by the session's state what may be seen at all. */
export function SessionGate() {
  const status = useConnectionStatus();
  const session = useStationQuery('session.state', {}, { enabled: status === 'connected' });
  const [keyPage, setKeyPage] = useState<{ clinicName: string; recoveryKey: string }>();
  const state = session.data?.state;
  useForgetOnLock(state);

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
    <StartScreen
      session={session.data}
      onCreated={(clinicName, recoveryKey) => setKeyPage({ clinicName, recoveryKey })}
    />
  );
}

/** Once locked, nothing of a patient stays in the window: no cached answers, no files, no texts. */
function useForgetOnLock(state: string | undefined): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (state === undefined || state === 'unlocked') return;
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session.state' });
    queryClient.getMutationCache().clear();
    clearToasts();
    clearWorklistView();
    const dropped = importQueue.clear();
    if (dropped > 0)
      showToast(
        dropped === 1
          ? 'One file was not imported because the clinic was locked.'
          : `${dropped} files were not imported because the clinic was locked.`,
      );
  }, [state, queryClient]);
}
