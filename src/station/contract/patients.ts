import { z } from 'zod';
import {
  id,
  lesion,
  patient,
  patientDetails,
  possibleDouble,
  revision,
  visit,
} from '../../clinic/entities/index.ts';
import { imageEntry, moveNote } from './images.ts';
import { command, everyUser, query } from './procedures.ts';

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
});

export const patientProcedures = {
  'patients.search': query(
    everyUser,
    z.object({ text: z.string().default(''), archived: z.boolean().default(false) }),
    z.array(patientEntry),
  ),
  'patients.get': query(
    everyUser,
    z.object({ patientId: id }),
    z.object({
      patient,
      lesions: z.array(placedLesion.extend({ images: z.array(imageEntry) })),
      visits: z.array(visit),
      removed: z.object({
        /** Also those that were merged into another. */
        lesions: z.array(placedLesion),
        images: z.array(imageEntry),
      }),
    }),
  ),
  /** Who of the enrolled, archived ones too, may be this person; the likeliest first. */
  'patients.possibleDoubles': query(
    everyUser,
    patientDetails.pick({ familyName: true, givenName: true, birthDate: true }),
    z.array(possibleDouble),
  ),
  'patients.enrol': command(everyUser, patientDetails, patient),
  /** `revision` is the one that the edit began from; refused with `changed-meanwhile`. */
  'patients.update': command(
    everyUser,
    z.object({ patientId: id, revision, details: patientDetails }),
    patient,
  ),
  'patients.archive': command(everyUser, z.object({ patientId: id }), patient),
  'patients.restore': command(everyUser, z.object({ patientId: id }), patient),
} as const;
