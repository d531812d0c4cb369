import { useEffect, useState } from 'react';
import { draftKeeper } from '../drafts/draft-keeper.ts';
import { useSessionCommand } from '../start/use-session-command.ts';
import { errorCode } from '../station/errors.ts';
import { useConnectionStatus } from '../station/use-station.tsx';
import { showErrorToast } from '../ui/toasts.tsx';

/**
 * Asked to lock, nothing of a patient is shown from that moment on. Without a connection the station
 * is told as soon as there is one.
 */
export function useLock() {
  const status = useConnectionStatus();
  const [isLocking, setLocking] = useState(false);
  const { mutate } = useSessionCommand('session.lock');
  useEffect(() => {
    if (!isLocking || status !== 'connected') return;
    mutate(
      {},
      {
        onSuccess: () => setLocking(false),
        onError: (error) => {
          if (errorCode(error) === 'link-closed') return;
          setLocking(false);
          showErrorToast(error);
        },
      },
    );
  }, [isLocking, status, mutate]);
  const lockNow = () => {
    draftKeeper.flush();
    setLocking(true);
  };
  return { isLocking, lockNow };
}
