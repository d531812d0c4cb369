import { afterEach, expect, test, vi } from 'vitest';
import { readClinicFile } from '../../src/store/clinic-file.ts';
import { createClinic, unlockClinic } from '../../src/store/index.ts';
import { closing, expectRefusal, kdf, newClinic, temporaryFolder, userName } from './harness.ts';

/** What scrypt was asked for: what a guess at a passphrase costs. */
const costs = vi.hoisted((): object[] => []);
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  const scrypt = (...given: Parameters<typeof crypto.scrypt>) => {
    const { N, r, p } = given[3] as { N: number; r: number; p: number };
    costs.push({ N, r, p });
    crypto.scrypt(...given);
  };
  return { ...crypto, scrypt };
});
afterEach(() => void costs.splice(0));

test('a guess at a passphrase of a new clinic costs scrypt with N 2¹⁷, r 8, p 1', async () => {
  const folder = temporaryFolder();
  const given = { clinicName: 'Hautklinik am See', demo: false, userName };
  closing(await createClinic(folder, { ...given, passphrase: 'copper lantern orchard' }));
  expect(costs).toEqual([{ N: 2 ** 17, r: 8, p: 1 }]);
  expect(readClinicFile(folder).users.map(({ scrypt }) => scrypt)).toEqual([
    { n: 2 ** 17, r: 8, p: 1 },
  ]);
});

test('a name that no user has costs what a wrong passphrase does, and is answered alike', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const guess = async (name: string) => {
    costs.splice(0);
    const given = { userName: name, passphrase: 'violet harbour engine' };
    const message = await expectRefusal('wrong-passphrase', () => unlockClinic(folder, given));
    return { message, costs: [...costs] };
  };
  const known = await guess(userName);
  expect(known.costs).toEqual([{ N: kdf.n, r: kdf.r, p: kdf.p }]);
  expect(await guess('Nobody')).toEqual(known);
});
