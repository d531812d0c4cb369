import { z } from 'zod';
import { cursor, id, instant, waitingVerdict, worklistView } from '../../clinic/entities/index.ts';
import { placedImageEntry } from './images.ts';
import { careTeam, query } from './procedures.ts';

/** A lesion with images that wait for a review; its newest one stands for it. */
const waitingLesion = placedImageEntry.extend({
  /** The most urgent of all that wait. */
  verdict: waitingVerdict,
  imageCount: z.int(),
  oldestImportedAt: instant,
  /** Whether the person who asks has begun to review one of them. */
  isBegun: z.boolean(),
});
export type WaitingLesion = z.infer<typeof waitingLesion>;

const asked = worklistView.extend({
  /** Finds patients, as in their list. */
  text: z.string().max(500).default(''),
  /** Lesions to which it is narrowed. */
  only: z.array(id).max(500).nullable().default(null),
});
const count = z.int().min(0);

export const worklistProcedures = {
  'worklist.page': query(
    careTeam,
    asked.extend({
      after: cursor.nullable().default(null),
      limit: z.int().min(1).max(200).default(50),
    }),
    z.object({
      entries: z.array(waitingLesion),
      /** Where the next page begins; null after the last one. */
      next: cursor.nullable(),
    }),
  ),
  'worklist.counts': query(
    careTeam,
    asked,
    z.object({
      patients: count,
      lesions: count,
      images: count,
      /** Lesions, whichever verdicts are asked for. */
      byVerdict: z.record(waitingVerdict, count),
      /** Without any filter. */
      all: z.object({ lesions: count, images: count }),
    }),
  ),
  /** Where an image stands when the worklist is gone through image by image. */
  'worklist.around': query(
    careTeam,
    asked.extend({ imageId: id }),
    z.object({
      previous: id.nullable(),
      next: id.nullable(),
      /** From 1 on; null for an image that is not there. */
      position: z.int().nullable(),
      images: count,
    }),
  ),
} as const;
