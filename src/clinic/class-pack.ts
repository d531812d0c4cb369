import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { z } from 'zod';
import { SnnError } from '../snn/index.ts';
import { asKnownClass, type KnownClass, knownClassDocument } from '../snn/learning/index.ts';
import { classCode, classEvaluation, gravity, instant, name, sha256 } from './entities/index.ts';
import type { ShippedModel } from './model.ts';

/** Why a pack is refused. The message is fit to show as it is. */
export class ClassPackError extends Error {
  override readonly name = 'ClassPackError';
  readonly code: 'damaged' | 'newer' | 'tampered' | 'other-network' | 'unknown-key';
  constructor(code: ClassPackError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const FORMAT = 'dermaspike-class';
const VERSION = 1;

const packContent = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  code: classCode,
  name,
  gravity,
  parent: z.string().nullable(),
  networkName: z.string(),
  networkSha256: sha256,
  views: z.int(),
  /** As `statistics.json` has a class. */
  statistics: z.unknown(),
  evaluation: classEvaluation.shape.added.element.nullable(),
  clinicName: z.string(),
  madeAt: instant,
  /** SPKI, base64. */
  publicKey: z.string(),
});
type PackContent = z.infer<typeof packContent>;
const envelope = z.object({ content: z.string(), signature: z.string() });

/** A class as one clinic gives it to another: statistics, no images, nothing of any patient. */
export interface ClassPack extends Omit<PackContent, 'statistics' | 'publicKey'> {
  readonly known: KnownClass;
  readonly publicKey: Buffer;
}

export interface SigningKey {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

export function newSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
  };
}

/** Short enough to be compared on the telephone. */
export function fingerprint(publicKey: Uint8Array): string {
  const hex = createHash('sha256').update(publicKey).digest('hex').slice(0, 24).toUpperCase();
  return hex.match(/.{4}/g)?.join(' ') ?? hex;
}

/** Throws RangeError for a class of fewer than two images, whose statistics would be one's counts. */
export function signedPack(
  pack: Omit<ClassPack, 'format' | 'version' | 'publicKey'>,
  key: SigningKey,
): Buffer {
  const { known, ...others } = pack;
  const content = JSON.stringify({
    format: FORMAT,
    version: VERSION,
    ...others,
    statistics: knownClassDocument(known),
    publicKey: Buffer.from(key.publicKey).toString('base64'),
  });
  const privateKey = createPrivateKey({
    key: Buffer.from(key.privateKey),
    format: 'der',
    type: 'pkcs8',
  });
  const signature = sign(null, Buffer.from(content), privateKey).toString('base64');
  return Buffer.from(JSON.stringify({ content, signature }));
}

/** Checks everything but whether the key is trusted. Throws ClassPackError. */
export function openPack(bytes: Uint8Array, model: ShippedModel): ClassPack {
  const damaged = () =>
    new ClassPackError('damaged', 'This is no class pack, or it was cut short. Ask for it again.');
  const outer = parsed(bytes, envelope) ?? fail(damaged());
  const json = parsed(Buffer.from(outer.content), z.looseObject({ version: z.unknown() }));
  if (!json || json.format !== FORMAT) throw damaged();
  if (typeof json.version === 'number' && json.version > VERSION)
    throw new ClassPackError(
      'newer',
      'A newer Dermaspike made this class pack. Install the newest version, then import it.',
    );
  const publicKey = Buffer.from(typeof json.publicKey === 'string' ? json.publicKey : '', 'base64');
  if (!isSigned(outer, publicKey))
    throw new ClassPackError(
      'tampered',
      'This class pack is not as it was signed: it was changed or damaged. Ask for it again.',
    );
  const content = packContent.safeParse(json);
  if (!content.success) throw damaged();
  const { statistics, ...pack } = content.data;
  if (pack.networkSha256 !== model.sha256 || pack.views !== model.head.views)
    throw new ClassPackError(
      'other-network',
      `This class was learned on the network ${pack.networkName}; this program has ${model.name}. It cannot be used here.`,
    );
  try {
    const features = model.head.featureScale.length;
    return { ...pack, publicKey, known: asKnownClass(statistics, 'statistics', features) };
  } catch (error) {
    if (error instanceof SnnError || error instanceof Error) throw damaged();
    throw error;
  }
}

function isSigned({ content, signature }: z.infer<typeof envelope>, publicKey: Buffer): boolean {
  try {
    const key: KeyObject = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, Buffer.from(content), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

function parsed<T>(bytes: Uint8Array, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}

function fail(error: Error): never {
  throw error;
}
