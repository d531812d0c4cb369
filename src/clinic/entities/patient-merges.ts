import { z } from 'zod';
import { id, instant } from './primitives.ts';

/** Of two records of one person the first became the second's. */
export const patientMerge = z.object({
  id,
  fromPatientId: id,
  intoPatientId: id,
  mergedAt: instant,
  userName: z.string(),
});
export type PatientMerge = z.infer<typeof patientMerge>;

/** What taking two patients apart gives back, and what stays with the one that was kept. */
export const unmerging = z.object({
  back: z.object({
    lesions: z.int(),
    images: z.int(),
    visits: z.int(),
    consents: z.int(),
    overviews: z.int(),
  }),
  stays: z.object({
    /** Added since the merge, to lesions that the patient who is kept has. */
    lesions: z.int(),
    /** Photographs that were added since. */
    overviews: z.int(),
    /** Imported or moved since into lesions that go back: by label, how many. A new lesion takes them. */
    images: z.array(z.object({ label: z.string(), count: z.int() })),
    /** Went along in the merge, and were moved on to another lesion since. */
    movedOn: z.int(),
  }),
});
export type Unmerging = z.infer<typeof unmerging>;
