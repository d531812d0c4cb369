import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** Bytes of the SHA-256 of a public key by which an update file names the key that signed it. */
export const keyIdBytes = 12;

/** A key whose updates are accepted. */
export interface UpdateKey {
  readonly key: KeyObject;
  readonly id: Buffer;
  /** Short enough to be compared on the telephone. */
  readonly fingerprint: string;
}

export function updateKey(publicKey: KeyObject): UpdateKey {
  if (publicKey.asymmetricKeyType !== 'ed25519')
    throw new Error('A key for updates has to be an Ed25519 key.');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const id = createHash('sha256').update(der).digest().subarray(0, keyIdBytes);
  const fingerprint = id.toString('hex').toUpperCase().match(/.{4}/g)?.join(' ') ?? '';
  return { key: publicKey, id, fingerprint };
}

/** The public keys in a text of PEM blocks; what stands between them is for people. */
export function readUpdateKeys(text: string): UpdateKey[] {
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  return blocks.map((block) => updateKey(createPublicKey(block)));
}
