import { z } from 'zod';
import { id, instant, note } from './primitives.ts';

/** What a lesion waits for: to be seen again, or somebody's answer. */
export const followUpKind = z.enum(['monitor', 'biopsy', 'excision', 'referral']);
export type FollowUpKind = z.infer<typeof followUpKind>;

/** How it came to its end: seen again, a newer one in its place, the finding came, or a person said so. */
export const followUpEnd = z.enum(['seen', 'replaced', 'histology', 'by-hand']);

export const followUp = z.object({
  id,
  lesionId: id,
  kind: followUpKind,
  /** The clinic's calendar day; `null` for what was decided before dates were asked for. */
  dueOn: z.iso.date().nullable(),
  reviewId: id.nullable(),
  plannedByName: z.string(),
  plannedAt: instant,
  /** How often the patient was reminded, and when last. */
  reminders: z.int().min(0),
  remindedAt: instant.nullable(),
  ended: z.object({ at: instant, how: followUpEnd, byName: z.string(), note }).nullable(),
});
export type FollowUp = z.infer<typeof followUp>;

/** Of the list, what is shown. */
export const followUpDue = z.enum(['overdue', 'soon', 'later', 'undated']);
export type FollowUpDue = z.infer<typeof followUpDue>;

/** "Soon" is within so many days from today, today included. */
export const soonDays = 30;
