import { z } from 'zod';
import { patient } from './patients.ts';
import { instant } from './primitives.ts';

/** How long patients are kept: after it the program proposes to erase them, and never does by itself. */
export const retentionRule = z.object({
  /** After the last visit. Null: no rule, nobody is proposed. */
  years: z.int().min(1).max(100).nullable(),
  /** Who was a minor at the last visit is kept at least until this age. Null: like everybody. */
  minorAge: z.int().min(18).max(100).nullable(),
});
export type RetentionRule = z.infer<typeof retentionRule>;

/** A patient whose time is over. */
export const overduePatient = z.object({
  patient,
  /** The last visit, or the enrolment where there was none. */
  lastSeenAt: instant,
  hasVisits: z.boolean(),
  /** The clinic's calendar day from which on the rule no longer asks to keep them. */
  overSince: z.iso.date(),
  imageCount: z.int(),
  /** What is still awaited: a reason to look before erasing. */
  awaitedCount: z.int(),
});
export type OverduePatient = z.infer<typeof overduePatient>;

/** Why a patient is kept longer than the rule asks, and until when. */
export const keptLonger = z.object({
  until: z.iso.date(),
  reason: z.string().trim().min(1).max(500),
});
export type KeptLonger = z.infer<typeof keptLonger>;

export const keptPatient = keptLonger.extend({ patient });
export type KeptPatient = z.infer<typeof keptPatient>;
