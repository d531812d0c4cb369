import { z } from 'zod';
import { qualityWarning } from './images.ts';

/** How serious what a class names is. */
export const gravity = z.enum(['malignant', 'pre-malignant', 'benign']);
export type Gravity = z.infer<typeof gravity>;

/** What a reading comes to; `src/clinic/verdict.ts` has the rules. */
export const verdictKind = z.enum(['suspicious', 'unusable', 'unclear', 'no-sign']);
export type VerdictKind = z.infer<typeof verdictKind>;

/** The higher, the sooner a person should look. `image.verdict_rank` in the store is this number. */
export const verdictRanks: Readonly<Record<VerdictKind, number>> = {
  suspicious: 3,
  unusable: 2,
  unclear: 1,
  'no-sign': 0,
};

export const verdictReason = z.enum([
  // What is wrong with the picture.
  ...qualityWarning.options,
  /** The probability of melanoma reaches its operating point. */
  'melanoma',
  /** That of the malignant and pre-malignant classes together reaches theirs. */
  'malignancy',
  /** The most probable class is malignant or pre-malignant. */
  'malignant-class-first',
  /** The image is unlike those that the network was trained on. */
  'unfamiliar',
  /** None of the benign classes is probable enough. */
  'no-benign-class-fits',
  /** Nothing is known of how far the network's probabilities can be trusted. */
  'uncalibrated',
  /** A malignant or pre-malignant class is among the possible ones: it is not excluded. */
  'malignant-class-possible',
]);
export type VerdictReason = z.infer<typeof verdictReason>;

export const confidence = z.enum([
  /** One class alone is possible. */
  'sure',
  'leaning',
  'undecided',
  /** The image is unlike those of the training, or no class fits. */
  'unfamiliar',
]);
export type Confidence = z.infer<typeof confidence>;

export const verdict = z.object({
  kind: verdictKind,
  /** All that apply, those that decided first; none, where there is no sign of malignancy at all. */
  reasons: z.array(verdictReason),
  /** Of the malignant and pre-malignant classes together. */
  malignancy: z.number().min(0),
  confidence,
  /** Worked out later from what the reading said, since it was made before there were verdicts. */
  isLate: z.boolean(),
});
export type Verdict = z.infer<typeof verdict>;
