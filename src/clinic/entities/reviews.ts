import { z } from 'zod';
import { id, instant, note } from './primitives.ts';

/** How the clinician means to proceed. */
export const decision = z.enum(['no-action', 'monitor', 'biopsy', 'excise', 'refer']);
export type Decision = z.infer<typeof decision>;

/** What a review may name as the suspected diagnosis beside the head's classes. */
export const impressionsOutsideHead = ['other', 'unsure'] as const;

export const reviewDetails = z.object({
  /** The suspected diagnosis: a class code of the head, or one of `impressionsOutsideHead`. */
  impression: z.string().min(1).max(60),
  decision,
  /** By when what is decided is to be done: see it again, have the result. The clinic's calendar day. */
  dueOn: z.iso.date().nullable().default(null),
  note,
});
export type ReviewDetails = z.infer<typeof reviewDetails>;

/** What a clinician has begun to say about an image; kept until the review is saved. */
export const reviewDraft = z.object({
  impression: reviewDetails.shape.impression.nullable(),
  decision: decision.nullable(),
  dueOn: z.iso.date().nullable().default(null),
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
