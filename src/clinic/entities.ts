import { z } from 'zod';

/**
 * The clinic's records as every layer above the store sees them. Ids are UUIDv7; instants are UTC
 * ISO-8601; quantities carry their unit in the name.
 */
export const id = z.uuid();
export const instant = z.iso.datetime();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');
const name = z.string().trim().min(1, 'must not be empty').max(200);
const note = z.string().trim().max(4000).default('');

export const role = z.enum(['clinician', 'administrator']);
export type Role = z.infer<typeof role>;

export const user = z.object({ id, name, role, createdAt: instant });
export type User = z.infer<typeof user>;

export const sex = z.enum(['female', 'male', 'other', 'unknown']);

/** What the person enters about a patient. */
export const patientDetails = z.object({
  /** The clinic's own number for the patient; unique when given. */
  recordNumber: z.string().trim().max(60).default(''),
  familyName: name,
  givenName: z.string().trim().max(200).default(''),
  birthDate: z.iso.date().nullable().default(null),
  sex: sex.default('unknown'),
  /** Fitzpatrick skin phototype, I to VI as 1 to 6. */
  phototype: z.int().min(1).max(6).nullable().default(null),
  note,
});
export type PatientDetails = z.infer<typeof patientDetails>;

export const patient = patientDetails.extend({
  id,
  createdAt: instant,
  updatedAt: instant,
  /** Set while the patient is archived: hidden from lists, nothing deleted. */
  archivedAt: instant.nullable(),
});
export type Patient = z.infer<typeof patient>;

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

/** A point on the body map: fractions of the figure's width and height, from the top left. */
export const bodyMapPosition = z.object({
  view: z.enum(['front', 'back']),
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

export const lesion = lesionDetails.extend({ id, patientId: id, createdAt: instant });
export type Lesion = z.infer<typeof lesion>;

export const visit = z.object({ id, patientId: id, startedAt: instant, note });
export type Visit = z.infer<typeof visit>;

/** What the picture itself says about its fitness for reading. */
export const imageQuality = z.object({
  /** Variance of the Laplacian of luminance at 256 px on the shorter side; higher is sharper. */
  sharpness: z.number().min(0),
  /** Mean luminance, 0 (black) to 1 (white). */
  exposure: z.number().min(0).max(1),
  /** Share of pixels without detail because they are nearly black or nearly white. */
  clipped: z.number().min(0).max(1),
  /** Share of pixels whose colour is that of skin or of a lesion on it. */
  skin: z.number().min(0).max(1),
});
export type ImageQuality = z.infer<typeof imageQuality>;

export const qualityWarning = z.enum([
  'blurred',
  'too-dark',
  'too-bright',
  'little-skin',
  'too-small',
]);
export type QualityWarning = z.infer<typeof qualityWarning>;

export const imageFormat = z.enum(['jpeg', 'png', 'tiff', 'webp', 'avif', 'gif']);
export type ImageFormat = z.infer<typeof imageFormat>;

export const lesionImage = z.object({
  id,
  lesionId: id,
  visitId: id,
  /** Of the original bytes, as imported. */
  sha256,
  fileName: z.string(),
  format: imageFormat,
  /** Upright size. */
  widthPx: z.int(),
  heightPx: z.int(),
  byteLength: z.int(),
  /** The camera's own clock, without a zone: `YYYY-MM-DDTHH:MM:SS`. */
  capturedAt: z.string().nullable(),
  device: z.string().nullable(),
  quality: imageQuality,
  qualityWarnings: z.array(qualityWarning),
  importedAt: instant,
  /** Set while the image is removed: hidden, restorable. */
  removedAt: instant.nullable(),
});
export type LesionImage = z.infer<typeof lesionImage>;

/** Which executor produced a result. */
export const acceleratorIdentity = z.object({
  kind: z.enum(['emulator', 'device']),
  /** For example "Emulator (SIMD engine)". */
  name: z.string(),
  version: z.string(),
});
export type AcceleratorIdentity = z.infer<typeof acceleratorIdentity>;

/** What befell an accelerator, for the person and the audit log. */
export const acceleratorIncident = z.object({
  id,
  at: instant,
  acceleratorId: z.string(),
  /** As readings name it. */
  accelerator: acceleratorIdentity,
  kind: z.enum([
    /** A device gave a wrong count. What it read after `since` is to be read again. */
    'set-aside',
    /** A device is gone, silent or unwell; its work went elsewhere. */
    'fallback',
    /** A device that was gone is back, attested anew. */
    'reattached',
    'bridge-restarted',
    /** The bridge does not stay up: the emulator runs inside the station. */
    'emulator-in-station',
  ]),
  /** A sentence for the person. */
  detail: z.string(),
  /**
   * Of `set-aside`: when the last image that came out right was given to the device; `null` if it
   * is not known that one ever did.
   */
  since: instant.nullable(),
  networkSha256: sha256.nullable(),
});
export type AcceleratorIncident = z.infer<typeof acceleratorIncident>;

export const classProbability = z.object({
  code: z.string(),
  name: z.string(),
  probability: z.number().min(0).max(1),
});
export type ClassProbability = z.infer<typeof classProbability>;

export const referralReason = z.enum([
  'melanoma-suspected',
  /** The image is unlike those that the network was trained on. */
  'unfamiliar',
  /** No class of the network is probable enough. */
  'no-class-fits',
  'uncertain',
  'poor-quality',
]);
export type ReferralReason = z.infer<typeof referralReason>;

/** What a calibrated head makes of its probabilities. */
export const advice = z.object({
  /** Codes of the classes that the image may be, most probable first; none, where none fits. */
  possible: z.array(z.string()),
  /** How often, of images of any one class, `possible` holds that class. */
  coverage: z.number().min(0).max(1),
  /** How far the image lies from those of the training; unfamiliar beyond the limit. */
  unfamiliarity: z.number(),
  unfamiliarityLimit: z.number(),
  /** Of the probabilities, in nats. */
  entropy: z.number().min(0),
  /** Most urgent first; none, where the image need not be referred. */
  referralReasons: z.array(referralReason),
});
export type Advice = z.infer<typeof advice>;

/** One run of the network on one image. Its spike counts stay in the store. */
export const reading = z.object({
  id,
  imageId: id,
  networkName: z.string(),
  networkSha256: sha256,
  headName: z.string(),
  headSha256: sha256,
  accelerator: acceleratorIdentity,
  /** Most probable first. */
  probabilities: z.array(classProbability).min(1),
  /** `null` where the head has no calibration. */
  advice: advice.nullable(),
  durationMs: z.number().min(0),
  createdAt: instant,
});
export type Reading = z.infer<typeof reading>;

/** How the clinician means to proceed. */
export const decision = z.enum(['no-action', 'monitor', 'biopsy', 'excise', 'refer']);
export type Decision = z.infer<typeof decision>;

export const reviewDetails = z.object({
  /** The suspected diagnosis: a class code of the head, `other` or `unsure`. */
  impression: z.string().min(1).max(60),
  decision,
  note,
});
export type ReviewDetails = z.infer<typeof reviewDetails>;

/** What a clinician has begun to say about an image; kept until the review is saved. */
export const reviewDraft = z.object({
  impression: reviewDetails.shape.impression.nullable(),
  decision: decision.nullable(),
  note,
});
export type ReviewDraft = z.infer<typeof reviewDraft>;

/** A clinician's judgement of an image. Never changed: a correction is a newer review. */
export const review = reviewDetails.extend({
  id,
  imageId: id,
  /** The reading that the clinician saw, if there was one. */
  readingId: id.nullable(),
  reviewerId: id,
  reviewerName: z.string(),
  createdAt: instant,
});
export type Review = z.infer<typeof review>;
