import { z } from 'zod';
import { checklistDetails } from './checklists.ts';
import { histologyDetails } from './histology.ts';
import { bodyMapPosition, bodySite, laterality, lesionClosure } from './lesions.ts';
import { riskFactors, sex } from './patients.ts';
import { id, instant, note, text } from './primitives.ts';
import { classProbability } from './readings.ts';
import { decision } from './reviews.ts';
import { verdict } from './verdicts.ts';

// What other clinics' files hold: every list and text has a bound.

/** How a file calls a person, a lesion or an image: says nothing of who it is. */
const ref = z.string().regex(/^[PLI]\d{1,3}$/);
const shortText = text.max(200);

/** How much one file holds, besides the bytes that it may have. */
export const caseLimits = { lesions: 200, images: 999, imagesOfLesion: 500 } as const;
/** The camera's clock, or a day. */
const localTime = z.string().regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?$/);

const sharedImage = z.object({
  ref,
  /** Which of the file's pictures it is. */
  picture: z.int().min(0),
  capturedAt: localTime.nullable(),
  importedOn: z.iso.date(),
  device: shortText.nullable(),
  reading: z
    .object({
      networkName: shortText,
      probabilities: z
        .array(classProbability.extend({ code: shortText, name: shortText }))
        .min(1)
        .max(100),
      verdict: verdict.extend({ reasons: verdict.shape.reasons.max(20) }),
    })
    .nullable(),
  reviews: z
    .array(
      z.object({
        impression: shortText,
        decision,
        note,
        /** Null where the case is de-identified. */
        byName: shortText.nullable(),
        on: z.iso.date(),
      }),
    )
    .max(200),
  checklists: z.array(checklistDetails).max(200),
});
export type SharedImage = z.infer<typeof sharedImage>;

const sharedLesion = z.object({
  ref,
  label: shortText,
  bodySite,
  laterality,
  position: bodyMapPosition.nullable(),
  note,
  closure: lesionClosure.nullable(),
  histology: z.array(z.object(histologyDetails.shape)).max(100),
  images: z.array(sharedImage).max(caseLimits.imagesOfLesion),
});
export type SharedLesion = z.infer<typeof sharedLesion>;

const sharedPerson = z.object({
  ref,
  /** Null where the case is de-identified. */
  name: z.object({ familyName: shortText, givenName: shortText }).nullable(),
  birthDate: z.iso.date().nullable(),
  ageYears: z.int().min(0).max(150).nullable(),
  sex,
  phototype: z.int().min(1).max(6).nullable(),
  ...riskFactors.shape,
  note,
  lesions: z.array(sharedLesion).min(1).max(500),
});
export type SharedPerson = z.infer<typeof sharedPerson>;

/** A case as one clinic gives it to a colleague: what they need to say what they think of it. */
export const sharedCase = z.object({
  caseId: id,
  program: shortText,
  clinicName: shortText,
  senderName: shortText,
  madeAt: instant,
  /** Names are left out, and every date is shifted by the same number of days. */
  isDeidentified: z.boolean(),
  question: note,
  persons: z.array(sharedPerson).min(1).max(200),
});
export type SharedCase = z.infer<typeof sharedCase>;

/** What a colleague says of one of a case's lesions. */
export const lesionAnswer = z.object({
  lesionRef: ref,
  impression: z.string().min(1).max(60),
  decision,
  text: note,
});
export type LesionAnswer = z.infer<typeof lesionAnswer>;

export const sharedAnswer = z.object({
  answerId: id,
  caseId: id,
  clinicName: shortText,
  authorName: shortText,
  answeredAt: instant,
  answers: z.array(lesionAnswer).min(1).max(500),
});
export type SharedAnswer = z.infer<typeof sharedAnswer>;

/** A colleague's answer as it is filed with a lesion. */
export const caseAnswer = lesionAnswer.omit({ lesionRef: true }).extend({
  id,
  lesionId: id,
  clinicName: z.string(),
  authorName: z.string(),
  /** Of the key that signed it. */
  fingerprint: z.string(),
  answeredAt: instant,
  filedByName: z.string(),
  filedAt: instant,
});
export type CaseAnswer = z.infer<typeof caseAnswer>;

/** Another clinic whose key this one has. */
export const colleague = z.object({
  fingerprint: z.string(),
  clinicName: z.string(),
  addedByName: z.string(),
  addedAt: instant,
});
export type Colleague = z.infer<typeof colleague>;

/** A case that was given away. */
export const givenCase = z.object({
  id,
  madeByName: z.string(),
  madeAt: instant,
  /** The clinic's name; empty for whoever knows the passphrase. */
  sealedFor: z.string(),
  isDeidentified: z.boolean(),
  /** Those that are still here, as the file calls them. */
  lesions: z.array(z.object({ ref: z.string(), lesionId: id })),
  answers: z.int(),
});
export type GivenCase = z.infer<typeof givenCase>;
