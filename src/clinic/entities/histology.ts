import { z } from 'zod';
import { id, instant, note, text } from './primitives.ts';
import type { Gravity } from './verdicts.ts';

/** What a pathologist's report comes to. */
export const histologyDiagnosis = z.enum([
  'melanoma',
  'melanoma-in-situ',
  'bcc',
  'scc',
  'other-malignant',
  'akiec',
  'naevus',
  'dysplastic-naevus',
  'keratosis',
  'dermatofibroma',
  'vascular',
  'other-benign',
]);
export type HistologyDiagnosis = z.infer<typeof histologyDiagnosis>;

export const diagnosisGravity: Record<HistologyDiagnosis, Gravity> = {
  melanoma: 'malignant',
  'melanoma-in-situ': 'malignant',
  bcc: 'malignant',
  scc: 'malignant',
  'other-malignant': 'malignant',
  akiec: 'pre-malignant',
  naevus: 'benign',
  'dysplastic-naevus': 'benign',
  keratosis: 'benign',
  dermatofibroma: 'benign',
  vascular: 'benign',
  'other-benign': 'benign',
};

/** What is excised to find one melanoma: moles of any kind, and melanomas. */
export const melanocytic: readonly HistologyDiagnosis[] = [
  'melanoma',
  'melanoma-in-situ',
  'naevus',
  'dysplastic-naevus',
];
export const melanomas: readonly HistologyDiagnosis[] = ['melanoma', 'melanoma-in-situ'];

export const histologyDetails = z
  .object({
    /** The clinic's calendar day on which the specimen was taken. */
    takenOn: z.iso.date(),
    /** The laboratory's. */
    number: text.max(60).default(''),
    diagnosis: histologyDiagnosis,
    /** Of an invasive melanoma. */
    breslowMm: z.number().positive().max(99).nullable().default(null),
    /** In the pathologist's words. */
    text: note,
  })
  .refine(({ breslowMm, diagnosis }) => breslowMm === null || diagnosis === 'melanoma', {
    path: ['breslowMm'],
    message: 'only an invasive melanoma has a thickness',
  });
export type HistologyDetails = z.infer<typeof histologyDetails>;

/** A pathologist's finding. Never changed: a correction is a newer one. */
export const histology = z.object({
  ...histologyDetails.shape,
  id,
  lesionId: id,
  enteredByName: z.string(),
  enteredAt: instant,
});
export type Histology = z.infer<typeof histology>;
