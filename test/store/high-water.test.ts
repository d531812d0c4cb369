import {
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readClinicFile, writeClinicFile } from '../../src/store/clinic-file.ts';
import { Connection } from '../../src/store/connection.ts';
import { HighWater } from '../../src/store/high-water.ts';
import { recoverClinic, unlockClinic } from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  closing,
  dataKeyOf,
  details,
  expectRefusal,
  findPatients,
  kdf,
  newClinic,
  passphrase,
  sha256,
  temporaryFolder,
  userName,
} from './harness.ts';

const second = { name: 'Bo Lind', role: 'clinician', passphrase: 'violet harbour engine' } as const;
const newPassphrase = 'granite window thirty';

/** A clinic of two users whose first patient is in an older copy of the folder, without the second. */
async function clinicWithPast() {
  const { folder, store, recoveryKey } = await newClinic();
  store.patients.enrol(details({ familyName: 'First' }));
  store.close();
  const past = path.join(temporaryFolder(), 'past');
  cpSync(folder, past, { recursive: true });
  const opened = closing(await unlockClinic(folder, { userName, passphrase, kdf }));
  await opened.store.accounts.add(second);
  opened.store.patients.enrol(details({ familyName: 'Second' }));
  opened.store.close();
  return { folder, past, recoveryKey, database: path.join(folder, 'clinic.db') };
}

function fingerprint(folder: string) {
  return readdirSync(folder)
    .sort()
    .map((name) => `${name} ${sha256(readFileSync(path.join(folder, name)))}`);
}

function familyNames(store: Awaited<ReturnType<typeof unlockClinic>>['store']) {
  const found = findPatients(store).entries;
  return found.map(({ patient }) => patient.familyName);
}

describe('a clinic.db in place of the clinic’s own', () => {
  test.each([
    ['of 0 bytes', 'database-damaged', (file: string) => writeFileSync(file, '')],
    ['of 1 byte', 'database-damaged', (file: string) => writeFileSync(file, 'x')],
    ['cut short', 'database-damaged', (file: string) => truncateSync(file, 5 * 4096)],
    ['cut short within a page', 'database-damaged', (file: string) => truncateSync(file, 9999)],
    [
      'that is older',
      'database-older',
      (file: string, past: string) => copyFileSync(path.join(past, 'clinic.db'), file),
    ],
    [
      'of another clinic',
      'database-damaged',
      async (file: string) => {
        const other = await newClinic();
        other.store.close();
        copyFileSync(path.join(other.folder, 'clinic.db'), file);
      },
    ],
  ] as const)('%s is refused, and no file is touched', async (_, code, replace) => {
    const { folder, past, database } = await clinicWithPast();
    await replace(database, past);
    const before = fingerprint(folder);
    for (const user of [
      { userName, passphrase },
      { userName: second.name, passphrase: second.passphrase },
    ]) {
      const message = await expectRefusal(code, () => unlockClinic(folder, user));
      expect(message).toMatch(/restore (the clinic|it) from a backup/i);
    }
    expect(fingerprint(folder)).toEqual(before);
  });

  test('and the clinic’s own opens afterwards for every user', async () => {
    const { folder, past, database } = await clinicWithPast();
    const own = readFileSync(database);
    copyFileSync(path.join(past, 'clinic.db'), database);
    await expectRefusal('database-older', () => unlockClinic(folder, { userName, passphrase }));
    writeFileSync(database, own);
    const user = { userName: second.name, passphrase: second.passphrase };
    const { store } = closing(await unlockClinic(folder, user));
    expect(familyNames(store)).toEqual(['First', 'Second']);
  });
});

test('of an older copy it is said how many changes are missing', async () => {
  const { folder, past, database } = await clinicWithPast();
  copyFileSync(path.join(past, 'clinic.db'), database);
  const message = await expectRefusal('database-older', () =>
    unlockClinic(folder, { userName, passphrase }),
  );
  expect(message).toContain('the last 2 changes are missing');
});

test('and since when, and until when changes were made', async () => {
  let now = new Date('2026-03-01T10:20:00Z');
  const clock = () => now;
  const { folder, store } = await newClinic(temporaryFolder(), clock);
  store.close();
  const database = path.join(folder, 'clinic.db');
  const past = readFileSync(database);
  now = new Date('2026-03-04T16:30:00Z');
  const opened = closing(await unlockClinic(folder, { userName, passphrase, clock }));
  opened.store.patients.enrol(details({ familyName: 'Second' }));
  opened.store.close();
  writeFileSync(database, past);
  const message = await expectRefusal('database-older', () =>
    unlockClinic(folder, { userName, passphrase }),
  );
  expect(message).toMatch(/as it was on 1 March 2026 at .*; the last change was made on 4 March/);
});

test('both files put back from an older copy are found by the mark beside them, also after closing', async () => {
  const { folder, past, recoveryKey } = await clinicWithPast();
  for (const name of ['clinic.db', 'clinic.json'])
    copyFileSync(path.join(past, name), path.join(folder, name));
  const message = await expectRefusal('database-older', () =>
    unlockClinic(folder, { userName, passphrase }),
  );
  expect(message).toContain('the last 2 changes are missing');
  const { store } = closing(
    await recoverClinic(folder, { recoveryKey, userName, newPassphrase, kdf }),
  );
  expect(familyNames(store)).toEqual(['First']);
  store.close();
  // What was given up does not pass for newer than what came after.
  closing(await unlockClinic(folder, { userName, passphrase: newPassphrase })).store.close();
  expect(readClinicFile(folder).mark?.commits).toBeGreaterThan(2);
});

test('a copy of the whole folder opens', async () => {
  const { past } = await clinicWithPast();
  const { store } = closing(await unlockClinic(past, { userName, passphrase }));
  expect(familyNames(store)).toEqual(['First']);
});

test('a log of entries that was written anew does not fit the mark', async () => {
  const { folder, store } = await newClinic();
  store.patients.enrol(details({ familyName: 'First' }));
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  connection.script(`DROP TRIGGER audit_entry_is_final;
    UPDATE audit_entry SET hash = zeroblob(32) WHERE seq = (SELECT max(seq) FROM audit_entry)`);
  connection.close();
  const message = await expectRefusal('database-older', () =>
    unlockClinic(folder, { userName, passphrase }),
  );
  expect(message).toContain('audit log is not the one that was written last');
});

test('whoever has the recovery key may go on with an older copy, and the audit log tells it', async () => {
  const { folder, past, database, recoveryKey } = await clinicWithPast();
  copyFileSync(path.join(past, 'clinic.db'), database);
  const given = { recoveryKey, userName, newPassphrase, kdf };
  const { store } = closing(await recoverClinic(folder, given));
  expect(store.audit.list(1)).toMatchObject([
    { action: 'clinic.accept-loss', subject: 'changes:2' },
  ]);
  expect(familyNames(store)).toEqual(['First']);
  store.close();
  closing(await unlockClinic(folder, { userName, passphrase: newPassphrase })).store.close();
  // The later user's slot is kept, should the newer database be found; nobody is let in by it.
  const later = { userName: second.name, passphrase: second.passphrase };
  expect(await expectRefusal('not-found', () => unlockClinic(folder, later))).toContain(
    'add this user',
  );
  expect(readClinicFile(folder).users).toHaveLength(2);
});

test('a mark that the clinic’s key did not make, or none where there was one, does not help an older copy', async () => {
  const { folder, past, database } = await clinicWithPast();
  copyFileSync(path.join(past, 'clinic.db'), database);
  const file = readClinicFile(folder);
  const { mark, ...unmarked } = file;
  if (!mark) throw new Error('no mark');
  for (const forged of [unmarked, { ...file, mark: { ...mark, commits: 0 } }]) {
    writeClinicFile(folder, forged);
    await expectRefusal('database-older', () => unlockClinic(folder, { userName, passphrase }));
  }
});

describe('after a kill', () => {
  /** The folder of a clinic that nobody closed, after `names` were enrolled in its last session. */
  async function killedClinic(names: readonly string[]) {
    const { folder, store, recoveryKey } = await newClinic();
    for (const familyName of names) store.patients.enrol(details({ familyName }));
    const killed = path.join(temporaryFolder(), 'killed');
    cpSync(folder, killed, { recursive: true });
    store.close();
    return { folder: killed, log: path.join(killed, 'clinic.db-wal'), recoveryKey };
  }
  const names = Array.from(
    { length: 12 },
    (_, index) => `Patient ${String.fromCharCode(65 + index)}`,
  );

  test('everything that was acknowledged is there', async () => {
    const { folder } = await killedClinic(names);
    const { store } = closing(await unlockClinic(folder, { userName, passphrase }));
    expect(familyNames(store)).toEqual(names);
  });

  test('one flipped bit anywhere in the log is refused with the number of changes that are missing', async () => {
    const { folder, log } = await killedClinic(names);
    const good = readFileSync(log);
    const missing = new Set<number>();
    for (let offset = 3; offset < good.length; offset += Math.ceil(good.length / 60)) {
      const bad = Buffer.from(good);
      bad.writeUInt8(bad.readUInt8(offset) ^ 4, offset);
      writeFileSync(log, bad);
      const before = fingerprint(folder);
      const message = await expectRefusal('database-older', () =>
        unlockClinic(folder, { userName, passphrase }),
      );
      missing.add(Number(/last (\d*) ?changes? (?:is|are) missing/.exec(message)?.[1] || 1));
      expect(fingerprint(folder)).toEqual(before);
    }
    expect([...missing].sort((a, b) => a - b)).toEqual(names.map((_, index) => index + 1));
    writeFileSync(log, good);
    const { store } = closing(await unlockClinic(folder, { userName, passphrase }));
    expect(familyNames(store)).toEqual(names);
  });

  test('a log that was removed or cut short is refused', async () => {
    const { folder, log } = await killedClinic(names);
    truncateSync(log, readFileSync(log).length - 1);
    await expectRefusal('database-older', () => unlockClinic(folder, { userName, passphrase }));
    rmSync(log);
    await expectRefusal('database-older', () => unlockClinic(folder, { userName, passphrase }));
  });

  test('a log stays as it is beside a database that was emptied or cut short, which is refused', async () => {
    const { folder, log } = await killedClinic(names);
    const before = readFileSync(log);
    for (const bytes of [4095, 0]) {
      truncateSync(path.join(folder, 'clinic.db'), bytes);
      const message = await expectRefusal('database-damaged', () =>
        unlockClinic(folder, { userName, passphrase }),
      );
      expect(message).toContain(`it has ${bytes} bytes`);
      expect(readFileSync(log).equals(before)).toBe(true);
    }
  });

  test('the recovery key opens what the damaged log still gives, and keeps the log aside', async () => {
    const { folder, log, recoveryKey } = await killedClinic(names);
    const bad = readFileSync(log);
    bad.writeUInt8(bad.readUInt8(bad.length - 9) ^ 1, bad.length - 9);
    writeFileSync(log, bad);
    const given = { recoveryKey, userName, newPassphrase, kdf };
    const { store } = closing(await recoverClinic(folder, given));
    expect(familyNames(store)).toEqual(names.slice(0, -1));
    const aside = readdirSync(folder).filter((name) => name.includes('-wal.set-aside-'));
    expect(aside.map((name) => readFileSync(path.join(folder, name)).equals(bad))).toEqual([true]);
  });

  test('what stands behind the damage goes before anything follows it, and is not taken for damage again', async () => {
    const { folder, log, recoveryKey } = await killedClinic(names);
    const bad = readFileSync(log);
    const at = Math.floor(bad.length / 4);
    bad.writeUInt8(bad.readUInt8(at) ^ 1, at);
    writeFileSync(log, bad);
    const given = { recoveryKey, userName, newPassphrase, kdf };
    const { store } = closing(await recoverClinic(folder, given));
    store.patients.enrol(details({ familyName: 'Since' }));
    const left = familyNames(store);
    expect(left.length).toBeLessThan(names.length - 2);
    const again = path.join(temporaryFolder(), 'again');
    cpSync(folder, again, { recursive: true });
    store.close();
    const opened = closing(await unlockClinic(again, { userName, passphrase: newPassphrase }));
    expect(familyNames(opened.store)).toEqual(left);
  });

  test.each([0, 512])('a note that a power cut tore costs no record (%i)', async (at) => {
    const { folder } = await killedClinic(names);
    const mark = path.join(folder, 'clinic.db-mark');
    const notes = readFileSync(mark);
    expect(notes).toHaveLength(1024);
    notes.fill(0, at + 200, at + 512);
    writeFileSync(mark, notes);
    const { store } = closing(await unlockClinic(folder, { userName, passphrase }));
    expect(familyNames(store)).toEqual(names);
  });

  test.each([
    ['removed', (file: string) => rmSync(file)],
    ['emptied', (file: string) => writeFileSync(file, '')],
    ['damaged', (file: string) => writeFileSync(file, readFileSync(file).fill(0x20, 100, 900))],
  ])('a mark that was %s does not let the log be cut', async (_, harm) => {
    const { folder, log, recoveryKey } = await killedClinic(names);
    harm(path.join(folder, 'clinic.db-mark'));
    rmSync(log);
    const message = await expectRefusal('database-older', () =>
      unlockClinic(folder, { userName, passphrase }),
    );
    expect(message).toContain('nobody can tell whether changes are missing');
    const given = { recoveryKey, userName, newPassphrase, kdf };
    const { store } = closing(await recoverClinic(folder, given));
    expect(store.audit.list(1)).toMatchObject([
      { action: 'clinic.accept-loss', subject: 'changes:unknown' },
    ]);
  });

  test('a crash while the clinic is being opened leaves a mark that counts', async () => {
    const { folder } = await killedClinic(names);
    const unlocked = readFileSync(path.join(folder, 'clinic.json'));
    closing(await unlockClinic(folder, { userName, passphrase })).store.close();
    // The new session's note was written, clinic.json was not yet.
    writeFileSync(path.join(folder, 'clinic.json'), unlocked);
    const { store } = closing(await unlockClinic(folder, { userName, passphrase }));
    expect(familyNames(store)).toEqual(names);
  });

  describe('and a power cut that left the mark behind', () => {
    /** As `killedClinic`, but the notes are those of when nobody had been enrolled yet. */
    async function cutClinic() {
      const { folder, store } = await newClinic();
      const notes = readFileSync(path.join(folder, 'clinic.db-mark'));
      for (const familyName of names) store.patients.enrol(details({ familyName }));
      const cut = path.join(temporaryFolder(), 'cut');
      cpSync(folder, cut, { recursive: true });
      store.close();
      writeFileSync(path.join(cut, 'clinic.db-mark'), notes);
      return { folder: cut, log: path.join(cut, 'clinic.db-wal') };
    }

    test('everything that the log holds is there', async () => {
      const { folder } = await cutClinic();
      const { store } = closing(await unlockClinic(folder, { userName, passphrase }));
      expect(familyNames(store)).toEqual(names);
    });

    test('damage that a later commit stands behind is told, with how many changes it hides', async () => {
      const { folder, log } = await cutClinic();
      const good = readFileSync(log);
      const frames = Math.floor((good.length - 32) / 4120);
      const commits = Array.from({ length: frames }, (_, n) => n).filter(
        (n) => good.readUInt32BE(32 + n * 4120 + 4) !== 0,
      );
      expect(commits).toHaveLength(names.length);
      for (let frame = 0; frame < frames; frame++) {
        const bad = Buffer.from(good);
        const offset = 32 + frame * 4120 + ((frame * 977) % 4120);
        bad.writeUInt8(bad.readUInt8(offset) ^ 16, offset);
        writeFileSync(log, bad);
        const outcome = await unlockClinic(folder, { userName, passphrase }).then(
          ({ store }) => {
            const found = familyNames(store).length;
            store.close();
            return `opened with ${found}`;
          },
          (error: unknown) => (error instanceof Error ? error.message : ''),
        );
        const hidden = commits.filter((n) => n >= frame).length;
        // Of the last commit nobody but the mark knows that it was acknowledged.
        if (hidden === 1) expect(outcome).toBe(`opened with ${names.length - 1}`);
        else expect(outcome).toMatch(/clinic\.db-wal is damaged/);
        if (hidden === 1) break;
      }
    });

    test('damage to the head of the log is told', async () => {
      const { folder, log } = await cutClinic();
      const good = readFileSync(log);
      for (let offset = 0; offset < 32; offset++) {
        const bad = Buffer.from(good);
        bad.writeUInt8(bad.readUInt8(offset) ^ 2, offset);
        writeFileSync(log, bad);
        const message = await expectRefusal('database-older', () =>
          unlockClinic(folder, { userName, passphrase }),
        );
        expect(message).toContain('clinic.db-wal is damaged');
      }
    });
  });

  test('a transaction that was undone leaves frames in the log that are no damage', async () => {
    const { folder, store } = await newClinic();
    const pixels = new Uint8Array(90 * 2 ** 20).fill(7);
    const patient = store.patients.enrol(details({ familyName: 'First' }));
    const lesion = addLesion(store, patient.id);
    // More than the cache holds, so that it is written before it is undone.
    expect(() =>
      store.transaction(() => {
        addImage(store, lesion.id, pixels);
        throw new Error('undone');
      }),
    ).toThrow('undone');
    store.patients.enrol(details({ familyName: 'Second' }));
    const killed = path.join(temporaryFolder(), 'killed');
    cpSync(folder, killed, { recursive: true });
    store.close();
    expect(statSync(path.join(killed, 'clinic.db-wal')).size).toBeGreaterThan(2 ** 20);
    const again = closing(await unlockClinic(killed, { userName, passphrase }));
    expect(familyNames(again.store)).toEqual(['First', 'Second']);
  });
});

test('a clinic from before there were marks opens, and has one from then on', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const { mark: _, ...unmarked } = readClinicFile(folder);
  writeClinicFile(folder, unmarked);
  const { store: opened } = closing(await unlockClinic(folder, { userName, passphrase }));
  opened.patients.enrol(details({ familyName: 'First' }));
  opened.close();
  expect(readClinicFile(folder).mark).toMatchObject({ commits: 1, session: null });
  expect(readdirSync(folder)).toEqual([
    'clinic.db',
    'clinic.db-mark',
    'clinic.json',
    'failed-unlocks.json',
  ]);
});

test.each([0, 512])(
  'a mark that goes on under another key holds though a power cut tore one of its notes (%i)',
  (at) => {
    const file = path.join(temporaryFolder(), 'clinic.db-mark');
    const [former, next] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const hash = Buffer.alloc(32, 3).toString('base64');
    const head = { seq: 3, hash, at: '2026-03-01T10:20:00.000Z' };
    const water = new HighWater(file, 'clinic', former);
    const before = water.begin(7, head);
    const mark = water.changeKey(next);
    water.abandon();
    const notes = readFileSync(file);
    notes.fill(0, at + 100, at + 512);
    writeFileSync(file, notes);
    expect(new HighWater(file, 'clinic', next).proven(mark)).toEqual({ commits: 7, head });
    expect(new HighWater(file, 'clinic', former).proven(before)).toBeUndefined();
  },
);
