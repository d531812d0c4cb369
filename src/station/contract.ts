import { z } from 'zod';
import {
  acceleratorOverview,
  exactnessCheck,
  policy,
} from '../../native-bridge/shared/contract.ts';
import { cardEvidence } from '../clinic/card.ts';
import {
  acceleratorIncident,
  id,
  lesion,
  lesionDetails,
  lesionImage,
  patient,
  patientDetails,
  reading,
  review,
  reviewDetails,
  reviewDraft,
  role,
  user,
  visit,
} from '../clinic/entities.ts';
import { bytes, command, query, stream } from '../processes/contract.ts';

export type {
  AcceleratorOverview,
  AcceleratorStatus,
  DeviceStatus,
  ExactnessCheck,
  LinkKind,
  Notice,
  Obstacle,
  Policy,
} from '../../native-bridge/shared/contract.ts';

/**
 * UI ↔ station: everything that a screen or the command line can ask of the station. The same
 * contract runs over Electron's MessagePort and over the web shell's WebSocket.
 */

/** Why a call failed. The message beside it is fit to show as it is. */
export const stationErrorCodes = [
  'invalid-input',
  'not-found',
  // session
  'locked',
  'no-clinic',
  'clinic-exists',
  'wrong-passphrase',
  'weak-passphrase',
  'wrong-recovery-key',
  'not-allowed',
  // store
  'duplicate-record-number',
  'duplicate-user',
  'database-newer',
  'database-damaged',
  'database-in-use',
  'disk-full',
  // imaging
  'empty-file',
  'not-an-image',
  'damaged-image',
  'unsupported-format',
  'image-too-large',
  'decode-timeout',
  'decode-memory',
  'decoder-crashed',
  // reading
  'no-accelerator',
  'accelerator-failed',
  'model-invalid',
  // settings
  'not-saved',
  // transport
  'cancelled',
  'link-closed',
  'internal',
] as const;
export type StationErrorCode = (typeof stationErrorCodes)[number];

const none = z.object({});
const passphrase = z.string().min(1).max(1000);

export const sessionState = z.discriminatedUnion('state', [
  /** Nothing has been created in this data folder. */
  z.object({ state: z.literal('no-clinic') }),
  z.object({
    state: z.literal('locked'),
    clinicName: z.string(),
    demo: z.boolean(),
    userNames: z.array(z.string()),
  }),
  z.object({ state: z.literal('unlocked'), clinicName: z.string(), demo: z.boolean(), user }),
]);
export type SessionState = z.infer<typeof sessionState>;

/** An image with what a list needs to show of it. */
export const imageEntry = z.object({
  image: lesionImage,
  /** The newest reading. */
  reading: reading.nullable(),
  /** The newest review. */
  review: review.nullable(),
});
export type ImageEntry = z.infer<typeof imageEntry>;

export const worklistEntry = imageEntry.extend({ patient, lesion });
export type WorklistEntry = z.infer<typeof worklistEntry>;

/** With whether the person who asks has begun a review. */
const waitingEntry = worklistEntry.extend({ isBegun: z.boolean() });
export type WaitingEntry = z.infer<typeof waitingEntry>;

export const patientEntry = z.object({
  patient,
  lesionCount: z.int(),
  imageCount: z.int(),
  unreviewedCount: z.int(),
  lastVisitAt: z.string().nullable(),
});
export type PatientEntry = z.infer<typeof patientEntry>;

export const importResult = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('imported'),
    image: lesionImage,
    reading: reading.nullable(),
    /** Why the image was stored without a reading. */
    readingError: z.object({ code: z.string(), message: z.string() }).nullable(),
  }),
  /** The same bytes are already stored: nothing was added. */
  z.object({ outcome: z.literal('duplicate'), image: lesionImage, lesion, patient }),
]);
export type ImportResult = z.infer<typeof importResult>;

/** Parts of the clinic that lists on screen depend on. */
export const topic = z.enum([
  'session',
  'patients',
  'images',
  'readings',
  'reviews',
  'drafts',
  'users',
  'accelerators',
]);

const picture = z.object({ bytes, mediaType: z.string() });

export const stationContract = {
  'session.state': query(none, sessionState),
  /** Makes the database, its first user (an administrator) and its recovery key, and unlocks it. */
  'session.createClinic': command(
    z.object({
      clinicName: z.string().trim().min(1).max(200),
      userName: z.string().trim().min(1).max(100),
      passphrase,
    }),
    z.object({ recoveryKey: z.string(), session: sessionState }),
  ),
  /** Opens the demo clinic, making it first if need be: invented patients, drawn images. */
  'session.openDemo': command(none, sessionState),
  /** While the demo clinic is being drawn. */
  'session.demoProgress': stream(none, z.object({ imagesDone: z.int(), imagesInAll: z.int() })),
  'session.unlock': command(z.object({ userName: z.string(), passphrase }), sessionState),
  /** Unlocks by the printed recovery key and gives `userName` a new passphrase. */
  'session.recover': command(
    z.object({ recoveryKey: z.string(), userName: z.string(), newPassphrase: passphrase }),
    sessionState,
  ),
  'session.lock': command(none, sessionState),
  /**
   * Somebody is at a screen. From the first of these on, the clinic is locked when none has come for
   * so long; null: never.
   */
  'session.active': command(
    z.object({ lockAfterMs: z.number().positive().max(86_400_000).nullable() }),
    none,
  ),
  /** How soon it will be locked for want of `session.active`; null once somebody is there again. */
  'session.idle': stream(none, z.object({ locksInMs: z.number().nullable() })),
  /** Leaves the demo clinic for the clinic's own database. */
  'session.leaveDemo': command(none, sessionState),
  'users.list': query(none, z.array(user)),
  'users.add': command(
    z.object({ userName: z.string().trim().min(1).max(100), role, passphrase }),
    user,
  ),

  'worklist.list': query(none, z.array(waitingEntry)),

  'patients.search': query(
    z.object({ text: z.string().default(''), archived: z.boolean().default(false) }),
    z.array(patientEntry),
  ),
  'patients.get': query(
    z.object({ patientId: id }),
    z.object({
      patient,
      lesions: z.array(z.object({ lesion, images: z.array(imageEntry) })),
      visits: z.array(visit),
    }),
  ),
  'patients.enrol': command(patientDetails, patient),
  'patients.update': command(z.object({ patientId: id, details: patientDetails }), patient),
  'patients.archive': command(z.object({ patientId: id }), patient),
  'patients.restore': command(z.object({ patientId: id }), patient),

  'lesions.add': command(z.object({ patientId: id, details: lesionDetails }), lesion),
  'lesions.update': command(z.object({ lesionId: id, details: lesionDetails }), lesion),

  /** Stores and reads one file. `importId` names it in `images.importProgress`. */
  'images.import': command(
    z.object({ lesionId: id, importId: z.string(), fileName: z.string().max(500), bytes }),
    importResult,
  ),
  'images.get': query(
    z.object({ imageId: id }),
    z.object({
      image: lesionImage,
      lesion,
      patient,
      /** Newest first. */
      readings: z.array(reading),
      reviews: z.array(review),
      /** What the person who asks has begun to say. */
      draft: reviewDraft.nullable(),
    }),
  ),
  'images.thumbnail': query(z.object({ imageId: id }), picture),
  /** The image upright, in sRGB, without metadata, no side longer than asked. */
  'images.rendition': query(
    z.object({ imageId: id, maxSidePx: z.int().min(64).max(4096) }),
    picture,
  ),
  'images.remove': command(z.object({ imageId: id }), lesionImage),
  'images.restore': command(z.object({ imageId: id }), lesionImage),
  'images.importProgress': stream(
    none,
    z.object({
      importId: z.string(),
      phase: z.enum(['checking', 'decoding', 'reading', 'saving']),
    }),
  ),

  /** Reads an image (again) with the current network and head. */
  'readings.read': command(z.object({ imageId: id }), reading),

  'reviews.save': command(
    z.object({ imageId: id, readingId: id.nullable(), details: reviewDetails }),
    review,
  ),
  /** Keeps what is not ready to be saved; an empty draft ends it. */
  'reviews.keepDraft': command(z.object({ imageId: id, draft: reviewDraft }), none),

  'accelerators.overview': query(none, acceleratorOverview),
  'accelerators.changes': stream(none, acceleratorOverview),
  /** Compares a device with the emulator on the golden images. */
  'accelerators.test': command(z.object({ acceleratorId: z.string() }), exactnessCheck),
  /** Now, and after a restart. */
  'accelerators.setPolicy': command(z.object({ policy }), none),
  /** Takes a notice off the screens. */
  'accelerators.dismiss': command(z.object({ acceleratorId: z.string() }), none),
  /** Looks for devices now, also for those that were given up. */
  'accelerators.rescan': command(none, none),
  /** Newest first. */
  'accelerators.incidents': query(
    z.object({ limit: z.int().min(1).max(500).default(50) }),
    z.array(acceleratorIncident),
  ),
  /** Images whose newest reading is of a device since found inexact: to be read again. */
  'accelerators.readingsToRepeat': query(none, z.array(worklistEntry)),

  about: query(
    none,
    z.object({
      version: z.string(),
      network: z.object({
        name: z.string(),
        sha256: z.string(),
        inputSizePx: z.int(),
        trained: z.string(),
        licence: z.string(),
        classes: z.array(z.object({ code: z.string(), name: z.string() })),
        figures: z.record(z.string(), z.union([z.number(), z.record(z.string(), z.number())])),
        evidence: cardEvidence,
        data: z.string(),
        limitations: z.array(z.string()),
      }),
    }),
  ),
  /** Re-computes the audit log's hash chain. */
  'audit.verify': query(none, z.object({ entries: z.int(), intact: z.boolean() })),
  'audit.list': query(
    z.object({ limit: z.int().min(1).max(500).default(100) }),
    z.array(
      z.object({ at: z.string(), userName: z.string(), action: z.string(), subject: z.string() }),
    ),
  ),

  /** Says which lists to fetch again. */
  changes: stream(none, z.object({ topics: z.array(topic) })),
} as const;
export type StationContract = typeof stationContract;
