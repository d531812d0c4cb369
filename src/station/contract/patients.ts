import { z } from 'zod';
import { id, lesion, patient, patientDetails, visit } from '../../clinic/entities/index.ts';
import { imageEntry } from './images.ts';
import { command, everyUser, query } from './procedures.ts';

export const patientEntry = z.object({
  patient,
  lesionCount: z.int(),
  imageCount: z.int(),
  unreviewedCount: z.int(),
  lastVisitAt: z.string().nullable(),
});
export type PatientEntry = z.infer<typeof patientEntry>;

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
      lesions: z.array(z.object({ lesion, images: z.array(imageEntry) })),
      visits: z.array(visit),
    }),
  ),
  'patients.enrol': command(everyUser, patientDetails, patient),
  'patients.update': command(
    everyUser,
    z.object({ patientId: id, details: patientDetails }),
    patient,
  ),
  'patients.archive': command(everyUser, z.object({ patientId: id }), patient),
  'patients.restore': command(everyUser, z.object({ patientId: id }), patient),
} as const;
