import { z } from 'zod';
import {
  caseAnswer,
  caseLimits,
  colleague,
  givenCase,
  id,
  lesion,
  lesionAnswer,
  maxFileBytes,
  note,
  patient,
  picturePart,
  sharedCase,
} from '../../clinic/entities/index.ts';
import { bytes } from '../../processes/contract.ts';
import { careTeam, command, deciders, none, query, stream } from './procedures.ts';
import { passphrase } from './users.ts';

const file = bytes.refine(({ length }) => length <= maxFileBytes + 2 ** 20, 'too large');
const made = z.object({ bytes, fileName: z.string() });
const lesionIds = z.array(id).min(1).max(caseLimits.lesions);
/** What would be given away, to look at before. */
const plan = z.object({
  patients: z.array(patient),
  lesions: z.array(
    z.object({
      lesion,
      imageIds: z.array(id),
      /** For the user is blindly asked about it. */
      isHeldBack: z.boolean(),
    }),
  ),
});
export type SharingPlan = z.infer<typeof plan>;

const opened = z.object({
  openedId: id,
  case: sharedCase,
  /** Of the key that sealed it, to compare on the telephone. */
  fingerprint: z.string(),
  /** Of its persons, those that this clinic kept; not whole where keeping was broken off. */
  kept: z.array(z.object({ personRef: z.string(), patient, isWhole: z.boolean() })),
});
export type OpenedSharedCase = z.infer<typeof opened>;

const foundAnswer = z.object({
  answers: z.array(
    lesionAnswer.extend({
      /** Null for one that is no longer here. */
      lesion: lesion.nullable(),
      patient: patient.nullable(),
    }),
  ),
  clinicName: z.string(),
  authorName: z.string(),
  answeredAt: z.string(),
  fingerprint: z.string(),
  isFiled: z.boolean(),
});
export type FoundAnswer = z.infer<typeof foundAnswer>;

export const sharingProcedures = {
  /** This clinic's key, other clinics', and what was given away, the newest first. */
  'sharing.overview': query(
    careTeam,
    none,
    z.object({
      fingerprint: z.string(),
      colleagues: z.array(colleague),
      cases: z.array(givenCase),
    }),
  ),
  /** This clinic's public key as a small file. */
  'sharing.keyFile': query(careTeam, none, made),
  /** What another clinic's key file says of itself. */
  'sharing.inspectKey': query(
    deciders,
    z.object({ bytes: file }),
    z.object({ clinicName: z.string(), fingerprint: z.string(), isKnown: z.boolean() }),
  ),
  /** Once its fingerprint was compared. */
  'sharing.addColleague': command(deciders, z.object({ bytes: file }), none),
  'sharing.removeColleague': command(deciders, z.object({ fingerprint: z.string().max(40) }), none),
  /** Refused with `consent-withdrawn`, `not-allowed`. */
  'sharing.plan': query(deciders, z.object({ lesionIds }), plan),
  /** Of all of a patient's lesions, to choose from. Refused with `consent-withdrawn`. */
  'sharing.planPatient': query(deciders, z.object({ patientId: id }), plan),
  /** Where writing was put into a picture, as far as the program finds it: none proves nothing. */
  'sharing.findWriting': query(deciders, z.object({ imageId: id }), z.array(picturePart)),
  /**
   * A case as a sealed file. The audit log says who made it. Refused as the plans are, with `case-too-much` where one
   * file does not hold it, and with `changed-meanwhile` where the lesions have other pictures by now.
   */
  'sharing.make': command(
    deciders,
    z.object({
      makingId: id,
      lesionIds,
      /** All of theirs, as somebody looked at them. */
      imageIds: z.array(id).max(caseLimits.lesions * caseLimits.imagesOfLesion),
      question: note,
      isDeidentified: z.boolean(),
      withNotes: z.boolean(),
      sealedFor: z.union([z.object({ passphrase }), z.object({ fingerprint: z.string().max(40) })]),
    }),
    made,
  ),
  'sharing.progress': stream(deciders, none, z.object({ makingId: id, share: z.number() })),
  /** Whether a case asks for a passphrase, before it is opened. */
  'sharing.inspect': query(
    careTeam,
    z.object({ bytes: file }),
    z.object({ asksPassphrase: z.boolean() }),
  ),
  /** To look at, on this screen and until it is locked: nothing of it is written into the records. */
  'sharing.open': command(
    careTeam,
    z.object({ bytes: file, passphrase: passphrase.nullable() }),
    opened,
  ),
  'sharing.picture': query(
    careTeam,
    z.object({
      openedId: id,
      imageRef: z.string().max(10),
      maxSidePx: z.int().min(64).max(4096),
    }),
    z.object({ bytes, mediaType: z.string() }),
  ),
  /**
   * Copies a person of the opened case into a patient of one's own, or what is left of it where that was begun before;
   * how far it is comes as `sharing.progress`. Refused with `duplicate-image` where the clinic has every picture from
   * elsewhere, and `case-kept` where the person was kept as another patient.
   */
  'sharing.keep': command(
    deciders,
    z.object({ openedId: id, keepingId: id, personRef: z.string().max(10), patientId: id }),
    z.object({ lesions: z.int(), images: z.int(), duplicates: z.int(), failed: z.int() }),
  ),
  'sharing.close': command(careTeam, z.object({ openedId: id }), none),
  /** What the user says of the opened case, as a file for whoever gave it. */
  'sharing.answer': command(
    deciders,
    z.object({ openedId: id, answers: z.array(lesionAnswer).min(1).max(500) }),
    made,
  ),
  'sharing.inspectAnswer': query(deciders, z.object({ bytes: file }), foundAnswer),
  /** With the lesions that it speaks of; once. */
  'sharing.fileAnswer': command(deciders, z.object({ bytes: file }), z.array(caseAnswer)),
  /** What colleagues of other clinics said of a lesion, the oldest first. */
  'sharing.answersOf': query(careTeam, z.object({ lesionId: id }), z.array(caseAnswer)),
} as const;
