import type { Handlers } from '../../processes/channel.ts';
import type { reviewProcedures } from '../contract/reviews.ts';
import { StationError } from '../errors.ts';
import type { StationContext } from './context.ts';
import { addReview, checkedDetails } from './judgement.ts';
import { askOpinion } from './second-opinions.ts';

export function reviewHandlers(context: StationContext): Handlers<typeof reviewProcedures> {
  const { session, changed } = context;
  return {
    'reviews.save': ({ imageId, readingId, details, request }) => {
      const { store, user } = session;
      if (store.secondOpinions.hiddenFrom(user.id).has(imageId))
        throw new StationError(
          'invalid-input',
          'You are asked for a second opinion of this image, so nothing was saved. Give it, or decline to, then review the image.',
        );
      const checked = checkedDetails(context, details);
      const review = store.transaction(() => {
        const saved = addReview(store, { imageId, readingId, details: checked }, user.id);
        store.audit.append({ userId: user.id, action: 'review.save', subject: `image:${imageId}` });
        if (request) askOpinion(session, imageId, request);
        return saved;
      });
      changed.emit(['reviews', 'patients', 'followUps', ...(request ? ['opinions' as const] : [])]);
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
