import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { newClinic } from './harness.ts';

const keyPair = () => ({ privateKey: randomBytes(32), publicKey: randomBytes(32) });

test('the key that classes are signed with is made once, and trusted like those of clinics that are', async () => {
  const { store, user } = await newClinic();
  const packs = store.classPacks;
  const [theirs, strangers] = [keyPair().publicKey, keyPair().publicKey];
  const own = packs.signingKey(keyPair);
  expect(packs.signingKey(keyPair)).toEqual(own);
  const trusted = () =>
    [own.publicKey, theirs, strangers].map((publicKey) => packs.isTrusted(publicKey));
  expect(trusted()).toEqual([true, false, false]);
  packs.trust(theirs, 'Elsewhere', user.id);
  packs.trust(theirs, 'Elsewhere, again', user.id);
  expect(trusted()).toEqual([true, true, false]);
});

test('of another clinic’s class the pack that came last is kept', async () => {
  const { store, user } = await newClinic();
  const packs = store.classPacks;
  packs.put('nv-eruptive', '{"version": 1}', user.id);
  packs.put('bcc', '{}', user.id);
  packs.put('nv-eruptive', '{"version": 2}', user.id);
  expect(packs.list()).toEqual([
    { code: 'bcc', json: '{}' },
    { code: 'nv-eruptive', json: '{"version": 2}' },
  ]);
});
