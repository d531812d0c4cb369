import { z } from 'zod';
import {
  cursor,
  followUp,
  followUpDue,
  followUpKind,
  id,
  lesion,
  note,
  patient,
} from '../../clinic/entities/index.ts';
import { imageEntry } from './images.ts';
import { careTeam, command, deciders, query, recorders } from './procedures.ts';

/** Something that is awaited, and of whom. */
const awaitedLesion = z.object({
  followUp,
  patient,
  /** The one that it was merged into, where it was. */
  lesion,
  /** Its newest image; `null` where there is none. */
  newest: imageEntry.nullable(),
  /** An image has come since this was planned, and nobody has reviewed it. */
  hasCome: z.boolean(),
});
export type AwaitedLesion = z.infer<typeof awaitedLesion>;

const asked = z.object({
  /** Which are shown; all, where none is named. */
  due: z.array(followUpDue).max(followUpDue.options.length).default([]),
  kinds: z.array(followUpKind).max(followUpKind.options.length).default([]),
  /** Finds patients, as in their list. */
  text: z.string().max(500).default(''),
});
const one = z.object({ followUpId: id });

export const followUpProcedures = {
  /** What is awaited, the longest overdue first. */
  'followUps.page': query(
    careTeam,
    asked.extend({
      after: cursor.nullable().default(null),
      limit: z.int().min(1).max(200).default(50),
    }),
    z.object({ entries: z.array(awaitedLesion), next: cursor.nullable() }),
  ),
  /** How many there are of each, whichever are asked for. */
  'followUps.counts': query(
    careTeam,
    asked.omit({ due: true }),
    z.record(followUpDue, z.int().min(0)),
  ),
  /** In place of an open one of the same kind. */
  'followUps.plan': command(
    deciders,
    z.object({ lesionId: id, kind: followUpKind, dueOn: z.iso.date() }),
    followUp,
  ),
  'followUps.reschedule': command(deciders, one.extend({ dueOn: z.iso.date() }), followUp),
  /** Counts that the patient was reminded. */
  'followUps.remind': command(recorders, one, followUp),
  /** Nothing is awaited any more, for a reason. */
  'followUps.end': command(deciders, one.extend({ note }), followUp),
  /** Takes that back. */
  'followUps.resume': command(deciders, one, followUp),
} as const;
