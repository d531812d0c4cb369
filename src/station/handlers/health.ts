import type { Handlers } from '../../processes/channel.ts';
import type { healthProcedures } from '../contract/health.ts';
import type { StationContext } from './context.ts';

export function healthHandlers({
  session,
  health,
}: Pick<StationContext, 'session' | 'health'>): Handlers<typeof healthProcedures> {
  return {
    'health.state': () => health.state(session.store),
    'health.check': async () => {
      const { problems, audit, ok, pages, rows, problemsInAll } = await health.check(
        session.begin(),
      );
      return {
        ...{ ok, pages, rows, problemsInAll, problems: [...problems] },
        audit: audit && { ...audit, problems: [...audit.problems] },
      };
    },
    'health.progress': (_, emit) => health.progress.subscribe(emit),
  };
}
