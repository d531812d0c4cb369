import { mayCall } from '../../../src/station/contract/index.ts';
import { useStationQuery } from './use-station.tsx';

/** Whether the person who unlocked the clinic may call a procedure: what they may not is not shown. */
export function useMay(): (name: Parameters<typeof mayCall>[1]) => boolean {
  const { data } = useStationQuery('session.state', {});
  return (name) => data?.state === 'unlocked' && mayCall(data.user.role, name);
}
