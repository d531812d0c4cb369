import { z } from 'zod';
import { headState } from './classes.ts';
import { id, instant } from './primitives.ts';

/** What is erased: a patient with all that is known of them, one image, or one overview photograph. */
export const erasureKind = z.enum(['patient', 'image', 'overview']);
export const erasureSubject = z.object({ kind: erasureKind, id });
export type ErasureSubject = z.infer<typeof erasureSubject>;

/** The person asked for it, it was kept as long as it had to be, or it should never have been there. */
export const erasureReason = z.enum(['request', 'retention', 'mistake']);
export type ErasureReason = z.infer<typeof erasureReason>;

const erasedCounts = z.object({
  lesions: z.int(),
  visits: z.int(),
  images: z.int(),
  readings: z.int(),
  reviews: z.int(),
  checklists: z.int().default(0),
  opinions: z.int().default(0),
  /** Photographs, with what is marked in them. */
  overviews: z.int().default(0),
  consents: z.int().default(0),
  /** Scales and outlines. */
  measures: z.int().default(0),
  /** Of colleagues of other clinics. */
  answers: z.int().default(0),
  followUps: z.int(),
  histology: z.int(),
  drafts: z.int(),
  examples: z.int(),
  versions: z.int(),
  /** Audit entries that no longer say what the records were. */
  entries: z.int(),
});
export type ErasedCounts = z.infer<typeof erasedCounts>;

/** What would go, and what stays. */
export const erasurePlan = z.object({
  counts: erasedCounts,
  /** Versions of the classes that learned from it. */
  versions: z.array(z.object({ number: z.int(), state: headState })),
  /** Images that were moved from the patient to others, whose they are now. */
  movedAway: z.int(),
  since: instant,
});
export type ErasurePlan = z.infer<typeof erasurePlan>;

/** What was erased, by whom, and what was done so that nothing is left: holds no name. */
export const erasure = z.object({
  id,
  subject: erasureSubject,
  reason: erasureReason,
  userName: z.string(),
  secondUserName: z.string().nullable(),
  at: instant,
  /** The audit entry that tells of it. */
  entry: z.int(),
  counts: erasedCounts,
  /** Null while the files are not done yet: that goes on by itself. */
  proof: z
    .object({
      finishedAt: instant,
      /** Pages of the database that were looked through, and of which unused parts were overwritten. */
      pagesLooked: z.int(),
      pagesWritten: z.int(),
      /** Older copies of the clinic on this computer that held it, and were deleted. */
      copiesDropped: z.int(),
    })
    .nullable(),
});
export type Erasure = z.infer<typeof erasure>;

/** Whether the list of what was erased, which lies beside the clinic, can be believed. */
export const erasedListState = z.object({
  isDamaged: z.boolean(),
  /** Entries that are damaged, or that this clinic did not make. */
  unproven: z.int(),
});
export type ErasedListState = z.infer<typeof erasedListState>;
