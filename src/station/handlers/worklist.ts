import type { Handlers } from '../../processes/channel.ts';
import type { worklistProcedures } from '../contract/worklist.ts';
import type { StationContext } from './context.ts';

/** As many as a person can work through before the list is fetched again. */
const worklistLimit = 500;

export function worklistHandlers({ session }: StationContext): Handlers<typeof worklistProcedures> {
  return {
    'worklist.list': () => {
      const { store, user } = session;
      const begun = store.reviews.draftedImages(user.id);
      return store.images
        .worklist(worklistLimit)
        .map((entry) => ({ ...entry, isBegun: begun.has(entry.image.id) }));
    },
  };
}
