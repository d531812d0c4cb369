import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readClinicFile, writeClinicFile } from '../../src/store/clinic-file.ts';
import { StoreError, unlockClinic } from '../../src/store/index.ts';
import { closing, expectRefusal, newClinic, passphrase, userName } from './harness.ts';

const bo = { name: 'Bo Lind', role: 'clinician', passphrase: 'violet harbour engine' } as const;

test('no flipped bit of clinic.json is called a wrong passphrase', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const file = path.join(folder, 'clinic.json');
  const good = readFileSync(file);
  const outcomes = new Map<string, number>();
  const count = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  // A prime step, so that every bit of a byte has its turn.
  for (let bit = 0; bit < good.length * 8; bit += 61) {
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    writeFileSync(file, bad);
    try {
      (await unlockClinic(folder, { userName, passphrase })).store.close();
      count('opened');
    } catch (error) {
      count(error instanceof StoreError ? error.code : String(error));
    }
  }
  expect([...outcomes.keys()]).not.toContain('wrong-passphrase');
  expect([...outcomes.keys()].sort()).toEqual(expect.arrayContaining(['database-damaged']));
  writeFileSync(file, good);
  await expectRefusal('wrong-passphrase', () =>
    unlockClinic(folder, { userName, passphrase: `${passphrase}.` }),
  );
});

test('a damaged slot is called damaged also after another user has worked since', async () => {
  const { folder, store } = await newClinic();
  await store.accounts.add(bo);
  store.close();
  const file = readClinicFile(folder);
  const users = file.users.map((slot) =>
    slot.userName === bo.name
      ? {
          ...slot,
          wrapped: slot.wrapped && { ...slot.wrapped, tag: Buffer.alloc(16).toString('base64') },
        }
      : slot,
  );
  writeClinicFile(folder, { ...file, users });
  closing(await unlockClinic(folder, { userName, passphrase })).store.close();
  await expectRefusal('database-damaged', () =>
    unlockClinic(folder, { userName: bo.name, passphrase: bo.passphrase }),
  );
});
