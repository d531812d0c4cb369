import type { Handlers } from '../../processes/channel.ts';
import type { auditProcedures } from '../contract/audit.ts';
import type { StationContext } from './context.ts';

export function auditHandlers({ session }: StationContext): Handlers<typeof auditProcedures> {
  return {
    'audit.verify': async (_, { signal }) => {
      const { problems, ...verdict } = await session.store.checkAudit({ signal });
      return { ...verdict, problems: [...problems] };
    },
    'audit.printed': ({ subject }) => {
      const { store, user } = session;
      store.audit.append({ userId: user.id, action: 'screen.print', subject });
      return {};
    },
    'audit.list': ({ limit }) => session.store.audit.list(limit),
  };
}
