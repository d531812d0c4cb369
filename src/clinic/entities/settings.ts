import { z } from 'zod';
import { languageCodes } from '../../language/index.ts';

/** What holds for every screen of the clinic. */
export const clinicSettings = z.object({
  /** Locked when nobody has been at any screen for so long; null: never. */
  lockAfterMs: z.int().positive().max(86_400_000).nullable(),
  /** A reading is shown only once the reader has said what they think. */
  impressionFirst: z.boolean(),
});
export type ClinicSettings = z.infer<typeof clinicSettings>;

/** This computer's choices about its screen: kept beside the clinic, never anything of a patient. */
export const screenSettings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** Whether single letters are shortcuts. */
  singleKeys: z.boolean(),
  /** Of the screens; null: the computer’s own where there is a catalogue of it, or else English. */
  language: z.enum(languageCodes).nullable().default(null),
});
export type ScreenSettings = z.infer<typeof screenSettings>;
