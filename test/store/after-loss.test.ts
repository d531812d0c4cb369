import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { bringsBack } from '../../src/store/backup/after-loss.ts';
import { manifestFile } from '../../src/store/backup/medium.ts';
import { BackupKeys } from '../../src/store/backup/seal.ts';
import { onThisComputer } from '../../src/store/clock.ts';
import { clinicText, madeMedium } from './made-medium.ts';

let text: string;
let otherText: string;
beforeAll(async () => {
  text = await clinicText();
  otherText = await clinicText();
});
afterEach(() => void vi.restoreAllMocks());

const madeAt = '2026-03-01T10:00:00.000Z';
type Medium = ReturnType<typeof madeMedium>;

/** What is said of a database that had `commits`, of which `missing` are gone. */
function told({ folder, clinic, dataKey }: Medium, commits: number, missing: number) {
  const place = { folder, soon: <T>(answer: Promise<T>) => answer };
  return bringsBack(place, clinic, Buffer.from(dataKey), { commits, missing });
}

test.each([
  // Of ninety that are left of a hundred.
  [100, 10, 89, 'none'],
  [100, 10, 90, 'none'],
  [100, 10, 91, 'has one change more, of the 10 that are missing'],
  [100, 10, 92, 'has 2 changes more, of the 10 that are missing'],
  [100, 10, 99, 'has 9 changes more, of the 10 that are missing'],
  [100, 10, 100, 'has all that is missing'],
  [100, 10, 101, 'has all that is missing'],
  [100, 1, 100, 'has all that is missing'],
  // Where it is not known that any is.
  [100, 0, 100, 'none'],
  [100, 0, 101, 'has one change more'],
  [100, 0, 105, 'has 5 changes more'],
])(
  'of a database that should have %i commits and lacks %i a backup with %i is said to be worth what it is',
  async (commits, missing, has, wanted) => {
    const medium = madeMedium(text);
    await medium.put({ madeAt, commits: has });
    const { folder } = medium;
    expect(await told(medium, commits, missing)).toBe(
      wanted === 'none'
        ? `No backup in ${folder} has more`
        : `The backup of ${onThisComputer(madeAt)} in ${folder} ${wanted}`,
    );
  },
);

test('the newest that the clinic’s keys open is meant, and none of another clinic', async () => {
  const medium = madeMedium(text);
  expect(await told(medium, 100, 10)).toContain('No backup');
  await medium.put({ madeAt: '2026-03-01T09:00:00.000Z', commits: 100 });
  await medium.put({ madeAt, commits: 95 });
  const damaged = await medium.put({ madeAt: '2026-03-01T11:00:00.000Z', commits: 96 });
  writeFileSync(manifestFile(medium.folder, damaged), 'damaged');
  const former = new BackupKeys(medium.clinic.clinicId, randomBytes(32));
  await medium.put({ madeAt: '2026-03-01T12:00:00.000Z', commits: 97, keys: former });
  await medium.put({ madeAt: '2026-03-01T13:00:00.000Z', commits: 98, text: otherText });
  expect(await told(medium, 100, 10)).toContain(`${onThisComputer(madeAt)} in`);
  expect(await told(medium, 100, 10)).toContain('has 5 changes more');
});

test('twenty of the newest are looked into, and no more', async () => {
  const medium = madeMedium(text);
  await medium.put({ madeAt: '2026-02-01T10:00:00.000Z', commits: 95 });
  const former = new BackupKeys(medium.clinic.clinicId, randomBytes(32));
  for (let n = 10; n < 29; n++)
    await medium.put({
      madeAt: `2026-03-01T${n % 24}:00:00.000Z`.replace(/T(\d):/, 'T0$1:'),
      keys: former,
    });
  expect(await told(medium, 100, 10)).toContain('has 5 changes more');
  await medium.put({ madeAt, keys: former });
  expect(await told(medium, 100, 10)).toContain('No backup');
});

test('where the medium does not answer it is said that it cannot be told; no key is left either way', async () => {
  const forget = vi.spyOn(BackupKeys.prototype, 'forget');
  const { folder, clinic, dataKey } = madeMedium(text);
  const loss = { commits: 100, missing: 10 };
  const soon = () => Promise.reject(new Error('Nothing after a while.'));
  const key = Buffer.from(dataKey);
  expect(await bringsBack({ folder, soon }, clinic, key, loss)).toBe(
    `What the backups in ${folder} have cannot be told just now: connect the medium, then try again`,
  );
  expect(key.equals(Buffer.alloc(32))).toBe(true);
  expect(forget).toHaveBeenCalledOnce();
});
