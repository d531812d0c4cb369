import { z } from 'zod';
import { id, instant, note } from './primitives.ts';

/** What a patient is asked about, in the order in which one asks. */
export const consentScope = z.enum(['care', 'photographs', 'teaching', 'research', 'sharing']);
export type ConsentScope = z.infer<typeof consentScope>;

export const consentDetails = z.object({
  scope: consentScope,
  answer: z.enum(['given', 'withdrawn']),
  /** The clinic's calendar day on which it was said or signed. */
  saidOn: z.iso.date(),
  /** The patient, or whoever may speak for them. */
  saidBy: z.enum(['patient', 'representative']).default('patient'),
  note,
});
export type ConsentDetails = z.infer<typeof consentDetails>;

/** Never changed: what was said later, or corrected, is a newer one. */
export const consent = consentDetails.extend({
  id,
  patientId: id,
  recordedByName: z.string(),
  recordedAt: instant,
});
export type Consent = z.infer<typeof consent>;

/** Either of them withdrawn closes it. What nobody asked about closes nothing. */
export const learningScopes: readonly ConsentScope[] = ['research', 'photographs'];
export const sharingScopes: readonly ConsentScope[] = ['sharing', 'photographs'];

/** Of each scope what counts, of a patient's consents from the newest on. */
export function standingConsents(newestFirst: readonly Consent[]): Map<ConsentScope, Consent> {
  return new Map(newestFirst.toReversed().map((each) => [each.scope, each]));
}
