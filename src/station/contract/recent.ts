import { z } from 'zod';
import { id, patient, recentChange } from '../../clinic/entities/index.ts';
import { command, none, query, recorders } from './procedures.ts';

const shownChange = z.object({
  change: recentChange,
  patient,
  /** Of the lesion that it was done to, or that images came to. */
  lesionLabel: z.string().nullable(),
  /** Of the lesion that it was merged into. */
  otherLabel: z.string().nullable(),
  /** Why it cannot be taken back; null where it can. */
  obstacle: z.string().nullable(),
});
export type ShownChange = z.infer<typeof shownChange>;

export const recentProcedures = {
  /** What the user did lately, the newest first: it is in the clinic, and outlives a lock. */
  'recent.list': query(recorders, none, z.array(shownChange)),
  /** Takes one back. Refused with `changed-meanwhile` and the reason. */
  'recent.undo': command(recorders, z.object({ changeId: id }), none),
} as const;
