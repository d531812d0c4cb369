import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SessionState } from '../../../src/station/contract/index.ts';
import type { StationInput } from '../station/connection.ts';
import { useStation } from '../station/use-station.tsx';

type SessionCommand =
  | 'session.openDemo'
  | 'session.unlock'
  | 'session.recover'
  | 'session.lock'
  | 'session.leaveDemo';

/** A command that answers with the session's new state, shown at once. */
export function useSessionCommand<K extends SessionCommand>(name: K) {
  const station = useStation();
  const queryClient = useQueryClient();
  return useMutation<SessionState, unknown, StationInput<K>>({
    mutationKey: ['session'],
    mutationFn: (input) => station.call(name, input) as Promise<SessionState>,
    onSuccess: (state) => queryClient.setQueryData(['session.state', {}], state),
  });
}
