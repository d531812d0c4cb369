import { z } from 'zod';
import {
  type AcceleratorIncident,
  acceleratorIdentity,
  acceleratorIncident,
  instant,
  sha256,
} from '../../src/clinic/entities/index.ts';
import { bytes, int32s, query, stream } from '../../src/processes/contract.ts';

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

export const linkKind = z.enum(['usb', 'hid', 'pcie', 'pipe']);
/** How a device is reached. `pcie` goes through a worker in the clinic's own Python. */
export type LinkKind = z.infer<typeof linkKind>;

/** One comparison of a device with the emulator, to the last bit. */
export const exactnessCheck = z.object({
  at: instant,
  /**
   * Golden images when a network was loaded or a person asked (`test`); images of the clinic's
   * work that were run on both (`shadow`), of which those without a mismatch are told in sum.
   */
  cause: z.enum(['load', 'test', 'shadow']),
  networkSha256: sha256,
  /** Compared, all their counts. */
  images: z.int(),
  /** Counts that differed. */
  mismatches: z.int(),
});
export type ExactnessCheck = z.infer<typeof exactnessCheck>;

/** How many of the newest checks a device's status holds. */
export const checksKept = 20;

export const attestation = z.object({
  /** `not-attested` until the golden images of the first network have come out right. */
  state: z.enum(['attested', 'not-attested', 'failed']),
  /** Of the last comparison of golden images; `null` before the first. */
  at: instant.nullable(),
  images: z.int(),
  mismatches: z.int(),
  /** Newest first. */
  history: z.array(exactnessCheck).max(checksKept),
  /** Images of the clinic's work that were run on both since the device was attached. */
  shadowed: z.int(),
});
export type Attestation = z.infer<typeof attestation>;

export const power = z.object({
  mw: z.number().min(0),
  /** How far apart the device samples it: what is shorter is not seen. */
  periodMs: z.int().min(0),
});

/** Of a picture, all its views. */
export const energyPerImage = z.object({
  mj: z.number().min(0),
  /**
   * `measured`: the device counted it for each image. `estimated`: the power that it last told,
   * times the time that the images took.
   */
  basis: z.enum(['measured', 'estimated']),
});

/** What only a device has; `null` stands for what it does not tell. */
export const deviceStatus = z.object({
  link: linkKind,
  serial: z.string(),
  firmware: z.string(),
  generation: z.string(),
  memoryKib: z.int(),
  temperatureC: z.number().nullable(),
  power: power.nullable(),
  energyPerImage: energyPerImage.nullable(),
  attestation,
});
export type DeviceStatus = z.infer<typeof deviceStatus>;

export const acceleratorStatus = z.object({
  id: z.string(),
  identity: acceleratorIdentity,
  state: z.enum(['starting', 'ready', 'busy', 'failed']),
  /** What is loaded, if anything. */
  networkName: z.string().nullable(),
  /** One line for the person, in particular when it failed. */
  detail: z.string(),
  /** Pictures that were read, each once, however many views it was read in. */
  completed: z.int(),
  /** Of a picture, all its views. */
  medianMs: z.number().nullable(),
  /** Of the last hundred pictures, over the last half minute; `null` where there were none. */
  imagesPerSecond: z.number().nullable(),
  /** `null` for the emulator, which is what devices are compared with. */
  device: deviceStatus.nullable(),
});
export type AcceleratorStatus = z.infer<typeof acceleratorStatus>;

/** Something that looks like an accelerator and cannot be used as things are. */
export const obstacle = z.object({
  id: z.string(),
  /** `null` where it is none of a certain link's. */
  link: linkKind.nullable(),
  label: z.string(),
  /** What is missing, as a sentence. */
  problem: z.string(),
  /** What a person can do about it, as a sentence. */
  remedy: z.string(),
});
export type Obstacle = z.infer<typeof obstacle>;

export const policy = z.enum(['device-first', 'emulator-only', 'compare-both']);
/**
 * What reads: devices where there are any, with the emulator beside them while they are full; the
 * emulator alone; or both every image, which is answered only when they agree.
 */
export type Policy = z.infer<typeof policy>;

export type Incident = AcceleratorIncident;

/**
 * The id of the virtual accelerator that the demo clinic attaches: what befalls it is of no interest
 * to any other clinic. Given for where it was found: the id of a device that was found anywhere else
 * begins with `wire:`, whatever it says.
 */
export const demoAcceleratorId = 'demo';

/** What a person should know of until it is over, or they have dismissed it. */
export const notice = z.object({
  kind: z.enum(['set-aside', 'fallback', 'emulator-in-station']),
  acceleratorId: z.string(),
  /** Of the accelerator, as readings name it. */
  name: z.string(),
  at: instant,
  text: z.string(),
});
export type Notice = z.infer<typeof notice>;

export const acceleratorOverview = z.object({
  accelerators: z.array(acceleratorStatus),
  obstacles: z.array(obstacle),
  policy,
  notices: z.array(notice),
});
export type AcceleratorOverview = z.infer<typeof acceleratorOverview>;

export const bridgeContract = {
  /** Makes a network ready on every accelerator that takes it. */
  load: query(z.object({ name: z.string().min(1).max(200), sha256, file: bytes }), networkInfo),
  /** Runs a loaded network on one image: uint8, channels × height × width. */
  infer: query(
    z.object({
      networkSha256: sha256,
      image: bytes,
      priority,
      /** What the images of one reading have in common; absent: it is a reading by itself. */
      reading: z.string().max(64).optional(),
    }),
    inferenceResult,
  ),
  /** Everything as it is now, then after each change. */
  accelerators: stream(z.object({}), acceleratorOverview),
  /** What befalls the accelerators from now on. */
  incidents: stream(z.object({}), acceleratorIncident),
  /** Replays the golden images on one device. */
  test: query(z.object({ acceleratorId: z.string() }), exactnessCheck),
  setPolicy: query(z.object({ policy }), z.object({})),
  /** Whether the demo clinic is open: only then is a virtual accelerator attached. */
  setDemo: query(z.object({ isOpen: z.boolean() }), z.object({})),
  /** A person has taken note of what befell this accelerator. */
  dismiss: query(z.object({ acceleratorId: z.string() }), z.object({})),
  /** Looks for devices now, also for those that were given up or set aside. */
  rescan: query(z.object({}), z.object({})),
} as const;
export type BridgeContract = typeof bridgeContract;
