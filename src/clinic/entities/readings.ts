import { z } from 'zod';
import { acceleratorIdentity } from './accelerators.ts';
import { id, instant, sha256 } from './primitives.ts';
import { gravity, verdict } from './verdicts.ts';

export const classProbability = z.object({
  code: z.string(),
  name: z.string(),
  gravity,
  probability: z.number().min(0).max(1),
});
export type ClassProbability = z.infer<typeof classProbability>;

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
  verdict,
  durationMs: z.number().min(0),
  createdAt: instant,
  /** The head that made it, where this is what another one makes of its spike counts since. */
  firstHeadName: z.string().optional(),
});
export type Reading = z.infer<typeof reading>;
