import { z } from 'zod';
import { id, instant, name, note, revision, text } from './primitives.ts';

export const sex = z.enum(['female', 'male', 'other', 'unknown']);

/** The last calendar day that has begun anywhere. */
function today(): string {
  const easternmostHours = 14;
  return new Date(Date.now() + easternmostHours * 3_600_000).toISOString().slice(0, 10);
}

const birthDate = z.iso.date().refine((date) => date <= today(), 'is in the future');

/** Null while nobody has asked. */
const answer = z.enum(['yes', 'no']).nullable().default(null);

/** How many melanocytic naevi a patient has, counted or estimated. */
export const naevusCount = z.enum(['under-50', '50-100', 'over-100']);

/** What raises a person's risk of skin cancer, as far as somebody has asked. */
export const riskFactors = z.object({
  hadMelanoma: answer,
  /** Basal or squamous cell carcinoma. */
  hadKeratinocyteCancer: answer,
  /** In a parent, a sibling or a child. */
  familyMelanoma: answer,
  naevusCount: naevusCount.nullable().default(null),
  atypicalNaevi: answer,
  /** By medicine after a transplantation, or by illness. */
  immunosuppressed: answer,
});
export type RiskFactors = z.infer<typeof riskFactors>;

/** What the person enters about a patient. */
export const patientDetails = z.object({
  /** The clinic's own number for the patient; unique when given. */
  recordNumber: text.max(60).default(''),
  familyName: name,
  givenName: text.max(200).default(''),
  birthDate: birthDate.nullable().default(null),
  sex: sex.default('unknown'),
  /** Fitzpatrick skin phototype, I to VI as 1 to 6. */
  phototype: z.int().min(1).max(6).nullable().default(null),
  ...riskFactors.shape,
  note,
});
export type PatientDetails = z.infer<typeof patientDetails>;

export const patient = patientDetails.extend({
  id,
  // As they were stored, perhaps before dates in the future and such names were refused.
  birthDate: z.iso.date().nullable(),
  familyName: text,
  revision,
  createdAt: instant,
  updatedAt: instant,
  /** Set while the patient is archived: hidden from lists, nothing deleted. */
  archivedAt: instant.nullable(),
});
export type Patient = z.infer<typeof patient>;

/** Somebody who may be the person that is about to be enrolled. */
export const possibleDouble = z.object({
  patient,
  likeness: z.enum([
    /** Name and birth date are the same, but for case, accents and hyphens. */
    'same',
    /** So they are, but family and given name stand for each other. */
    'names-exchanged',
    /** The same birth date; a name differs in a letter, or a given name is missing. */
    'similar-name',
    /** The same name; the birth date differs in a figure, or in the order of day and month. */
    'similar-date',
    /** The same name; a birth date is not known. */
    'date-missing',
  ]),
});
export type PossibleDouble = z.infer<typeof possibleDouble>;
