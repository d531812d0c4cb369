import { z } from 'zod';
import {
  id,
  opinionRequest,
  review,
  reviewDetails,
  secondOpinion,
} from '../../clinic/entities/index.ts';
import { placedImageEntry } from './images.ts';
import { command, deciders, none, query } from './procedures.ts';

const listed = z.object({ opinion: secondOpinion, entry: placedImageEntry });
export type ListedOpinion = z.infer<typeof listed>;

const one = z.object({ opinionId: id });
const said = one.extend({ readingId: id.nullable(), details: reviewDetails });

export const secondOpinionProcedures = {
  /** What the person who asks has part in and is not done, the oldest first. */
  'secondOpinions.list': query(
    deciders,
    none,
    z.object({
      /** Of the person who asks. */
      awaited: z.array(listed),
      /** Where two differ. */
      unsettled: z.array(listed),
      /** Of colleagues. */
      asked: z.array(listed),
    }),
  ),
  'secondOpinions.counts': query(
    deciders,
    none,
    z.object({ awaited: z.int(), unsettled: z.int(), asked: z.int() }),
  ),
  /** Asks about the newest review of the image. */
  'secondOpinions.ask': command(
    deciders,
    z.object({ imageId: id, request: opinionRequest }),
    secondOpinion,
  ),
  /** Theirs alone who was asked; it replaces no review, and nothing follows from it. */
  'secondOpinions.answer': command(deciders, one.extend({ details: reviewDetails }), secondOpinion),
  /** By whoever asked, or was asked and cannot say. */
  'secondOpinions.withdraw': command(deciders, one, secondOpinion),
  /** Records the consensus of two who differed: a newer review, whose note says how it was come to. */
  'secondOpinions.settle': command(deciders, said, review),
} as const;
