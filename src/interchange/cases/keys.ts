import {
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import { CaseFileError } from './errors.ts';
import { headerLine, readHeader } from './header.ts';

/** DER: PKCS 8 and SPKI. */
export interface KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** To which others seal what is for this clinic: X25519. */
export function newSharingKey(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
  };
}

/** Short enough to be read out on the telephone: 96 bits. */
export function keyFingerprint(publicKey: Uint8Array): string {
  const hex = createHash('sha256').update(publicKey).digest('hex').slice(0, 24).toUpperCase();
  return hex.match(/.{4}/g)?.join(' ') ?? hex;
}

const info = 'dermaspike-case 1';

/** A key that only the holder of `publicKey` finds again by `openingKey`. */
export function sealingKey(publicKey: Uint8Array): { key: Buffer; ephemeral: Uint8Array } {
  const ephemeral = newSharingKey();
  return {
    ephemeral: ephemeral.publicKey,
    key: agreed(ephemeral.privateKey, publicKey, ephemeral.publicKey, publicKey),
  };
}

export function openingKey(own: KeyPair, ephemeral: Uint8Array): Buffer {
  return agreed(own.privateKey, ephemeral, ephemeral, own.publicKey);
}

function agreed(
  privateKey: Uint8Array,
  publicKey: Uint8Array,
  ephemeral: Uint8Array,
  recipient: Uint8Array,
): Buffer {
  const secret = diffieHellman({
    privateKey: createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' }),
    publicKey: x25519(publicKey),
  });
  const salt = Buffer.concat([ephemeral, recipient]);
  return Buffer.from(hkdfSync('sha256', secret, salt, info, 32));
}

/** Throws CaseFileError `case-damaged` for what is no such key. */
function x25519(publicKey: Uint8Array): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'x25519') return key;
  } catch {
    // Told below.
  }
  throw new CaseFileError('case-damaged');
}

const keyHeader = z.object({
  clinicName: z.string().min(1).max(200),
  publicKey: z.base64().max(200),
});

/** A clinic's public key as a small file. */
export const keyFile = (clinicName: string, publicKey: Uint8Array): Buffer =>
  headerLine('dermaspike-key', {
    clinicName,
    publicKey: Buffer.from(publicKey).toString('base64'),
  });

/** Throws CaseFileError. */
export function readKeyFile(bytes: Uint8Array): { clinicName: string; publicKey: Buffer } {
  const { line, header } = readHeader(bytes, 'dermaspike-key', keyHeader);
  if (line.length !== bytes.length) throw new CaseFileError('case-damaged');
  const publicKey = Buffer.from(header.publicKey, 'base64');
  x25519(publicKey);
  return { clinicName: header.clinicName, publicKey };
}
