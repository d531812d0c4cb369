import { z } from 'zod';
import { acceleratorIdentity, sha256 } from '../src/clinic/entities.ts';
import { bytes, int32s, query, stream } from '../src/processes/contract.ts';

/**
 * Station ↔ bridge. The bridge sees networks and tensors, never a patient, a file name or a key.
 */

/** Why the bridge refused or failed. */
export const bridgeErrorCodes = [
  /** Nothing is there to run the network on. */
  'no-accelerator',
  /** An accelerator accepted the image and could not finish it. */
  'accelerator-failed',
  /** The network file is not what it says, or not one that can be run on this image. */
  'model-invalid',
  'cancelled',
] as const;
export type BridgeErrorCode = (typeof bridgeErrorCodes)[number];

export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: BridgeErrorCode;
  constructor(code: BridgeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const priority = z.enum(['consulting', 'archive']);
/** The consulting room goes before archive work. */
export type Priority = z.infer<typeof priority>;

export const networkInfo = z.object({
  /** Channels, height, width of the uint8 input. */
  inputShape: z.tuple([z.int(), z.int(), z.int()]),
  /** How many spike counts one image gives. */
  spikeCount: z.int(),
  /** Multiply-accumulates of one image in a dense execution. */
  macs: z.int(),
});
export type NetworkInfo = z.infer<typeof networkInfo>;

export const inferenceResult = z.object({
  spikeCounts: int32s,
  accelerator: acceleratorIdentity,
  /** Time on the accelerator, without queues and transport. */
  durationMs: z.number().min(0),
});
export type InferenceResult = z.infer<typeof inferenceResult>;

export const acceleratorStatus = z.object({
  id: z.string(),
  identity: acceleratorIdentity,
  state: z.enum(['starting', 'ready', 'busy', 'failed']),
  /** What is loaded, if anything. */
  networkName: z.string().nullable(),
  /** One line for the person, in particular when it failed. */
  detail: z.string(),
  completed: z.int(),
  medianMs: z.number().nullable(),
});
export type AcceleratorStatus = z.infer<typeof acceleratorStatus>;

export const bridgeContract = {
  /** Makes a network ready on every accelerator that takes it. */
  load: query(z.object({ name: z.string().min(1).max(200), sha256, file: bytes }), networkInfo),
  /** Runs a loaded network on one image: uint8, channels × height × width. */
  infer: query(z.object({ networkSha256: sha256, image: bytes, priority }), inferenceResult),
  /** The accelerators as they are now, then after each change. */
  accelerators: stream(z.object({}), z.array(acceleratorStatus)),
} as const;
export type BridgeContract = typeof bridgeContract;
