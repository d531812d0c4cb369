import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';
import { v7 as newId } from 'uuid';

const secretBytes = 32;
type Curve = 'ed25519' | 'x25519';

/** What stands before a raw key in PKCS 8 and SPKI (RFC 8410). */
const pkcs8Prefix: Record<Curve, string> = {
  ed25519: '302e020100300506032b657004220420',
  x25519: '302e020100300506032b656e04220420',
};
const spkiPrefix: Record<Curve, string> = {
  ed25519: '302a300506032b6570032100',
  x25519: '302a300506032b656e032100',
};

const verifyAsync = promisify(verify) as (
  algorithm: null,
  data: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
) => Promise<boolean>;

/** What of a user's keys everybody may know. */
export interface PublicUserKey {
  readonly id: string;
  /** Raw Ed25519 and X25519 keys. */
  readonly signing: Buffer;
  readonly sealing: Buffer;
}

/** From which a user's private keys are made; only their passphrase opens it. */
export interface UserSecret {
  readonly id: string;
  readonly bytes: Buffer;
}

export function newUserSecret(): UserSecret {
  return { id: newId(), bytes: randomBytes(secretBytes) };
}

/** A user's keys while they have the clinic unlocked: they sign, and open what is sealed for them. */
export class UserKeys {
  readonly public: PublicUserKey;
  readonly #signing: KeyObject;
  readonly #sealing: KeyObject;

  /** Leaves the secret as it is. */
  constructor({ id, bytes }: UserSecret) {
    this.#signing = privateKey('ed25519', bytes);
    this.#sealing = privateKey('x25519', bytes);
    this.public = { id, signing: rawPublic(this.#signing), sealing: rawPublic(this.#sealing) };
  }

  sign(message: Uint8Array): Buffer {
    return sign(null, message, this.#signing);
  }

  /** The key that `keyToSeal` made for this user. */
  keySealedBy(ephemeral: Uint8Array): Buffer {
    return agreed(this.#sealing, publicKey('x25519', ephemeral), ephemeral, this.public.sealing);
  }
}

/** A key that only the holder of `sealing` can make again, from `ephemeral`. */
export function keyToSeal(sealing: Uint8Array): { key: Buffer; ephemeral: Buffer } {
  const { privateKey: own } = generateKeyPairSync('x25519');
  const ephemeral = rawPublic(own);
  return { key: agreed(own, publicKey('x25519', sealing), ephemeral, sealing), ephemeral };
}

export function isSignedBy(
  signing: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return verifyAsync(null, message, signing, signature);
}

export function signingKey(raw: Uint8Array): KeyObject {
  return publicKey('ed25519', raw);
}

function agreed(own: KeyObject, other: KeyObject, ephemeral: Uint8Array, sealing: Uint8Array) {
  const secret = diffieHellman({ privateKey: own, publicKey: other });
  const salt = Buffer.concat([ephemeral, sealing]);
  const key = Buffer.from(hkdfSync('sha256', secret, salt, 'dermaspike sealed key', secretBytes));
  secret.fill(0);
  return key;
}

function privateKey(curve: Curve, secret: Uint8Array): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', `dermaspike user ${curve}`, secretBytes));
  const der = Buffer.concat([Buffer.from(pkcs8Prefix[curve], 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  seed.fill(0);
  der.fill(0);
  return key;
}

function publicKey(curve: Curve, raw: Uint8Array): KeyObject {
  const key = Buffer.concat([Buffer.from(spkiPrefix[curve], 'hex'), raw]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

function rawPublic(key: KeyObject): Buffer {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return der.subarray(der.length - secretBytes);
}
