import { z } from 'zod';
import { id, instant, note } from './primitives.ts';
import { type ReviewDetails, reviewDetails } from './reviews.ts';

/** What is asked of a colleague about an image. */
export const opinionRequest = z.object({
  askedOfId: id,
  /** Whether they are not to see what was said of the image before they have answered. */
  isBlind: z.boolean(),
  question: note,
});
export type OpinionRequest = z.infer<typeof opinionRequest>;

/** A colleague's opinion of an image that has been reviewed: both are kept. */
export const secondOpinion = opinionRequest.extend({
  id,
  imageId: id,
  /** The review that stood when it was asked for. */
  firstReviewId: id,
  askedById: id,
  askedByName: z.string(),
  askedOfName: z.string(),
  askedAt: instant,
  /** Null while it is awaited. */
  answer: reviewDetails.extend({ at: instant, differs: z.boolean() }).nullable(),
  withdrawn: z.object({ at: instant, byName: z.string() }).nullable(),
  /** The review that was recorded as the consensus; its note says how it was come to. */
  consensusReviewId: id.nullable(),
});
export type SecondOpinion = z.infer<typeof secondOpinion>;

export const isOpinionAwaited = ({
  answer,
  withdrawn,
}: Pick<SecondOpinion, 'answer' | 'withdrawn'>): boolean => answer === null && withdrawn === null;

/** Whether a consensus is to be recorded. */
export const isUnsettled = ({ answer, consensusReviewId }: SecondOpinion): boolean =>
  answer?.differs === true && consensusReviewId === null;

type Said = Pick<ReviewDetails, 'impression' | 'decision'>;

export const isOtherOpinion = (first: Said, second: Said): boolean =>
  first.impression !== second.impression || first.decision !== second.decision;
