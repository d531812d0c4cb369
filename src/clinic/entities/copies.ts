import { z } from 'zod';
import { id, instant } from './primitives.ts';

/** A whole clinic that lies beside the one in use: encrypted, opened by the passphrases of its time. */
export const clinicCopy = z.object({
  id,
  madeAt: instant,
  /** It was made before an update, or it was in use until an older copy took its place. */
  why: z.enum(['update', 'replaced']),
  /** The version of the program that had the clinic open, and of the clinic's database. */
  program: z.string(),
  database: z.int(),
  sizeBytes: z.int(),
});
export type ClinicCopy = z.infer<typeof clinicCopy>;
