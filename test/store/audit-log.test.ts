import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  chainHash,
  chainStart,
  saltedHash,
  signedText,
} from '../../src/store/repositories/audit.ts';
import { newUserSecret, UserKeys } from '../../src/store/user-keys.ts';
import { details, newClinic, temporaryFolder } from './harness.ts';

const sha256Of = (...parts: (Uint8Array | string)[]) =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();

/** Entries that were made before say the same for ever: nothing of this may change. */
test('an entry’s hash is over the one before and what it says, in the words of its time', () => {
  const said = { seq: 1, at: '2026-01-02T03:04:05.678Z', userId: 'u', action: 'a', subject: 's' };
  const start = Buffer.alloc(32);
  expect(Buffer.from(chainStart)).toEqual(start);
  const plain = { ...said, records: null, recordsHash: null, keyId: null };
  expect(chainHash(chainStart, plain)).toEqual(
    sha256Of(
      start,
      '{"action":"a","at":"2026-01-02T03:04:05.678Z","seq":1,"subject":"s","userId":"u"}',
    ),
  );
  const signed = { ...plain, records: '[]', keyId: 'k' };
  expect(chainHash(chainStart, signed)).toEqual(
    sha256Of(
      start,
      '{"action":"a","at":"2026-01-02T03:04:05.678Z","keyId":"k","records":"[]","seq":1,"subject":"s","userId":"u"}',
    ),
  );
  const sealed = { ...signed, recordsHash: Uint8Array.of(251, 255) };
  const before = Buffer.alloc(32, 7);
  expect(chainHash(before, sealed)).toEqual(
    sha256Of(
      before,
      '{"action":"a","at":"2026-01-02T03:04:05.678Z","keyId":"k","recordsHash":"-_8","seq":1,"subject":"s","userId":"u"}',
    ),
  );
  expect(saltedHash(Uint8Array.of(1, 2), '[]')).toEqual(sha256Of(Uint8Array.of(1, 2), '[]'));
  expect(signedText(before)).toEqual(
    Buffer.concat([Buffer.from('dermaspike audit entry\0'), before]),
  );
});

test('the log begins with its first entry, each behind the one before, and salted anew', async () => {
  const { store, user } = await newClinic();
  for (const subject of ['one', 'two'])
    store.audit.append({ userId: user.id, action: 'image.import', subject });
  const entries = store.audit.chained(0, 1000);
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
  const salts = entries.map(({ recordsSalt }) => Buffer.from(recordsSalt ?? []));
  expect(salts.map(({ length }) => length)).toEqual(entries.map(() => 16));
  expect(new Set(salts.map((salt) => salt.toString('hex'))).size).toBe(entries.length);
  let previous = chainStart;
  for (const entry of entries) {
    expect(chainHash(previous, entry)).toEqual(Buffer.from(entry.hash));
    previous = entry.hash;
  }
  const newest = entries.at(-1);
  expect(store.audit.head()).toEqual({ seq: newest?.seq, hash: newest?.hash });
  expect(store.audit.hashOf(newest?.seq ?? 0)).toEqual(newest?.hash);
  expect(store.audit.hashOf(entries.length + 1)).toBeUndefined();
  expect(store.audit.beganAt()).toBe(entries[0]?.at);
  expect(store.audit.latestTime()).toBe(newest?.at);
  expect(newest).toMatchObject({ keyId: store.audit.signer(user.id)?.public.id, userId: user.id });
  expect(newest?.signature).toHaveLength(64);
});

test('what was changed and not entered is entered by itself, and what changed nothing is not', async () => {
  const { store } = await newClinic();
  const { seq } = store.audit.head();
  store.transaction(() => store.patients.findByNumber('P-1'));
  expect(store.audit.head().seq).toBe(seq);
  const { id } = store.patients.enrol(details({ familyName: 'Okafor' }));
  store.transaction(() => {
    store.patients.archive(id);
    store.patients.enrol(details({ familyName: 'Lind' }));
  });
  expect(store.audit.list(2)).toMatchObject([
    { userName: 'Dermaspike', action: 'record.change', subject: 'records:2' },
    { userName: 'Dermaspike', action: 'record.change', subject: 'records:1' },
  ]);
  expect(await store.checkAudit()).toMatchObject({ intact: true, unsigned: 0 });
});

test('another’s keys sign while work goes on, and not beyond it; one’s own stay one’s own', async () => {
  const { store, user } = await newClinic();
  const { audit } = store;
  const [own, keys] = [audit.signer(user.id), new UserKeys(newUserSecret())];
  expect(own).toBeDefined();
  expect(audit.signedBy(user.id, keys, () => audit.signer(user.id))).toBe(own);
  expect(audit.signer(user.id)).toBe(own);
  expect(audit.signedBy('another', keys, () => audit.signer('another'))).toBe(keys);
  expect(audit.signer('another')).toBeUndefined();
  const fails = () => {
    throw new Error('The work failed.');
  };
  expect(() => audit.signedBy('another', keys, fails)).toThrow('The work failed.');
  expect(audit.signer('another')).toBeUndefined();
  audit.admit('another', keys);
  expect(audit.signer('another')).toBe(keys);
  audit.dismiss('another');
  expect(audit.signer('another')).toBeUndefined();
});

test('when the clinic was last backed up, proven, found damaged and checked is told by its log', async () => {
  let now = new Date('2026-03-01T10:00:00.000Z');
  const { store, user } = await newClinic(temporaryFolder(), () => now);
  const told = () => [
    ...(['make', 'prove', 'damaged'] as const).map((what) => store.audit.lastBackup(what)),
    ...(['check', 'dataKey'] as const).map((what) => store.audit.last(what)?.at ?? null),
  ];
  expect(told()).toEqual([null, null, null, null, null]);
  const actions = [
    'backup.make',
    'backup.prove',
    'backup.damaged',
    'clinic.check',
    'clinic.data-key',
  ];
  for (const day of ['02', '03'])
    for (const [hour, action] of actions.entries()) {
      now = new Date(`2026-03-${day}T1${hour}:00:00.000Z`);
      store.audit.append({ userId: user.id, action, subject: `${action} of ${day}` });
    }
  expect(told()).toEqual(actions.map((_, hour) => `2026-03-03T1${hour}:00:00.000Z`));
  expect(store.audit.last('check')?.subject).toBe('clinic.check of 03');
});
