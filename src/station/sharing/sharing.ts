import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { fingerprint, newSigningKey } from '../../clinic/class-pack.ts';
import {
  type LesionAnswer,
  type SharedAnswer,
  type SharedCase,
  sharedAnswer,
  sharedCase,
} from '../../clinic/entities/index.ts';
import type { Decoder } from '../../imaging/decoder.ts';
import {
  maxCaseBytes,
  openCase,
  type Recipient,
  recipientOf,
  type ScryptCost,
  sealCase,
} from '../../interchange/cases/envelope.ts';
import { CaseFileError } from '../../interchange/cases/errors.ts';
import { newSharingKey } from '../../interchange/cases/keys.ts';
import { assertStrong, type ClinicStore } from '../../store/index.ts';
import { StationError } from '../errors.ts';
import { build, type SharingChoice } from './build.ts';
import {
  assertAllShown,
  assertConsented,
  assertFits,
  assertLookedAt,
  marginBytes,
  tooMuch,
} from './plan.ts';

/** As the clinic's own slots: about 128 MiB and a third of a second. */
const cost: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };
/** Enough for what a dermatoscope shows; the pictures are re-encoded without metadata. */
const picturePx = 4096;

export interface Sender {
  readonly program: string;
  readonly clinicName: string;
  readonly userId: string;
  readonly userName: string;
}

export type SealedFor = { readonly passphrase: string } | { readonly fingerprint: string };

const caseDocument = z.object({ case: sharedCase, answerKey: z.base64().length(44) });

/** What a screen has open of another clinic; its pictures are given out one by one. */
export interface OpenCase {
  readonly case: SharedCase;
  readonly answerKey: Buffer;
  readonly pictures: readonly Uint8Array[];
  /** Of who sealed it. */
  readonly fingerprint: string;
}

/**
 * A case as a sealed file; the caller enters it. Throws what its parts do, and StationError `case-too-much`
 * and `changed-meanwhile`.
 */
export async function makeCase(
  { store, decoder }: { readonly store: ClinicStore; readonly decoder: Decoder },
  choice: SharingChoice,
  sealedFor: SealedFor,
  sender: Sender,
  given: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
) {
  const recipient = await recipientFor(store, sealedFor, sender);
  const { persons, patientIds, images, lesions } = build(store, choice);
  assertConsented(store, patientIds);
  assertAllShown(store, sender.userId, choice.lesionIds);
  assertFits(persons);
  assertLookedAt(images, choice.imageIds);
  const caseId = randomUUID();
  const answerKey = randomBytes(32);
  const document = {
    case: sharedCase.parse({
      caseId,
      program: sender.program,
      clinicName: sender.clinicName,
      senderName: sender.userName,
      madeAt: store.now().toISOString(),
      isDeidentified: choice.isDeidentified,
      question: choice.question,
      persons,
    } satisfies z.input<typeof sharedCase>),
    answerKey: answerKey.toString('base64'),
  } satisfies z.infer<typeof caseDocument>;
  const pictures: Uint8Array[] = [];
  let total = Buffer.byteLength(JSON.stringify(document)) + marginBytes;
  for (const { id, fileName } of images) {
    const { bytes } = await decoder.render(store.images.original(id), {
      ...{ fileName, maxSidePx: picturePx, signal: given.signal },
    });
    pictures.push(bytes);
    total += bytes.length;
    if (total > maxCaseBytes)
      throw tooMuch(
        `${images.length} pictures: the first ${pictures.length} fill more than the ${maxCaseBytes / 2 ** 20} MiB`,
      );
    given.onProgress(pictures.length / (images.length + 1));
  }
  const bytes = await sealCase({
    ...{ format: 'dermaspike-case', id: caseId, document, attachments: pictures, recipient },
    signingKey: store.classPacks.signingKey(newSigningKey),
  });
  const sealedName =
    'fingerprint' in sealedFor ? store.sharedCases.keyOf(sealedFor.fingerprint).clinicName : '';
  return { bytes, caseId, answerKey, lesions, sealedName };
}

async function recipientFor(
  store: ClinicStore,
  sealedFor: SealedFor,
  { clinicName, userName }: Sender,
): Promise<Recipient> {
  if ('fingerprint' in sealedFor)
    return { kind: 'clinic', publicKey: store.sharedCases.keyOf(sealedFor.fingerprint).publicKey };
  await assertStrong(sealedFor.passphrase, [clinicName, userName]);
  return { kind: 'passphrase', passphrase: sealedFor.passphrase, cost };
}

/** Whether a passphrase is asked for. Throws CaseFileError. */
export function asksPassphrase(bytes: Uint8Array): boolean {
  return recipientOf(bytes, 'dermaspike-case').to.kind === 'passphrase';
}

/** Throws CaseFileError. */
export async function openSharedCase(
  store: ClinicStore,
  bytes: Uint8Array,
  passphrase: string | null,
): Promise<OpenCase> {
  const opener =
    passphrase === null ? { own: store.sharedCases.ownKey(newSharingKey) } : { passphrase };
  const { document, attachments, publicKey, id } = await openCase(bytes, 'dermaspike-case', opener);
  const found = caseDocument.safeParse(document);
  if (!found.success || found.data.case.caseId !== id) throw new CaseFileError('case-damaged');
  const images = found.data.case.persons.flatMap(({ lesions }) =>
    lesions.flatMap((lesion) => lesion.images),
  );
  if (images.some(({ picture }) => picture >= attachments.length))
    throw new CaseFileError('case-damaged');
  return {
    case: found.data.case,
    answerKey: Buffer.from(found.data.answerKey, 'base64'),
    pictures: attachments,
    fingerprint: fingerprint(publicKey),
  };
}

/** What the colleague says, sealed for whoever gave the case. Throws StationError `invalid-input`. */
export async function makeAnswer(
  store: ClinicStore,
  open: OpenCase,
  answers: readonly LesionAnswer[],
  sender: Sender,
): Promise<Buffer> {
  const refs = new Set(
    open.case.persons.flatMap(({ lesions }) => lesions.map((lesion) => lesion.ref)),
  );
  const named = answers.map(({ lesionRef }) => lesionRef);
  if (named.some((ref) => !refs.has(ref)) || new Set(named).size !== named.length)
    throw new StationError('invalid-input', 'The answer names a lesion that the case has not.');
  const { caseId } = open.case;
  const answer = sharedAnswer.parse({
    answerId: randomUUID(),
    caseId,
    clinicName: sender.clinicName,
    authorName: sender.userName,
    answeredAt: store.now().toISOString(),
    answers: [...answers],
  } satisfies z.input<typeof sharedAnswer>);
  return sealCase({
    ...{ format: 'dermaspike-answer', id: answer.answerId, document: answer, attachments: [] },
    recipient: { kind: 'case', caseId, key: open.answerKey },
    signingKey: store.classPacks.signingKey(newSigningKey),
  });
}

/** Throws CaseFileError, and StationError `case-unknown` for the answer to a case that went out elsewhere. */
export async function openAnswer(
  store: ClinicStore,
  bytes: Uint8Array,
): Promise<{ answer: SharedAnswer; fingerprint: string }> {
  const { to } = recipientOf(bytes, 'dermaspike-answer');
  const caseKey = to.kind === 'case' ? store.sharedCases.answerKey(to.caseId) : undefined;
  if (to.kind !== 'case' || !caseKey)
    throw new StationError(
      'case-unknown',
      'This answers a case that was not given away by this clinic. Nothing was filed.',
    );
  const opened = await openCase(bytes, 'dermaspike-answer', { caseKey });
  const found = sharedAnswer.safeParse(opened.document);
  if (!found.success || found.data.caseId !== to.caseId || found.data.answerId !== opened.id)
    throw new CaseFileError('case-damaged');
  return { answer: found.data, fingerprint: fingerprint(opened.publicKey) };
}
