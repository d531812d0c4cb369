import type { Handlers } from '../../processes/channel.ts';
import type { worklistProcedures } from '../contract/worklist.ts';
import type { StationContext } from './context.ts';

export function worklistHandlers({ session }: StationContext): Handlers<typeof worklistProcedures> {
  const own = <T extends object>(asked: T) => ({ ...asked, reviewerId: session.user.id });
  return {
    'worklist.page': (asked) => session.store.worklist.page(own(asked)),
    'worklist.counts': (asked) => session.store.worklist.counts(own(asked)),
    'worklist.around': ({ imageId, ...asked }) =>
      session.store.worklist.around(own(asked), imageId),
  };
}
