import { localDay } from '../../clinic/entities/days.ts';
import {
  impressionsOutsideHead,
  type Review,
  type ReviewDetails,
} from '../../clinic/entities/index.ts';
import type { ClinicStore } from '../../store/index.ts';
import { StationError } from '../errors.ts';
import type { StationContext } from './context.ts';

/**
 * What is said of an image, as it is to be kept: with a day only where something is awaited. Throws
 * `invalid-input` for what cannot be meant.
 */
export function checkedDetails(
  { session, heads }: Pick<StationContext, 'session' | 'heads'>,
  details: ReviewDetails,
): ReviewDetails {
  const { store } = session;
  // Of the head that reads, and of the shipped one, which most readings were made by.
  const isImpression =
    [heads.active(store).head, heads.shipped].some(({ classes }) =>
      classes.some(({ code }) => code === details.impression),
    ) || impressionsOutsideHead.some((known) => known === details.impression);
  if (!isImpression)
    throw new StationError(
      'invalid-input',
      'This impression is none of those to choose from, so nothing was saved. Choose another.',
    );
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
  return { ...details, dueOn };
}

/** Saves a review and plans what follows from it. Called within a transaction. */
export function addReview(
  store: ClinicStore,
  said: { imageId: string; readingId: string | null; details: ReviewDetails },
  reviewerId: string,
): Review {
  const saved = store.reviews.add({ ...said, reviewerId });
  store.followUps.follow(store.images.get(said.imageId), saved, reviewerId);
  return saved;
}
