import type { Handlers } from '../../processes/channel.ts';
import type { auditProcedures } from '../contract/audit.ts';
import type { StationContext } from './context.ts';

export function auditHandlers({ session }: StationContext): Handlers<typeof auditProcedures> {
  return {
    'audit.verify': () => session.store.checkAudit(),
    'audit.list': ({ limit }) => session.store.audit.list(limit),
  };
}
