import { describe, expect, test } from 'vitest';
import {
  isSlotChanged,
  newPassphraseKey,
  openNoSlot,
  openRecoverySlot,
  openSlot,
  openUserSlot,
  resealSlot,
  sealRecoverySlot,
  sealUserSlot,
  type UserSlot,
} from '../../src/store/key-slots.ts';
import { newRecoveryKey } from '../../src/store/recovery-key.ts';
import { newUserSecret, UserKeys } from '../../src/store/user-keys.ts';
import { expectRefusal, kdf, passphrase } from './harness.ts';

const clinicId = '01890000-0000-7000-8000-000000000009';
const ada = { id: '01890000-0000-7000-8000-000000000001', name: 'Ada' };
const dataKey = Buffer.alloc(32, 7);
const nextKey = Buffer.alloc(32, 8);

async function sealed(cost = kdf) {
  const secret = newUserSecret();
  const keys = new UserKeys(secret);
  const slot = sealUserSlot(
    clinicId,
    ada,
    await newPassphraseKey(passphrase, cost),
    dataKey,
    secret,
  );
  return { slot, keys };
}

/** The slot with one thing in it another, at the end of the way. */
function altered(slot: UserSlot, way: readonly string[], value: unknown): UserSlot {
  const copy = structuredClone(slot) as unknown as Record<string, unknown>;
  const last = way.at(-1) ?? '';
  const within = way.slice(0, -1).reduce((at, name) => at[name] as typeof copy, copy);
  within[last] = value;
  return copy as unknown as UserSlot;
}

const bytes = (length: number) => Buffer.alloc(length, 3).toString('base64');
const bindings: [string, readonly string[], unknown][] = [
  ['user', ['userId'], '01890000-0000-7000-8000-000000000002'],
  ['name', ['userName'], 'Bo'],
  ['N', ['scrypt', 'n'], 32],
  ['r', ['scrypt', 'r'], 7],
  ['p', ['scrypt', 'p'], 2],
  ['salt', ['salt'], bytes(16)],
];

describe('a slot', () => {
  test('opens the data key and its user’s keys by their passphrase alone', async () => {
    const { slot, keys } = await sealed();
    const opened = await openSlot(clinicId, slot, passphrase);
    expect(opened.dataKey).toEqual(dataKey);
    expect(opened.keys?.public).toEqual(keys.public);
    expect(await openUserSlot(clinicId, slot, passphrase)).toEqual(dataKey);
    await expectRefusal('wrong-passphrase', () => openSlot(clinicId, slot, `${passphrase}.`));
    await expectRefusal('wrong-passphrase', () => openNoSlot(passphrase, kdf));
  });

  test.each(bindings)('is bound to its %s', async (_, way, value) => {
    const { slot } = await sealed();
    const moved = altered(slot, way, value);
    await expectRefusal('wrong-passphrase', () => openSlot(clinicId, moved, passphrase));
  });

  test('is bound to its clinic', async () => {
    const { slot } = await sealed();
    await expectRefusal('wrong-passphrase', () => openSlot(ada.id, slot, passphrase));
  });

  test('whose user’s keys are another’s, or none, opens the data key without them', async () => {
    const { slot } = await sealed();
    const foreign = altered(slot, ['own', 'keyId'], ada.id);
    expect((await openSlot(clinicId, foreign, passphrase)).keys).toBeNull();
    const { own: _, ...bare } = slot;
    expect(await openSlot(clinicId, bare, passphrase)).toEqual({ dataKey, keys: null });
  });

  test.each([
    ...bindings,
    ['data key', ['wrapped', 'ciphertext'], bytes(32)],
    ['nonce', ['wrapped', 'iv'], bytes(12)],
    ['tag', ['wrapped', 'tag'], bytes(16)],
    ['user’s keys', ['own', 'wrapped', 'ciphertext'], bytes(32)],
    ['user’s nonce', ['own', 'wrapped', 'iv'], bytes(12)],
    ['user’s tag', ['own', 'wrapped', 'tag'], bytes(16)],
    ['key’s number', ['own', 'keyId'], ada.id],
  ] as [string, readonly string[], unknown][])(
    'tells damage to its %s from a wrong passphrase',
    async (_, way, value) => {
      const { slot } = await sealed();
      expect(isSlotChanged(slot)).toBe(false);
      expect(isSlotChanged(altered(slot, way, value))).toBe(true);
    },
  );

  test.each([
    { n: 2, r: 1, p: 1 },
    { n: 16, r: 8, p: 8 },
    { n: 1024, r: 2, p: 3 },
  ])('is made at whatever cost is allowed: %o', async (cost) => {
    const { slot } = await sealed(cost);
    expect(slot.scrypt).toEqual(cost);
    expect(await openUserSlot(clinicId, slot, passphrase)).toEqual(dataKey);
  });
});

describe('a slot for another data key', () => {
  test('opens it by the passphrase as before, and the former key no longer', async () => {
    const { slot, keys } = await sealed();
    const next = resealSlot(clinicId, slot, keys.public, nextKey);
    if (!next) throw new Error('It was not made.');
    const opened = await openSlot(clinicId, next, passphrase);
    expect(opened.dataKey).toEqual(nextKey);
    expect(opened.keys?.public).toEqual(keys.public);
    expect(next.wrapped).toBeUndefined();
    await expectRefusal('wrong-passphrase', () => openSlot(clinicId, next, `${passphrase}.`));
    const again = resealSlot(clinicId, next, keys.public, dataKey);
    expect((await openSlot(clinicId, again ?? next, passphrase)).dataKey).toEqual(dataKey);
  });

  test('is made by nobody else’s key, nor where the user has none', async () => {
    const { slot, keys } = await sealed();
    const other = new UserKeys(newUserSecret());
    expect(resealSlot(clinicId, slot, other.public, nextKey)).toBeNull();
    const { own: _, ...bare } = slot;
    expect(resealSlot(clinicId, bare, keys.public, nextKey)).toBeNull();
  });

  test.each([
    ['sealed key', ['sealed', 'wrapped', 'ciphertext'], bytes(32)],
    ['nonce', ['sealed', 'wrapped', 'iv'], bytes(12)],
    ['tag', ['sealed', 'wrapped', 'tag'], bytes(16)],
    ['key that sealed it', ['sealed', 'ephemeral'], bytes(32)],
    ['user', ['userId'], '01890000-0000-7000-8000-000000000002'],
  ] as [string, readonly string[], unknown][])(
    'does not open, and tells of damage, with another %s',
    async (_, way, value) => {
      const { slot, keys } = await sealed();
      const next = resealSlot(clinicId, slot, keys.public, nextKey);
      if (!next) throw new Error('It was not made.');
      expect(isSlotChanged(next)).toBe(false);
      const moved = altered(next, way, value);
      expect(isSlotChanged(moved)).toBe(true);
      await expectRefusal('wrong-passphrase', () => openSlot(clinicId, moved, passphrase));
    },
  );

  test('that has lost it opens nothing', async () => {
    const { slot } = await sealed();
    const { wrapped: _, ...lost } = slot;
    await expectRefusal('wrong-passphrase', () => openSlot(clinicId, lost, passphrase));
  });
});

test('a recovery slot opens by its recovery key, in its clinic', async () => {
  const recoveryKey = newRecoveryKey();
  const slot = await sealRecoverySlot(clinicId, recoveryKey, dataKey);
  expect(await openRecoverySlot(clinicId, slot, recoveryKey)).toEqual(dataKey);
  for (const open of [
    () => openRecoverySlot(clinicId, slot, newRecoveryKey()),
    () => openRecoverySlot(ada.id, slot, recoveryKey),
    () => openRecoverySlot(clinicId, { ...slot, salt: bytes(16) }, recoveryKey),
  ])
    await expectRefusal('wrong-recovery-key', open);
});
