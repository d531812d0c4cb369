import type { Handlers } from '../../processes/channel.ts';
import type { erasureProcedures } from '../contract/erasures.ts';
import type { StationContext } from './context.ts';

export function erasureHandlers({
  session,
  eraser,
}: Pick<StationContext, 'session' | 'eraser'>): Handlers<typeof erasureProcedures> {
  return {
    'erasures.plan': ({ subject }) => eraser.plan(session.begin(), subject),
    'erasures.erase': (order, { signal }) => eraser.erase(session.begin(), order, signal),
    'erasures.list': () => session.store.erasures.list(),
  };
}
