import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useLayoutEffect } from 'react';
import { t } from '../../src/language/index.ts';
import type { SessionState } from '../../src/station/contract/index.ts';
import { importQueue } from './imports/queue.ts';
import { forgetAllKept } from './lists/kept.ts';
import { navigate } from './routing/routes.ts';
import type { ConnectionStatus } from './station/connection.ts';
import { clearToasts, showToast } from './ui/toasts.tsx';

export type OpenSession = Extract<SessionState, { state: 'unlocked' }>;
type Clinic = Exclude<SessionState, { state: 'no-clinic' }>;

/** Tells one clinic from another, the demo clinic in particular. */
export const clinicKey = ({ demo, clinicName }: Clinic): string => `${demo} ${clinicName}`;

/** Whose session it is: another user's drafts and places are not this one's. */
export const sessionOwner = (session: OpenSession): string =>
  `${clinicKey(session)} ${session.user.id}`;

/** In the tab's own storage, so that a reload does not forget it. No name, nothing of a patient. */
const lastUserKey = 'dermaspike.last-user';

/**
 * Once locked, or while the station is out of reach, nothing of a patient stays on the screen or in
 * the window's caches. Files that wait to be imported go on waiting, out of sight, until the same
 * clinic is unlocked.
 */
export function useSessionHygiene(
  session: SessionState | undefined,
  status: ConnectionStatus,
): void {
  const queryClient = useQueryClient();
  const state = session?.state;
  useEffect(() => {
    if (status !== 'reconnecting') return;
    forgetRecords(queryClient);
    // Whether it is still unlocked is to be asked anew before anything is shown.
    if (state === 'unlocked') void queryClient.resetQueries({ queryKey: ['session.state'] });
  }, [status, state, queryClient]);
  useEffect(() => {
    if (state === undefined || state === 'unlocked') return;
    forgetRecords(queryClient);
    forgetAllKept();
    const waiting = importQueue.waitingCount();
    if (waiting > 0)
      showToast(
        waiting === 1
          ? t('One file still waits. Its import goes on once you unlock.')
          : t('{waiting} files still wait. Their import goes on once you unlock.', { waiting }),
      );
  }, [state, queryClient]);

  // An address from one clinic means nothing in another, and one user's patient is not the next one's.
  const userId = session?.state === 'unlocked' ? session.user.id : undefined;
  useLayoutEffect(() => {
    if (userId === undefined) return;
    const last = swapLastUser(userId);
    if (last !== null && last !== userId) navigate({ screen: 'worklist' });
  }, [userId]);
}

/** Who had it unlocked before, as far as this tab knows. */
function swapLastUser(userId: string): string | null {
  try {
    const last = sessionStorage.getItem(lastUserKey);
    sessionStorage.setItem(lastUserKey, userId);
    return last;
  } catch {
    return null; // Storage may be switched off.
  }
}

function forgetRecords(queryClient: QueryClient): void {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session.state' });
  queryClient.getMutationCache().clear();
  clearToasts();
}
