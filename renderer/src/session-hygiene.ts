import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { SessionState } from '../../src/station/contract/index.ts';
import { importQueue } from './imports/queue.ts';
import { navigate } from './routing/routes.ts';
import { clearToasts, showToast } from './ui/toasts.tsx';
import { clearWorklistView } from './worklist/view.ts';

export type OpenSession = Extract<SessionState, { state: 'unlocked' }>;
type Clinic = Exclude<SessionState, { state: 'no-clinic' }>;

/** Tells one clinic from another, the demo clinic in particular. */
export const clinicKey = ({ demo, clinicName }: Clinic): string => `${demo} ${clinicName}`;

/**
 * Once locked, nothing of a patient stays on the screen or in the window's caches. Files that wait
 * to be imported go on waiting, out of sight, until the same clinic is unlocked.
 */
export function useSessionHygiene(session: SessionState | undefined): void {
  const queryClient = useQueryClient();
  const state = session?.state;
  useEffect(() => {
    if (state === undefined || state === 'unlocked') return;
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session.state' });
    queryClient.getMutationCache().clear();
    clearToasts();
    clearWorklistView();
    const waiting = importQueue.waitingCount();
    if (waiting > 0)
      showToast(
        waiting === 1
          ? 'One file still waits. Its import goes on once you unlock.'
          : `${waiting} files still wait. Their import goes on once you unlock.`,
      );
  }, [state, queryClient]);

  // An address from one clinic means nothing in another.
  const openClinic = session?.state === 'unlocked' ? clinicKey(session) : undefined;
  const lastClinic = useRef(openClinic);
  useEffect(() => {
    if (openClinic === undefined) return;
    if (lastClinic.current !== undefined && lastClinic.current !== openClinic)
      navigate({ screen: 'worklist' });
    lastClinic.current = openClinic;
  }, [openClinic]);
}
