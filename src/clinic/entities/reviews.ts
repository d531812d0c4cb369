import { z } from 'zod';
import { id, instant, note } from './primitives.ts';

/** How the clinician means to proceed. */
export const decision = z.enum(['no-action', 'monitor', 'biopsy', 'excise', 'refer']);
export type Decision = z.infer<typeof decision>;

/** What a review may name as the suspected diagnosis beside the head's classes. */
export const impressionsOutsideHead = ['other', 'unsure'] as const;

/** Why a clinician departs from their first impression, or from the reading. */
export const overrideReason = z.enum([
  'history',
  'unchanged',
  'picture',
  'structures',
  'reading',
  'other',
]);
export type OverrideReason = z.infer<typeof overrideReason>;

export const reviewDetails = z.object({
  /** The suspected diagnosis: a class code of the head, or one of `impressionsOutsideHead`. */
  impression: z.string().min(1).max(60),
  decision,
  /** By when what is decided is to be done: see it again, have the result. The clinic's calendar day. */
  dueOn: z.iso.date().nullable().default(null),
  /** What was chosen before the reading was shown; null where it was shown from the start. */
  firstImpression: z.string().min(1).max(60).nullable().default(null),
  /** Null where there is nothing to give a reason for, or none was given. */
  overrideReason: overrideReason.nullable().default(null),
  note,
});
export type ReviewDetails = z.infer<typeof reviewDetails>;

/** What a clinician has begun to say about an image; kept until the review is saved. */
export const reviewDraft = z.object({
  impression: reviewDetails.shape.impression.nullable(),
  decision: decision.nullable(),
  dueOn: z.iso.date().nullable().default(null),
  firstImpression: reviewDetails.shape.firstImpression,
  overrideReason: reviewDetails.shape.overrideReason,
  note,
});
export type ReviewDraft = z.infer<typeof reviewDraft>;

/** A clinician's judgement of an image. Never changed: a correction is a newer review. */
export const review = reviewDetails.extend({
  id,
  imageId: id,
  /** The reading that the clinician saw, if there was one. */
  readingId: id.nullable(),
  reviewerId: id,
  reviewerName: z.string(),
  createdAt: instant,
});
export type Review = z.infer<typeof review>;

/**
 * What a review departs from: the reader's own impression before the reading was shown, or a reading that
 * found the lesion suspicious where nothing is to be done. Null where from neither.
 */
export function overrideOf(
  said: Pick<ReviewDraft, 'impression' | 'firstImpression' | 'decision'>,
  isSuspicious: boolean,
): 'first-impression' | 'suspicion' | null {
  const { impression, firstImpression, decision } = said;
  if (firstImpression !== null && impression !== null && impression !== firstImpression)
    return 'first-impression';
  return isSuspicious && decision === 'no-action' ? 'suspicion' : null;
}
