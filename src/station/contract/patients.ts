import { z } from 'zod';
import {
  cursor,
  followUp,
  histology,
  id,
  lesion,
  patient,
  patientDetails,
  patientListView,
  possibleDouble,
  revision,
  visit,
} from '../../clinic/entities/index.ts';
import { imageEntry, moveNote } from './images.ts';
import { careTeam, command, deciders, query, recorders } from './procedures.ts';

export const patientEntry = z.object({
  patient,
  lesionCount: z.int(),
  imageCount: z.int(),
  unreviewedCount: z.int(),
  lastVisitAt: z.string().nullable(),
});
export type PatientEntry = z.infer<typeof patientEntry>;

/** A lesion, and which of its images came from elsewhere or went there. */
const placedLesion = z.object({
  lesion,
  movedIn: z.array(moveNote),
  movedOut: z.array(moveNote),
  /** What it waits for. */
  awaited: z.array(followUp),
  histology: z.array(histology),
});

export const patientProcedures = {
  /** Whose names, record number or date of birth the text tells; everybody for an empty one. */
  'patients.search': query(
    careTeam,
    patientListView.extend({
      text: z.string().max(500).default(''),
      after: cursor.nullable().default(null),
      limit: z.int().min(1).max(200).default(50),
    }),
    z.object({
      entries: z.array(patientEntry),
      /** Where the next page begins; null after the last one. */
      next: cursor.nullable(),
      /** Below the last page: people whose names are nearly what was typed. */
      similar: z.array(patientEntry),
    }),
  ),
  /** How many a search finds in all. */
  'patients.count': query(
    careTeam,
    z.object({ text: z.string().max(500).default(''), show: patientListView.shape.show }),
    z.object({ count: z.int() }),
  ),
  'patients.get': query(
    careTeam,
    z.object({ patientId: id }),
    z.object({
      patient,
      lesions: z.array(
        placedLesion.extend({
          /** The newest dozen, in the order of import: `lesions.get` has them all. */
          images: z.array(imageEntry),
          imageCount: z.int(),
        }),
      ),
      visits: z.array(visit),
      removed: z.object({
        /** Also those that were merged into another. */
        lesions: z.array(placedLesion),
        images: z.array(imageEntry),
      }),
    }),
  ),
  /**
   * The newest image of each of a patient's lesions that are not closed. First those that the network in
   * use has read, the one most unlike the others at their head.
   */
  'patients.sideBySide': query(
    careTeam,
    z.object({ patientId: id }),
    z.array(
      imageEntry.extend({
        lesion,
        /** As `src/clinic/oddness.ts` has it; null where the network in use has not read enough lesions. */
        oddness: z.number().nullable(),
      }),
    ),
  ),
  /** Who of the enrolled, archived ones too, may be this person; the likeliest first. */
  'patients.possibleDoubles': query(
    recorders,
    patientDetails.pick({ familyName: true, givenName: true, birthDate: true }),
    z.array(possibleDouble),
  ),
  'patients.enrol': command(recorders, patientDetails, patient),
  /** `revision` is the one that the edit began from; refused with `changed-meanwhile`. */
  'patients.update': command(
    recorders,
    z.object({ patientId: id, revision, details: patientDetails }),
    patient,
  ),
  'patients.archive': command(deciders, z.object({ patientId: id }), patient),
  'patients.restore': command(deciders, z.object({ patientId: id }), patient),
} as const;
