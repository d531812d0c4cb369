import { z } from 'zod';
import { typedChecklist } from './checklists.ts';
import { lesionDetails } from './lesions.ts';
import { patientDetails } from './patients.ts';
import { revision } from './primitives.ts';

/** As far as a form is filled in: what is required may be missing yet. */
const typedPatient = patientDetails.extend({
  familyName: z.string().max(200),
  birthDate: z.iso.date().nullable(),
});
const typedLesion = lesionDetails.extend({ label: z.string().max(200) });

/** What an edit began from, to tell what others changed meanwhile; nothing for a new record. */
const begunFrom = <D extends z.ZodType>(details: D) => z.object({ revision, details }).nullable();

/** What is typed into a form and not saved yet. */
export const formDraft = z.discriminatedUnion('form', [
  z.object({
    form: z.literal('patient'),
    details: typedPatient,
    begunFrom: begunFrom(typedPatient),
  }),
  z.object({
    form: z.literal('lesion'),
    details: typedLesion,
    begunFrom: begunFrom(lesionDetails),
  }),
  /** Of an image. */
  z.object({ form: z.literal('checklist'), details: typedChecklist, begunFrom: z.null() }),
]);
export type FormDraft = z.infer<typeof formDraft>;
