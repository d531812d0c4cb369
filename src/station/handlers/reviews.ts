import type { Handlers } from '../../processes/channel.ts';
import type { reviewProcedures } from '../contract/reviews.ts';
import type { StationContext } from './context.ts';

export function reviewHandlers({
  session,
  changed,
}: StationContext): Handlers<typeof reviewProcedures> {
  return {
    'reviews.save': ({ imageId, readingId, details }) => {
      const { store, user } = session;
      const review = store.transaction(() => {
        const saved = store.reviews.add({ imageId, readingId, reviewerId: user.id, details });
        store.audit.append({ userId: user.id, action: 'review.save', subject: `image:${imageId}` });
        return saved;
      });
      changed.emit(['reviews', 'patients']);
      return review;
    },
    'reviews.keepDraft': ({ imageId, draft }) => {
      const { store, user } = session;
      const key = { imageId, reviewerId: user.id };
      const before = store.reviews.draft(key);
      store.reviews.keepDraft(key, draft);
      if ((before === null) !== (store.reviews.draft(key) === null)) changed.emit(['drafts']);
      return {};
    },
  };
}
