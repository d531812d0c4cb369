import { z } from 'zod';
import { id, instant } from './primitives.ts';

/** When the clinic is backed up, wherever it is open. */
export const backupSchedule = z.object({
  /** Null: only by hand. */
  everyHours: z.int().min(1).max(168).nullable(),
  onLeaving: z.boolean(),
  /** After so long the program reminds of proving a backup by restoring it. */
  proofEveryDays: z.int().min(1).max(365),
});
export type BackupSchedule = z.infer<typeof backupSchedule>;

/** A backup on the medium. */
export const keptBackup = z.object({
  id,
  madeAt: instant,
  /** Why its list cannot be read; of one that can be, null. Nothing else but when it was made is then known. */
  unreadable: z.enum(['damaged', 'newer']).nullable(),
  /** Of the clinic that comes back. */
  sizeBytes: z.int(),
  /** When it was last looked through, and whether it was whole. */
  proof: z.object({ at: instant, whole: z.boolean() }).nullable(),
});
export type KeptBackup = z.infer<typeof keptBackup>;
