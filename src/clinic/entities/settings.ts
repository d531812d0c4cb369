import { z } from 'zod';

/** What holds for every screen of the clinic. */
export const clinicSettings = z.object({
  /** Locked when nobody has been at any screen for so long; null: never. */
  lockAfterMs: z.int().positive().max(86_400_000).nullable(),
});
export type ClinicSettings = z.infer<typeof clinicSettings>;
