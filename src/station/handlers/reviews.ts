import { localDay } from '../../clinic/entities/days.ts';
import { impressionsOutsideHead } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { reviewProcedures } from '../contract/reviews.ts';
import { StationError } from '../errors.ts';
import type { StationContext } from './context.ts';

export function reviewHandlers({
  session,
  heads,
  changed,
}: StationContext): Handlers<typeof reviewProcedures> {
  /** Of the head that reads, and of the shipped one, which most readings were made by. */
  const isImpression = (code: string) =>
    [heads.active(session.store).head, heads.shipped].some(({ classes }) =>
      classes.some((known) => known.code === code),
    ) || impressionsOutsideHead.some((known) => known === code);
  return {
    'reviews.save': ({ imageId, readingId, details }) => {
      if (!isImpression(details.impression))
        throw new StationError(
          'invalid-input',
          'This impression is none of those to choose from, so nothing was saved. Choose another.',
        );
      const { store, user } = session;
      const { decision } = details;
      const dueOn = decision === 'no-action' ? null : details.dueOn;
      if (decision === 'monitor' && dueOn === null)
        throw new StationError(
          'invalid-input',
          'It is not said when to see the lesion again, so nothing was saved. Choose a day.',
        );
      if (dueOn !== null && dueOn <= localDay(store.now()))
        throw new StationError(
          'invalid-input',
          'The day by which it is to be done is not in the future, so nothing was saved. Choose a later one.',
        );
      const review = store.transaction(() => {
        const saved = store.reviews.add({
          imageId,
          readingId,
          reviewerId: user.id,
          details: { ...details, dueOn },
        });
        store.followUps.follow(store.images.get(imageId), saved, user.id);
        store.audit.append({ userId: user.id, action: 'review.save', subject: `image:${imageId}` });
        return saved;
      });
      changed.emit(['reviews', 'patients', 'followUps']);
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
