import { z } from 'zod';
import {
  id,
  patient,
  patientMerge,
  possibleDouble,
  unmerging,
} from '../../clinic/entities/index.ts';
import { careTeam, command, none, query, recorders } from './procedures.ts';

/** One of two that may be one person, with what tells them apart at a glance. */
const candidate = z.object({
  patient,
  lesionCount: z.int(),
  imageCount: z.int(),
  lastVisitAt: z.string().nullable(),
  /** The newest images, for a look. */
  imageIds: z.array(id),
});
export type MergeCandidate = z.infer<typeof candidate>;

const doublePair = z.object({
  one: candidate,
  other: candidate,
  likeness: possibleDouble.shape.likeness,
});
export type DoublePair = z.infer<typeof doublePair>;

/** A merge with the record that is the other's now. */
const shownMerge = z.object({ merge: patientMerge, from: patient, into: patient });
export type ShownMerge = z.infer<typeof shownMerge>;

const two = z.object({ patientId: id, otherId: id });

export const patientMergeProcedures = {
  /** Who of the clinic may be enrolled twice, the likeliest first; `count` is of all. */
  'doubles.list': query(recorders, none, z.object({ pairs: z.array(doublePair), count: z.int() })),
  /** Any two beside each other. */
  'doubles.compare': query(recorders, two, z.object({ one: candidate, other: candidate })),
  /** They are two people, and not offered again. */
  'doubles.dismiss': command(recorders, two, none),
  /** Takes that back. */
  'doubles.offerAgain': command(recorders, two, none),
  /** Makes all that is recorded of the patient the other's, until it is taken apart again. */
  'patients.merge': command(
    recorders,
    z.object({ patientId: id, intoPatientId: id }),
    patientMerge,
  ),
  /** By which the patient is another's now, and by which others are this one's. */
  'patients.merges': query(
    careTeam,
    z.object({ patientId: id }),
    z.object({ of: shownMerge.nullable(), into: z.array(shownMerge) }),
  ),
  /** What taking the two apart gives back, and what stays. */
  'patients.planUnmerge': query(careTeam, z.object({ mergeId: id }), unmerging),
  'patients.unmerge': command(recorders, z.object({ mergeId: id }), unmerging),
} as const;
