import { z } from 'zod';
import {
  id,
  opinionRequest,
  review,
  reviewDetails,
  reviewDraft,
} from '../../clinic/entities/index.ts';
import { command, deciders, none } from './procedures.ts';

export const reviewProcedures = {
  'reviews.save': command(
    deciders,
    z.object({
      imageId: id,
      readingId: id.nullable(),
      details: reviewDetails,
      /** Of whom a second opinion is asked with it. */
      request: opinionRequest.optional(),
    }),
    review,
  ),
  /** Keeps what is not ready to be saved; an empty draft ends it. */
  'reviews.keepDraft': command(deciders, z.object({ imageId: id, draft: reviewDraft }), none),
} as const;
