import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SessionState } from '../../../src/station/contract/index.ts';
import type { StationInput } from '../station/connection.ts';
import { errorCode } from '../station/errors.ts';
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
    mutationFn: async (input) => {
      // A lock ends the station, and the next one is asked in its place.
      await station.whenConnected();
      try {
        return (await station.call(name, input)) as SessionState;
      } catch (error) {
        if (name !== 'session.unlock' || errorCode(error) !== 'link-closed') throw error;
        await station.whenConnected();
        return (await station.call(name, input)) as SessionState;
      }
    },
    onSuccess: (state) => queryClient.setQueryData(['session.state', {}], state),
  });
}
