import { z } from 'zod';
import { checklist } from './checklists.ts';
import { consent } from './consents.ts';
import { followUp } from './follow-ups.ts';
import { histology } from './histology.ts';
import { imageMove, lesionImage } from './images.ts';
import { lesion } from './lesions.ts';
import { imageOutline, imageScale } from './measuring.ts';
import { overview, overviewMarker } from './overviews.ts';
import { patient } from './patients.ts';
import { instant } from './primitives.ts';
import { reading } from './readings.ts';
import { review } from './reviews.ts';
import { secondOpinion } from './second-opinions.ts';
import { caseAnswer } from './shared-cases.ts';
import { visit } from './visits.ts';

/** `records.json` of a patient's folder says of itself. A change that old readers misread raises it. */
export const patientRecordFormat = { format: 'dermaspike-patient', version: 1 } as const;

const recordedImage = lesionImage.extend({
  /** The original file, from the folder on. */
  file: z.string(),
  /** Newest first. */
  readings: z.array(reading.extend({ spikeCounts: z.array(z.int()) })),
  reviews: z.array(review),
  secondOpinions: z.array(secondOpinion),
  checklists: z.array(checklist),
  /** What it is measured by. */
  scale: imageScale.nullable(),
  outline: imageOutline.nullable(),
  moves: z.array(imageMove),
});
export type RecordedImage = z.infer<typeof recordedImage>;

const recordedLesion = lesion.extend({
  /** Removed ones, too, which say since when. */
  images: z.array(recordedImage),
  /** Of a lesion that was merged into another they stand there. */
  followUps: z.array(followUp),
  histology: z.array(histology),
  /** What colleagues of other clinics answered. */
  colleagueAnswers: z.array(caseAnswer),
});
export type RecordedLesion = z.infer<typeof recordedLesion>;

const recordedOverview = overview.omit({ patientId: true }).extend({
  /** The original file, from the folder on. */
  file: z.string(),
  /** Lesions that are marked in it. */
  markers: z.array(overviewMarker.omit({ overviewId: true })),
});
export type RecordedOverview = z.infer<typeof recordedOverview>;

/** All that is recorded of a patient: what `records.json` holds, and its JSON schema describes. */
export const patientRecord = z.object({
  format: z.literal(patientRecordFormat.format),
  version: z.literal(patientRecordFormat.version),
  /** The version of the program that wrote it. */
  program: z.string(),
  clinicName: z.string(),
  madeAt: instant,
  madeByName: z.string(),
  patient,
  /** Records of the same person that were made this one's, as they were. */
  merged: z.array(patient),
  /** The newest day first: of each scope the first one counts. */
  consents: z.array(consent),
  visits: z.array(visit),
  /** In the order in which they were added, then the removed ones. */
  lesions: z.array(recordedLesion),
  /** Overview photographs, the newest first, then the removed ones. */
  overviews: z.array(recordedOverview),
});
export type PatientRecord = z.infer<typeof patientRecord>;
