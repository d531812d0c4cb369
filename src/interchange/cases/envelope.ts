import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  scrypt,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { CaseFileError } from './errors.ts';
import { headerLine, readHeader } from './header.ts';
import { type KeyPair, keyFingerprint, openingKey, sealingKey } from './keys.ts';

/** No case is larger, and nothing larger is read. */
export const maxCaseBytes = 128 * 2 ** 20;
export const maxDocumentBytes = 8 * 2 ** 20;
const maxAttachments = 1000;

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const saltBytes = 16;
const checkBytes = 16;
const signatureBytes = 64;
const lengthBytes = 4;

export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** For whom it is sealed: who knows a passphrase, a clinic, or who has the key of a case that came before. */
export type Recipient =
  | { readonly kind: 'passphrase'; readonly passphrase: string; readonly cost: ScryptCost }
  | { readonly kind: 'clinic'; readonly publicKey: Uint8Array }
  | { readonly kind: 'case'; readonly caseId: string; readonly key: Uint8Array };

const bytesOf = (length: number) =>
  z
    .base64()
    .max(4 * Math.ceil(length / 3))
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length === length);

/** The bounds keep a forged file from taking more than a quarter of a gigabyte. */
const to = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('passphrase'),
    n: z
      .int()
      .min(2)
      .max(2 ** 18)
      .refine((n) => Number.isInteger(Math.log2(n))),
    r: z.literal(8),
    p: z.literal(1),
    salt: bytesOf(saltBytes),
  }),
  z.object({
    kind: z.literal('clinic'),
    key: z.string().max(40),
    ephemeral: z
      .base64()
      .max(200)
      .transform((text) => Buffer.from(text, 'base64')),
  }),
  z.object({ kind: z.literal('case'), caseId: z.uuid() }),
]);

const sealedHeader = z.object({
  id: z.uuid(),
  to,
  nonce: bytesOf(nonceBytes),
  check: bytesOf(checkBytes),
  bytes: z.int().min(0),
});

const bodyDocument = z.object({
  document: z.unknown(),
  lengths: z.array(z.int().min(0)).max(maxAttachments),
  /** Of who sealed it, SPKI. */
  publicKey: z.base64().max(200),
});

type SealedFormat = 'dermaspike-case' | 'dermaspike-answer';

interface Sealing {
  readonly format: SealedFormat;
  readonly id: string;
  readonly document: unknown;
  readonly attachments: readonly Uint8Array[];
  readonly recipient: Recipient;
  /** Ed25519, of the clinic that seals. */
  readonly signingKey: KeyPair;
}

/** Throws CaseFileError `case-too-large`. */
export async function sealCase(sealing: Sealing): Promise<Buffer> {
  const { format, id, attachments, recipient, signingKey } = sealing;
  const body = bodyOf(sealing);
  if (body.length > maxCaseBytes || attachments.length > maxAttachments)
    throw new CaseFileError('case-too-large');
  const { key, told } = await keyFor(recipient);
  try {
    const nonce = randomBytes(nonceBytes);
    const signed = Buffer.concat([body, signatureOf(body, signingKey)]);
    const line = headerLine(format, {
      id,
      to: told,
      nonce: nonce.toString('base64'),
      check: checkOf(key).toString('base64'),
      bytes: signed.length,
    });
    const cipher = createCipheriv(algorithm, key, nonce).setAAD(line);
    const sealed = Buffer.concat([cipher.update(signed), cipher.final()]);
    return Buffer.concat([line, sealed, cipher.getAuthTag()]);
  } finally {
    key.fill(0);
  }
}

/** For whom a file is, before anything else of it is read. Throws CaseFileError. */
export function recipientOf(bytes: Uint8Array, format: SealedFormat) {
  if (bytes.length > maxCaseBytes + 2 ** 20) throw new CaseFileError('case-too-large');
  const { header } = readHeader(bytes, format, sealedHeader);
  return { id: header.id, to: header.to };
}

export type Opener =
  | { readonly passphrase: string }
  | { readonly own: KeyPair }
  | { readonly caseKey: Uint8Array };

export interface OpenedCase {
  readonly id: string;
  readonly document: unknown;
  readonly attachments: readonly Uint8Array[];
  /** Of who sealed it. */
  readonly publicKey: Uint8Array;
}

/** Nothing of a file that is not whole and as it was sealed is returned. Throws CaseFileError. */
export async function openCase(
  bytes: Uint8Array,
  format: SealedFormat,
  opener: Opener,
): Promise<OpenedCase> {
  recipientOf(bytes, format);
  const { line, header } = readHeader(bytes, format, sealedHeader);
  if (header.bytes > maxCaseBytes + signatureBytes) throw new CaseFileError('case-too-large');
  const sealed = bytes.subarray(line.length);
  if (sealed.length < header.bytes + tagBytes) throw new CaseFileError('case-truncated');
  if (sealed.length > header.bytes + tagBytes) throw new CaseFileError('case-damaged');
  const key = await keyOf(header.to, opener);
  try {
    if (!timingSafeEqual(checkOf(key), header.check)) throw wrongKey(header.to.kind);
    const decipher = createDecipheriv(algorithm, key, header.nonce)
      .setAAD(line)
      .setAuthTag(sealed.subarray(header.bytes));
    return { id: header.id, ...readBody(decrypted(decipher, sealed.subarray(0, header.bytes))) };
  } finally {
    key.fill(0);
  }
}

function wrongKey(kind: z.infer<typeof to>['kind']): CaseFileError {
  if (kind === 'passphrase') return new CaseFileError('case-wrong-passphrase');
  return new CaseFileError(kind === 'clinic' ? 'case-other-clinic' : 'case-tampered');
}

function decrypted(decipher: ReturnType<typeof createDecipheriv>, sealed: Uint8Array): Buffer {
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    throw new CaseFileError('case-tampered');
  }
}

/** Length, document, attachments. */
function bodyOf({ document, attachments, signingKey }: Sealing): Buffer {
  const json = Buffer.from(
    JSON.stringify({
      document,
      lengths: attachments.map(({ length }) => length),
      publicKey: Buffer.from(signingKey.publicKey).toString('base64'),
    } satisfies z.input<typeof bodyDocument>),
  );
  if (json.length > maxDocumentBytes) throw new CaseFileError('case-too-large');
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, ...attachments]);
}

function readBody(signed: Buffer): Omit<OpenedCase, 'id'> {
  const damaged = () => new CaseFileError('case-damaged');
  if (signed.length < lengthBytes + signatureBytes) throw damaged();
  const body = signed.subarray(0, signed.length - signatureBytes);
  const jsonBytes = body.readUInt32BE();
  if (jsonBytes > maxDocumentBytes || lengthBytes + jsonBytes > body.length) throw damaged();
  const found = bodyDocument.safeParse(
    parsed(body.subarray(lengthBytes, lengthBytes + jsonBytes).toString('utf8')),
  );
  if (!found.success) throw damaged();
  const { document, lengths, publicKey: encoded } = found.data;
  const publicKey = Buffer.from(encoded, 'base64');
  if (!isSigned(body, signed.subarray(body.length), publicKey))
    throw new CaseFileError('case-tampered');
  let at = lengthBytes + jsonBytes;
  const attachments: Buffer[] = [];
  for (const length of lengths) {
    attachments.push(body.subarray(at, at + length));
    at += length;
  }
  if (at !== body.length) throw damaged();
  return { document, attachments, publicKey };
}

const hashOf = (body: Buffer) => createHash('sha256').update(body).digest();

function signatureOf(body: Buffer, { privateKey }: KeyPair): Buffer {
  const key = { key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' } as const;
  return sign(null, hashOf(body), createPrivateKey(key));
}

function isSigned(body: Buffer, signature: Uint8Array, publicKey: Buffer): boolean {
  try {
    const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' && verify(null, hashOf(body), key, signature);
  } catch {
    return false;
  }
}

const checkOf = (key: Uint8Array) =>
  createHmac('sha256', key).update('check').digest().subarray(0, checkBytes);

async function keyFor(recipient: Recipient): Promise<{ key: Buffer; told: object }> {
  switch (recipient.kind) {
    case 'passphrase': {
      const salt = randomBytes(saltBytes);
      const { passphrase, cost } = recipient;
      const key = await derived(passphrase, salt, cost);
      return { key, told: { kind: 'passphrase', ...cost, salt: salt.toString('base64') } };
    }
    case 'clinic': {
      const { key, ephemeral } = sealingKey(recipient.publicKey);
      return {
        key,
        told: {
          kind: 'clinic',
          key: keyFingerprint(recipient.publicKey),
          ephemeral: Buffer.from(ephemeral).toString('base64'),
        },
      };
    }
    case 'case':
      return {
        key: Buffer.from(recipient.key),
        told: { kind: 'case', caseId: recipient.caseId },
      };
  }
}

async function keyOf(sealedTo: z.infer<typeof to>, opener: Opener): Promise<Buffer> {
  if (sealedTo.kind === 'passphrase' && 'passphrase' in opener)
    return derived(opener.passphrase, sealedTo.salt, sealedTo);
  if (sealedTo.kind === 'clinic' && 'own' in opener) {
    if (sealedTo.key !== keyFingerprint(opener.own.publicKey))
      throw new CaseFileError('case-other-clinic');
    return openingKey(opener.own, sealedTo.ephemeral);
  }
  if (sealedTo.kind === 'case' && 'caseKey' in opener) return Buffer.from(opener.caseKey);
  throw wrongKey(sealedTo.kind);
}

const deriveKey = promisify<string, Uint8Array, number, object, Buffer>(scrypt);

/** As the clinic's own slots: NFKC, so that it works from every keyboard. */
function derived(passphrase: string, salt: Uint8Array, { n, r, p }: ScryptCost): Promise<Buffer> {
  const maxmem = 128 * n * r + 2 ** 22;
  return deriveKey(passphrase.normalize('NFKC'), salt, keyBytes, { N: n, r, p, maxmem });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
