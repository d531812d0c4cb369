import { z } from 'zod';
import { id, instant, name, note, revision } from './primitives.ts';

/** Body sites in the order of a head-to-toe examination. */
export const bodySites = [
  'scalp',
  'face',
  'ear',
  'neck',
  'chest',
  'abdomen',
  'upper-back',
  'lower-back',
  'genital',
  'buttock',
  'shoulder',
  'upper-arm',
  'forearm',
  'hand',
  'thigh',
  'lower-leg',
  'foot',
  'unspecified',
] as const;
export const bodySite = z.enum(bodySites);
export type BodySite = z.infer<typeof bodySite>;

export const laterality = z.enum(['left', 'right', 'midline', 'unspecified']);
export type Laterality = z.infer<typeof laterality>;

/** The body map's figures: the whole from two sides, and what is seen closer. */
export const bodyMapView = z.enum([
  'front',
  'back',
  'head-left',
  'head-right',
  'head-top',
  'hands',
  'palms',
  'soles',
]);

/** A point on the body map: fractions of the figure's width and height, from the top left. */
export const bodyMapPosition = z.object({
  view: bodyMapView,
  x: z.number().min(0).max(1),
  y: z.number().min(0).max(1),
});
export type BodyMapPosition = z.infer<typeof bodyMapPosition>;

export const lesionDetails = z.object({
  /** How the clinic calls the lesion, for example "A" or "left shoulder, 5 mm". */
  label: name,
  bodySite: bodySite.default('unspecified'),
  laterality: laterality.default('unspecified'),
  position: bodyMapPosition.nullable().default(null),
  note,
});
export type LesionDetails = z.infer<typeof lesionDetails>;

/** Why a lesion is not followed any further. */
export const closingReason = z.enum(['excised', 'treated', 'gone', 'not-followed']);
export type ClosingReason = z.infer<typeof closingReason>;

export const lesionClosure = z.object({
  /** The clinic's calendar day. */
  on: z.iso.date(),
  reason: closingReason,
});
export type LesionClosure = z.infer<typeof lesionClosure>;

export const lesion = lesionDetails.extend({
  id,
  patientId: id,
  revision,
  createdAt: instant,
  closure: lesionClosure.nullable(),
  /** Set while the lesion is removed: hidden with its images, restorable. */
  removedAt: instant.nullable(),
  /** The lesion that it was merged into, which has its images; set only while it is removed. */
  mergedInto: id.nullable(),
});
export type Lesion = z.infer<typeof lesion>;
