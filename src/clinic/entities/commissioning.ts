import { z } from 'zod';
import { id, instant, sha256 } from './primitives.ts';

const share = z.number().min(0).max(1);

/** A share with its 95 % interval by bootstrap over lesions. */
const figure = z.object({ value: share, low: share, high: share });
export type Figure = z.infer<typeof figure>;

export const commissioningConclusion = z.enum([
  /** The network does what it promises on this clinic's images. */
  'fit',
  /** It does at melanoma's operating point of this clinic. */
  'fit-with-threshold',
  /** There are too few lesions to say. */
  'too-few',
  'not-fit',
]);
export type CommissioningConclusion = z.infer<typeof commissioningConclusion>;

/** How the network does on a clinic's own labelled images. `null`: nothing to measure it on. */
export const commissioningReport = z.object({
  networkName: z.string(),
  networkSha256: sha256,
  headSha256: sha256,
  images: z.int().min(0),
  lesions: z.object({
    all: z.int().min(0),
    melanoma: z.int().min(0),
    /** Malignant and pre-malignant, melanomas included. */
    malignant: z.int().min(0),
    benign: z.int().min(0),
  }),
  /** Share of the malignant and pre-malignant images that are suspicious or unclear. */
  sensitivity: figure.nullable(),
  melanomaSensitivity: figure.nullable(),
  /** Share of the benign images that show no sign of malignancy. */
  specificity: figure.nullable(),
  /** Expected calibration error of the probability of malignancy, ten bins. */
  calibrationError: figure.nullable(),
  /** Malignant and pre-malignant images: as many as were expected, and as there were. */
  expected: share.nullable(),
  observed: share.nullable(),
  /** Melanoma's operating point that this clinic's images ask for, and what it would do. */
  threshold: z
    .object({
      /** A probability; the network's own point is `ownMelanoma`. */
      melanoma: share,
      ownMelanoma: share,
      /** Measured on lesions that did not set it. */
      melanomaSensitivity: figure,
      specificity: figure,
    })
    .nullable(),
  conclusion: commissioningConclusion,
  /** What kept the conclusion from being a better one, in words. */
  reasons: z.array(z.string()),
});
export type CommissioningReport = z.infer<typeof commissioningReport>;

/** A report that was kept; of the newest one of a network and head, the threshold counts. */
export const commissioning = z.object({
  id,
  at: instant,
  userName: z.string(),
  report: commissioningReport,
  /** Melanoma's operating point at this clinic; `null` for the head's own. */
  melanomaThreshold: share.nullable(),
});
export type Commissioning = z.infer<typeof commissioning>;
