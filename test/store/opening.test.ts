import { createHmac, hkdfSync } from 'node:crypto';
import fs, {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readClinicFile, writeClinicFile } from '../../src/store/clinic-file.ts';
import { Connection } from '../../src/store/connection.ts';
import { StoreError } from '../../src/store/errors.ts';
import { readClinicInfo, recoverClinic, unlockClinic } from '../../src/store/index.ts';
import {
  closing,
  dataKeyOf,
  details,
  expectRefusal,
  findPatients,
  kdf,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';
import { replaceInFs } from './watched-disk.ts';

const access = { userName, passphrase, kdf };
const unlocked = async (folder: string) => closing(await unlockClinic(folder, access)).store;

afterEach(() => void vi.restoreAllMocks());

/** A clinic that was closed with so many patients, and its database as it was before each of them. */
async function clinicWithPast(count: number) {
  let now = new Date('2026-03-01T10:20:00Z');
  const { folder, store, recoveryKey } = await newClinic(temporaryFolder(), () => now);
  store.close();
  const database = path.join(folder, 'clinic.db');
  const past: Buffer[] = [];
  for (let n = 0; n < count; n++) {
    past.push(readFileSync(database));
    now = new Date(now.getTime() + 24 * 3_600_000);
    const opened = closing(await unlockClinic(folder, { ...access, clock: () => now })).store;
    opened.patients.enrol(details({ familyName: `P ${n}` }));
    opened.close();
  }
  return { folder, database, past, recoveryKey };
}

/** As a kill leaves a clinic with one patient. */
async function killedClinic() {
  const { folder, store } = await newClinic();
  store.patients.enrol(details({ familyName: 'Okafor' }));
  const killed = path.join(temporaryFolder(), 'killed');
  cpSync(folder, killed, { recursive: true });
  store.close();
  return { folder: killed, database: path.join(killed, 'clinic.db') };
}

describe('a clinic that is older than it was', () => {
  test.each([
    [
      1,
      'the last change is missing from clinic.db; it stands as it was on 1 March 2026',
      '2 March',
    ],
    [
      2,
      'the last 2 changes are missing from clinic.db; it stands as it was on 1 March 2026',
      '3 March',
    ],
  ])('by %i changes is not opened, and it is said what is missing', async (count, told, last) => {
    const { folder, database, past } = await clinicWithPast(count);
    writeFileSync(database, past[0] ?? '');
    const message = await expectRefusal('database-older', () => unlockClinic(folder, access));
    expect(message).toContain(told);
    expect(message).toContain(`; the last change was made on ${last} 2026`);
    expect(message).toContain(
      '. It is an older copy, or its log clinic.db-wal was damaged or removed. Nothing was changed.',
    );
  });

  test('says nothing of when, where the mark is one of an earlier program', async () => {
    const { folder, database, past } = await clinicWithPast(1);
    writeFileSync(database, past[0] ?? '');
    const file = readClinicFile(folder);
    const own = hkdfSync(
      'sha256',
      await dataKeyOf(folder),
      file.clinicId,
      'dermaspike high-water mark',
      32,
    );
    const said = JSON.stringify([file.clinicId, 9, null]);
    const mac = createHmac('sha256', Buffer.from(own)).update(said).digest('base64');
    writeClinicFile(folder, { ...file, mark: { commits: 9, session: null, mac } });
    const message = await expectRefusal('database-older', () => unlockClinic(folder, access));
    expect(message).toContain('the last 9 changes are missing');
    expect(message).toContain('it stands as it was on 1 March 2026');
    expect(message).not.toContain('the last change was made');
  });

  test('by a log that is damaged is told so', async () => {
    const { folder, database } = await killedClinic();
    const log = readFileSync(`${database}-wal`);
    log.writeUInt8(log.readUInt8(60) ^ 1, 60);
    writeFileSync(`${database}-wal`, log);
    const message = await expectRefusal('database-older', () => unlockClinic(folder, access));
    expect(message).toMatch(
      /the last change is missing.*\. (Its log clinic\.db-wal is damaged|It is an older copy)/,
    );
  });

  test('is not to be told by a mark that is not its own, though nothing was ever counted in it', async () => {
    const { folder, store } = await newClinic();
    store.close();
    const file = readClinicFile(folder);
    const { mark } = file;
    if (!mark) throw new Error('There is no mark.');
    expect(mark.commits).toBe(0);
    const mac = Buffer.alloc(32, 1).toString('base64');
    writeClinicFile(folder, { ...file, mark: { ...mark, mac } });
    const message = await expectRefusal('database-older', () => unlockClinic(folder, access));
    expect(message).toContain('nobody can tell whether changes are missing');
  });

  test('goes on from where it should have been, where that is accepted', async () => {
    const { folder, database, past, recoveryKey } = await clinicWithPast(3);
    writeFileSync(database, past[1] ?? '');
    const given = { recoveryKey, userName, newPassphrase: 'granite window thirty', kdf };
    const { store } = closing(await recoverClinic(folder, given));
    expect(store.audit.list(3).map(({ action, subject }) => `${action} ${subject}`)).toContain(
      'clinic.accept-loss changes:2',
    );
    const before = readFileSync(path.join(folder, 'clinic.db-mark'), 'utf8');
    // Three that were, and what recovering it wrote.
    expect(before).toMatch(/"commits":[4-9]/);
    expect(findPatients(store).entries).toHaveLength(1);
  });
});

describe('a database', () => {
  test('is whole pages, at least one', async () => {
    const { folder, store } = await newClinic();
    store.close();
    const database = path.join(folder, 'clinic.db');
    const good = readFileSync(database);
    for (const length of [0, 4095, 4097, good.length - 1, good.length + 1]) {
      writeFileSync(database, Buffer.concat([good, good]).subarray(0, length));
      const message = await expectRefusal('database-damaged', () => unlockClinic(folder, access));
      expect(message).toContain(`it has ${length} bytes, which is no whole database`);
    }
    truncateSync(database, 4096);
    const one = await expectRefusal('database-damaged', () => unlockClinic(folder, access));
    expect(one).not.toContain('no whole database');
    rmSync(database);
    const none = await expectRefusal('database-damaged', () => unlockClinic(folder, access));
    expect(none).toContain('clinic.db is missing from the data folder');
  });

  test('with a log beside it may end within a page, as a full disk leaves it', async () => {
    const { folder, database } = await killedClinic();
    appendFileSync(database, Buffer.alloc(100));
    const store = await unlocked(folder);
    expect(findPatients(store).entries).toHaveLength(1);
    store.close();
    expect(statSync(database).size % 4096).toBe(0);
  });

  test('that was not closed is looked at without a trace, and its log is no more once it is opened', async () => {
    const { folder, database } = await killedClinic();
    const before = statSync(`${database}-wal`).size;
    expect(before).toBeGreaterThan(4096);
    const store = await unlocked(folder);
    expect(existsSync(`${database}-shm`)).toBe(false);
    // Nothing may follow what a commit that was broken off left in it.
    expect(statSync(`${database}-wal`).size).toBeLessThan(before);
    store.close();
    expect(readdirSync(folder).filter((name) => name.startsWith('clinic.db-'))).toEqual([
      'clinic.db-mark',
    ]);
  });

  test.each([
    ['because the disk is full is opened all the same', new StoreError('disk-full', 'full'), true],
    ['because it is damaged is not', new StoreError('database-damaged', 'damaged'), false],
    ['by a mistake is not', new TypeError('mistake'), false],
  ])('whose log cannot be emptied %s', async (_, error, isOpened) => {
    const { folder } = await killedClinic();
    const { pragma } = Connection.prototype;
    vi.spyOn(Connection.prototype, 'pragma').mockImplementation(function (
      this: Connection,
      text: string,
    ) {
      if (text === 'wal_checkpoint(TRUNCATE)') throw error;
      return pragma.call(this, text);
    });
    if (!isOpened) {
      await expect(unlockClinic(folder, access)).rejects.toBe(error);
      vi.restoreAllMocks();
    }
    expect(findPatients(await unlocked(folder)).entries).toHaveLength(1);
  });
});

describe('where clinic.json cannot be written', () => {
  const failing = (code: string) => {
    const { renameSync } = fs;
    let isOn = true;
    replaceInFs('renameSync', (from: string, to: string) => {
      if (isOn && to.endsWith('clinic.json'))
        throw Object.assign(new Error(code), { code, path: to });
      renameSync(from, to);
    });
    return () => {
      isOn = false;
    };
  };

  test('because the disk is full, records can be read all the same', async () => {
    const { folder, store } = await newClinic();
    store.patients.enrol(details({ familyName: 'Okafor' }));
    store.close();
    const before = readFileSync(path.join(folder, 'clinic.json'), 'utf8');
    const mend = failing('ENOSPC');
    const opened = await unlocked(folder);
    expect(findPatients(opened).entries).toHaveLength(1);
    expect(readFileSync(path.join(folder, 'clinic.json'), 'utf8')).toBe(before);
    mend();
    opened.close();
    expect(readClinicFile(folder).mark?.session).toBeNull();
  });

  test('because the disk fails, it is not opened', async () => {
    const { folder, store } = await newClinic();
    store.close();
    const mend = failing('EIO');
    await expectRefusal('no-access', () => unlockClinic(folder, access));
    mend();
    await unlocked(folder);
  });

  test('no clinic is made, and nothing of it is left', async () => {
    const folder = temporaryFolder();
    const mend = failing('ENOSPC');
    await expectRefusal('disk-full', () => newClinic(folder));
    mend();
    expect(readdirSync(folder)).toEqual([]);
    expect(readClinicInfo(folder)).toBeNull();
  });
});
