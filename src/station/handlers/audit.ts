import type { Handlers } from '../../processes/channel.ts';
import type { auditProcedures } from '../contract/audit.ts';
import type { StationContext } from './context.ts';

export function auditHandlers({ session }: StationContext): Handlers<typeof auditProcedures> {
  return {
    'audit.verify': () => session.store.audit.verify(),
    'audit.list': ({ limit }) => session.store.audit.list(limit),
  };
}
