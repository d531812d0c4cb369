import type { User } from '../../../src/clinic/entities/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { useStationQuery } from '../station/use-station.tsx';

/** Who may be asked for a second opinion, and who asks. */
export function useColleagues(): { me: User | undefined; colleagues: readonly User[] } {
  const session = useStationQuery('session.state', {}).data;
  const users = useStationQuery('users.list', {}).data;
  const me = session?.state === 'unlocked' ? session.user : undefined;
  const colleagues = (users ?? []).filter(
    ({ id, role, disabledAt }) =>
      id !== me?.id && disabledAt === null && mayCall(role, 'secondOpinions.answer'),
  );
  return { me, colleagues };
}
