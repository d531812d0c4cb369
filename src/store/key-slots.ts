import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdf,
  hkdfSync,
  randomBytes,
  scrypt,
} from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { StoreError } from './errors.ts';
import { parseRecoveryKey } from './recovery-key.ts';
import { keyToSeal, UserKeys, type UserSecret } from './user-keys.ts';

export const dataKeyBytes = 32;
const saltBytes = 16;
const ivBytes = 12;
const tagBytes = 16;
const hashBytes = 32;
const signatureBytes = 64;
const publicKeyBytes = 32;

export function base64OfLength(length: number) {
  return z
    .base64()
    .refine((text) => Buffer.from(text, 'base64').length === length, `expected ${length} bytes`);
}

/** scrypt's cost: N, r and p. The bounds keep a forged file from exhausting memory: 1 GiB at most. */
export const scryptCost = z.object({
  n: z
    .int()
    .min(2)
    .max(2 ** 20)
    .refine((n) => Number.isInteger(Math.log2(n)), 'expected a power of two'),
  r: z.int().min(1).max(8),
  p: z.int().min(1).max(8),
});
export type ScryptCost = z.infer<typeof scryptCost>;

/** About 128 MiB and a third of a second. */
export const defaultScryptCost: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };

/** A key of 32 bytes under AES-256-GCM. */
export const wrappedKey = z.object({
  iv: base64OfLength(ivBytes),
  ciphertext: base64OfLength(dataKeyBytes),
  tag: base64OfLength(tagBytes),
});
export type WrappedKey = z.infer<typeof wrappedKey>;

export const userSlot = z.object({
  userId: z.uuid(),
  /** When the slot was sealed. */
  userName: z.string().min(1),
  /** Since the user was renamed: the slot stays sealed under the former name. */
  currentName: z.string().min(1).optional(),
  scrypt: scryptCost,
  salt: base64OfLength(saltBytes),
  /** The data key; missing where it is sealed. */
  wrapped: wrappedKey.optional(),
  /** The data key, sealed for the user's own key: it was changed without their passphrase. */
  sealed: z.object({ ephemeral: base64OfLength(publicKeyBytes), wrapped: wrappedKey }).optional(),
  /** From which the user's own keys are made; slots of before migration 16 have none. */
  own: z.object({ keyId: z.uuid(), wrapped: wrappedKey }).optional(),
  /** SHA-256 of what was sealed: tells damage from a wrong passphrase, without a key. */
  check: base64OfLength(hashBytes).optional(),
  /** The audit log's entry that the user saw last, and its hash, signed by them. */
  seen: z
    .object({
      seq: z.int().min(0),
      hash: base64OfLength(hashBytes),
      signature: base64OfLength(signatureBytes),
    })
    .optional(),
});
export type UserSlot = z.infer<typeof userSlot>;

export const recoverySlot = z.object({
  salt: base64OfLength(saltBytes),
  wrapped: wrappedKey,
});
export type RecoverySlot = z.infer<typeof recoverySlot>;

/** A key made from a passphrase, with what is needed to make it again. */
export interface PassphraseKey {
  readonly key: Buffer;
  readonly scrypt: ScryptCost;
  readonly salt: string;
}

const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt);
const hkdfAsync = promisify(hkdf);

/** Derives a key from a passphrase under a new salt. */
export async function newPassphraseKey(
  passphrase: string,
  cost: ScryptCost,
): Promise<PassphraseKey> {
  const salt = randomBytes(saltBytes).toString('base64');
  return { key: await passphraseKey(passphrase, salt, cost), scrypt: cost, salt };
}

/** Wraps the data key and the user's own secret. Zeroes the passphrase's key. */
export function sealUserSlot(
  clinicId: string,
  user: { readonly id: string; readonly name: string },
  { key, scrypt, salt }: PassphraseKey,
  dataKey: Uint8Array,
  { id: keyId, bytes }: UserSecret,
): UserSlot {
  const slot = { userId: user.id, userName: user.name, scrypt, salt };
  const own = wrap(bytes, ownKey(key), ownIdentity(clinicId, slot, keyId));
  const wrapped = wrap(dataKey, key, userIdentity(clinicId, slot));
  const sealed = { ...slot, wrapped, own: { keyId, wrapped: own } };
  return { ...sealed, check: slotCheck(sealed) };
}

/**
 * A user's slot for another data key, which their passphrase opens as before. Null where the user has no keys,
 * or `owner` is not the public half of them: nobody but the user could make such a slot then.
 */
export function resealSlot(
  clinicId: string,
  slot: UserSlot,
  owner: { readonly id: string; readonly sealing: Uint8Array },
  dataKey: Uint8Array,
): UserSlot | null {
  if (slot.own?.keyId !== owner.id) return null;
  const { key, ephemeral } = keyToSeal(owner.sealing);
  const { wrapped: _, ...rest } = slot;
  const wrapped = wrap(dataKey, key, sealedIdentity(clinicId, slot, owner.id));
  const sealed = { ...rest, sealed: { ephemeral: ephemeral.toString('base64'), wrapped } };
  return { ...sealed, check: slotCheck(sealed) };
}

/** Whether the slot is not as it was sealed. */
export function isSlotChanged(slot: UserSlot): boolean {
  return slot.check !== undefined && slot.check !== slotCheck(slot);
}

function slotCheck(slot: UserSlot): string {
  const { userId, userName, salt, wrapped, own, sealed } = slot;
  const { n, r, p } = slot.scrypt;
  const keys = [wrapped ?? sealed?.wrapped, own?.wrapped].map(
    (key) => key && [key.iv, key.ciphertext, key.tag],
  );
  const said = [userId, userName, n, r, p, salt, ...keys, own?.keyId];
  if (sealed) said.push(sealed.ephemeral);
  return createHash('sha256').update(JSON.stringify(said)).digest('base64');
}

/** What a user's slot opens. */
export interface OpenedSlot {
  readonly dataKey: Buffer;
  /** Null of a slot that has none yet. */
  readonly keys: UserKeys | null;
}

/** Throws `wrong-passphrase`. */
export async function openSlot(
  clinicId: string,
  slot: UserSlot,
  passphrase: string,
): Promise<OpenedSlot> {
  const key = await passphraseKey(passphrase, slot.salt, slot.scrypt);
  const forOwn = ownKey(key);
  const wrapped = slot.wrapped && unwrap(slot.wrapped, key, userIdentity(clinicId, slot));
  key.fill(0);
  const keys = ownKeys(clinicId, slot, forOwn);
  const dataKey = wrapped ?? (keys && unsealed(clinicId, slot, keys));
  if (!dataKey) throw wrongPassphrase();
  return { dataKey, keys };
}

function unsealed(clinicId: string, slot: UserSlot, keys: UserKeys): Buffer | undefined {
  if (!slot.sealed) return undefined;
  const { ephemeral, wrapped } = slot.sealed;
  const key = keys.keySealedBy(Buffer.from(ephemeral, 'base64'));
  return unwrap(wrapped, key, sealedIdentity(clinicId, slot, keys.public.id));
}

/** The data key. Throws `wrong-passphrase`. */
export async function openUserSlot(
  clinicId: string,
  slot: UserSlot,
  passphrase: string,
): Promise<Buffer> {
  return (await openSlot(clinicId, slot, passphrase)).dataKey;
}

/** Takes as long as opening a slot does, and refuses: a wrong name looks like a wrong passphrase. */
export async function openNoSlot(passphrase: string, cost: ScryptCost): Promise<never> {
  const { key } = await newPassphraseKey(passphrase, cost);
  key.fill(0);
  throw wrongPassphrase();
}

export async function sealRecoverySlot(
  clinicId: string,
  recoveryKey: string,
  dataKey: Uint8Array,
): Promise<RecoverySlot> {
  const salt = randomBytes(saltBytes).toString('base64');
  const key = await keyOfRecoveryKey(recoveryKey, salt);
  return { salt, wrapped: wrap(dataKey, key, recoveryIdentity(clinicId, salt)) };
}

/** The data key. Throws `wrong-recovery-key`. */
export async function openRecoverySlot(
  clinicId: string,
  slot: RecoverySlot,
  recoveryKey: string,
): Promise<Buffer> {
  const key = await keyOfRecoveryKey(recoveryKey, slot.salt);
  const dataKey = unwrap(slot.wrapped, key, recoveryIdentity(clinicId, slot.salt));
  if (!dataKey) throw wrongRecoveryKey();
  return dataKey;
}

export function wrongRecoveryKey(): StoreError {
  return new StoreError(
    'wrong-recovery-key',
    'This recovery key is not the one of this clinic. Look for the sheet that was printed last: when the clinic was created, or when its key was renewed.',
  );
}

export function wrongPassphrase(): StoreError {
  return new StoreError(
    'wrong-passphrase',
    'The name and the passphrase do not belong together. Check both, and the Caps Lock key.',
  );
}

function ownKeys(clinicId: string, slot: UserSlot, key: Buffer): UserKeys | null {
  if (!slot.own) return null;
  const { keyId, wrapped } = slot.own;
  const bytes = unwrap(wrapped, key, ownIdentity(clinicId, slot, keyId));
  if (!bytes) return null;
  const keys = new UserKeys({ id: keyId, bytes });
  bytes.fill(0);
  return keys;
}

/** Beside the passphrase's key, which wraps the data key. */
function ownKey(key: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'dermaspike user secret', dataKeyBytes));
}

function ownIdentity(clinicId: string, slot: Omit<UserSlot, 'wrapped'>, keyId: string): string {
  return JSON.stringify(['own', userIdentity(clinicId, slot), keyId]);
}

function sealedIdentity(clinicId: string, slot: Omit<UserSlot, 'wrapped'>, keyId: string): string {
  return JSON.stringify(['sealed', userIdentity(clinicId, slot), keyId]);
}

/** What a slot is bound to: none can be moved to another user, cost or clinic. */
function userIdentity(clinicId: string, slot: Omit<UserSlot, 'wrapped'>): string {
  const { n, r, p } = slot.scrypt;
  return JSON.stringify(['user', clinicId, slot.userId, slot.userName, n, r, p, slot.salt]);
}

function recoveryIdentity(clinicId: string, salt: string): string {
  return JSON.stringify(['recovery', clinicId, salt]);
}

async function passphraseKey(passphrase: string, salt: string, cost: ScryptCost): Promise<Buffer> {
  // The same passphrase gives other code points on other keyboards.
  const text = passphrase.normalize('NFKC');
  const { n, r, p } = cost;
  // scrypt needs 128·N·r bytes and a little more (RFC 7914).
  const options = { N: n, r, p, maxmem: 128 * r * (n + p + 2) };
  return scryptAsync(text, Buffer.from(salt, 'base64'), dataKeyBytes, options);
}

/** A recovery key is random, so that one pass of HKDF is enough. */
async function keyOfRecoveryKey(recoveryKey: string, salt: string): Promise<Buffer> {
  const symbols = parseRecoveryKey(recoveryKey);
  const info = 'dermaspike recovery key';
  const derived = await hkdfAsync(
    'sha256',
    symbols,
    Buffer.from(salt, 'base64'),
    info,
    dataKeyBytes,
  );
  return Buffer.from(derived);
}

/** AES-256-GCM under `key`, which is zeroed. */
export function wrap(dataKey: Uint8Array, key: Buffer, identity: string): WrappedKey {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(identity));
  const ciphertext = Buffer.concat([cipher.update(dataKey), cipher.final()]);
  key.fill(0);
  return {
    iv: iv.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
}

/** The data key, or nothing when `key` is not the one that wrapped it. Zeroes `key`. */
export function unwrap(wrapped: WrappedKey, key: Buffer, identity: string): Buffer | undefined {
  const iv = Buffer.from(wrapped.iv, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(identity));
  decipher.setAuthTag(Buffer.from(wrapped.tag, 'base64'));
  const dataKey = decipher.update(Buffer.from(wrapped.ciphertext, 'base64'));
  key.fill(0);
  try {
    decipher.final();
    return dataKey;
  } catch {
    dataKey.fill(0);
    return undefined;
  }
}
