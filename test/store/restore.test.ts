import { randomBytes } from 'node:crypto';
import fs, {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import fsPromises, { type FileHandle, open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  blockBytes,
  type Manifest,
  readManifest,
  writeManifest,
} from '../../src/store/backup/manifest.ts';
import { manifestFile } from '../../src/store/backup/medium.ts';
import { BackupKeys } from '../../src/store/backup/seal.ts';
import { clinicFileText, parseClinicFile, readClinicFile } from '../../src/store/clinic-file.ts';
import { Connection } from '../../src/store/connection.ts';
import {
  type BackupAccess,
  createClinic,
  listBackups,
  listSetAside,
  proveBackup,
  restoreBackup,
  unlockClinic,
  verifyBackup,
} from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  closing,
  dataKeyOf,
  details,
  expectRefusal,
  findPatients,
  kdf,
  mistyped,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';
import { openFiles, watchDisk } from './watched-disk.ts';

const access = { userName, passphrase };
const clinician = { userName: 'Clinician', passphrase };
let made: string;
let id: string;
let recoveryKey: string;
let dataKey: Buffer;
let clinicId: string;

/** One clinic, backed up once; each test has copies. */
beforeAll(async () => {
  made = mkdtempSync(path.join(tmpdir(), 'dermaspike-restore-'));
  const folder = path.join(made, 'data', 'clinic');
  const given = { clinicName: 'Hautklinik am See', demo: false, userName, passphrase, kdf };
  const clinic = await createClinic(folder, given);
  const { store } = clinic;
  ({ recoveryKey } = clinic);
  await store.accounts.add({ name: clinician.userName, role: 'clinician', passphrase });
  const patient = store.patients.enrol(details({ familyName: 'Before' }));
  addImage(store, addLesion(store, patient.id).id, randomBytes(600_000));
  ({ id } = await store.backUp(path.join(made, 'medium'), '1.2.3'));
  store.patients.enrol(details({ familyName: 'Later' }));
  store.close();
  dataKey = await dataKeyOf(folder);
  ({ clinicId } = readClinicFile(folder));
});
afterAll(() => rmSync(made, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

let data: string;
let medium: string;
const clinic = () => path.join(data, 'clinic');
beforeEach(() => {
  data = temporaryFolder();
  medium = path.join(temporaryFolder(), 'medium');
  cpSync(path.join(made, 'data'), data, { recursive: true });
  cpSync(path.join(made, 'medium'), medium, { recursive: true });
});

const unlocked = async (folder = clinic()) => closing(await unlockClinic(folder, access)).store;
const familyNames = async (folder?: string) =>
  findPatients(await unlocked(folder))
    .entries.map(({ patient }) => patient.familyName)
    .sort();
const restore = (given: Partial<Parameters<typeof restoreBackup>[2]> = {}, into = data) =>
  restoreBackup(into, medium, { access, ...given });
const scratch = () => path.join(data, 'proof');
const prove = (given: Partial<Parameters<typeof proveBackup>[2]> = {}) =>
  proveBackup(medium, scratch(), { access, ...given });
const packOf = () => {
  const name = readdirSync(medium).find((each) => each.endsWith('.blocks'));
  return path.join(medium, name ?? '');
};
const proofOf = async () => (await listBackups(medium))[0]?.proof?.whole ?? null;
const keys = () => new BackupKeys(clinicId, dataKey);
/** Has the backup's list say something else, under the clinic's own key. */
async function rewriteList(change: (manifest: Manifest) => Partial<Manifest>): Promise<void> {
  const file = manifestFile(medium, id);
  const read = await readManifest(file, keys());
  const { check: _, ...head } = read.head as Manifest['head'] & { check?: string };
  const manifest = { ...read, head };
  await writeManifest(file, keys(), { ...manifest, ...change(manifest) });
}
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .map((name) => [name, readFileSync(path.join(folder, name)).toString('base64')]);

describe('who may restore', () => {
  test('over a clinic that is there: its administrators in the backup and the recovery key, nobody else', async () => {
    const before = filesOf(data);
    await expectRefusal('no-access', () => restore({ access: clinician }));
    expect(filesOf(data)).toEqual(before);
    await restore({ access: { recoveryKey } });
    expect(await familyNames()).toEqual(['Before']);
    const again = temporaryFolder();
    cpSync(path.join(made, 'data'), again, { recursive: true });
    await restore({}, again);
    expect(await familyNames(path.join(again, 'clinic'))).toEqual(['Before']);
  });

  test('on a computer without a clinic: whoever the backup opens for', async () => {
    const elsewhere = temporaryFolder();
    await restore({ access: clinician }, elsewhere);
    expect(await familyNames(path.join(elsewhere, 'clinic'))).toEqual(['Before']);
  });

  test('is nobody whom the backup does not know, nor by a wrong recovery key', async () => {
    for (const wrong of [
      { userName: 'Nobody', passphrase },
      { userName, passphrase: 'another orchard lantern' },
    ])
      await expectRefusal('wrong-passphrase', () => restore({ access: wrong }));
    const other = mistyped(recoveryKey);
    await expectRefusal('wrong-recovery-key', () => restore({ access: { recoveryKey: other } }));
    expect(await familyNames()).toEqual(['Before', 'Later']);
  });

  test('is whoever had a passphrase or the recovery key before or after a change of keys that was under way', async () => {
    const own = parseClinicFile((await listBackups(medium))[0]?.keys ?? '');
    // A slot of which nothing opens: the other one has to.
    const { users, recovery } = own;
    const gone = { users: [], recovery: { ...recovery, salt: users[0]?.salt ?? '' } };
    const mark = own.mark ?? { commits: 1 };
    const { format: _, cipher: __, ...content } = own;
    for (const [where, text] of [
      ['before', { ...content, pending: { ...gone, change: id, mark } }],
      ['after', { ...content, ...gone, pending: { users, recovery, change: id, mark } }],
    ] as const) {
      await rewriteList(({ head }) => ({
        head: { ...head, keys: clinicFileText(text as typeof content) },
      }));
      for (const each of [access, clinician, { recoveryKey }] as BackupAccess[])
        expect((await verifyBackup(medium, { access: each })).damages, where).toEqual([]);
    }
  });
});

describe('restoring', () => {
  test('is refused before any passphrase where the clinic is open, and where it was opened meanwhile', async () => {
    const opened = closing(await unlockClinic(clinic(), access)).store;
    const wrong = { userName, passphrase: 'another orchard lantern' };
    await expectRefusal('database-in-use', () => restore({ access: wrong }));
    opened.close();
    const connection: { current?: Connection } = {};
    await expectRefusal('database-in-use', () =>
      restore({
        onProgress: () => {
          connection.current ??= Connection.open(path.join(clinic(), 'clinic.db'), dataKey);
        },
      }),
    );
    connection.current?.close();
    expect(await familyNames()).toEqual(['Before', 'Later']);
    expect(readdirSync(path.join(data, 'set-aside'))).toEqual([]);
  });

  test('first finishes one that a crash cut short', async () => {
    // Two renames, of which the first was done.
    mkdirSync(path.join(data, 'set-aside'));
    const copyId = '01980000-0000-7000-8000-000000000001';
    fs.renameSync(clinic(), path.join(data, 'set-aside', copyId));
    const replaced = {
      ...{ id: '01980000-0000-7000-8000-000000000002', madeAt: '2026-03-01T10:00:00.000Z' },
      ...{ why: 'replaced', program: '1', database: 1, sizeBytes: 0 },
    };
    writeFileSync(path.join(data, 'putting-back.json'), JSON.stringify({ copyId, replaced }));
    await expectRefusal('wrong-passphrase', () =>
      restore({ access: { userName, passphrase: 'another orchard lantern' } }),
    );
    expect(readdirSync(path.join(data, 'set-aside'))).toEqual([]);
    expect(await familyNames()).toEqual(['Before', 'Later']);
  });

  test('sets the clinic aside as replaced, leaves two files and a note of where it came from, for this user alone', async () => {
    const shares: number[] = [];
    const verdict = await restore({ onProgress: (share) => shares.push(share) });
    expect(verdict).toMatchObject({ backup: { id }, damages: [], auditIntact: true });
    expect(listSetAside(path.join(data, 'set-aside'))).toMatchObject([{ why: 'replaced' }]);
    expect(readdirSync(clinic()).sort()).toEqual(['clinic.db', 'clinic.json', 'restored.json']);
    if (process.platform !== 'win32')
      expect(statSync(path.join(clinic(), 'clinic.db')).mode & 0o777).toBe(0o600);
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.toSorted((one, other) => one - other)).toEqual(shares);
    expect(shares.at(-1)).toBe(1);
    const store = await unlocked();
    expect(store.audit.list(5)).toContainEqual(
      expect.objectContaining({ action: 'backup.restore', subject: `backup:${id}` }),
    );
  });

  test('of a clinic whose database is gone keeps what is left of it, and takes its place', async () => {
    rmSync(path.join(clinic(), 'clinic.db'));
    const left = readFileSync(path.join(clinic(), 'clinic.json'));
    await restore();
    expect(await familyNames()).toEqual(['Before']);
    const [aside = ''] = readdirSync(data).filter((name) => name.startsWith('clinic.set-aside-'));
    expect(readFileSync(path.join(data, aside, 'clinic.json')).equals(left)).toBe(true);
    expect(listSetAside(path.join(data, 'set-aside'))).toEqual([]);
  });

  test('that fails in its last step leaves what it made among the copies, and the clinic as it was', async () => {
    mkdirSync(path.join(data, 'putting-back.json.tmp'));
    await expect(restore()).rejects.toThrow();
    rmSync(path.join(data, 'putting-back.json.tmp'), { recursive: true, force: true });
    const [copy, ...more] = listSetAside(path.join(data, 'set-aside'));
    expect(copy).toMatchObject({ why: 'update', program: '1.2.3' });
    expect(more).toEqual([]);
    const folder = path.join(data, 'set-aside', copy?.id ?? '');
    expect(copy?.sizeBytes).toBe(statSync(path.join(folder, 'clinic.db')).size);
    expect(await familyNames()).toEqual(['Before', 'Later']);
    expect(await familyNames(folder)).toEqual(['Before']);
  });

  test('that is stopped or finds damage leaves nothing of it, and the clinic as it was', async () => {
    const before = filesOf(data);
    const stop = new AbortController();
    const stopped = restore({ signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(filesOf(data)).toEqual(before);
    expect(readdirSync(path.join(data, 'set-aside'))).toEqual([]);
    const bytes = readFileSync(packOf());
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    writeFileSync(packOf(), bytes);
    await expect(restore()).rejects.toMatchObject({
      code: 'backup-damaged',
      message: expect.stringContaining('pages 1 to 32.'),
    });
    expect(filesOf(data)).toEqual(before);
    expect(readdirSync(path.join(data, 'set-aside'))).toEqual([]);
  });

  test('needs room for the database and eight MiB beside it', async () => {
    const [backup] = await listBackups(medium);
    const needed = (backup?.sizeBytes ?? 0) + 8 * 2 ** 20;
    let freeBytes = needed - 512;
    const statfs = vi.spyOn(fsPromises, 'statfs');
    statfs.mockImplementation((async () => ({ bavail: freeBytes / 512, bsize: 512 })) as never);
    syncBuiltinESMExports();
    const mb = (bytes: number) => Math.ceil(bytes / 1e6);
    const message = await expectRefusal('disk-full', () => restore());
    expect(message).toContain(`${mb(freeBytes)} MB free, and ${mb(needed)} MB are needed`);
    freeBytes = needed;
    await restore();
  });

  test.skipIf(process.platform !== 'linux')(
    'has the database on the disk before its keys, and closes every file',
    async () => {
      const before = openFiles();
      const seen = await watchDisk(data);
      await restore();
      const names = seen.map((name) => path.basename(name));
      const at = names.indexOf('clinic.db');
      expect(at).toBeGreaterThanOrEqual(0);
      expect(names.indexOf('clinic.json.tmp')).toBeGreaterThan(at);
      expect(openFiles()).toBe(before);
    },
  );
});

describe('proving', () => {
  test('leaves no key and nothing of what it restored, and notes that it is whole', async () => {
    const opens = vi.spyOn(Connection, 'openReadOnly');
    const forget = vi.spyOn(BackupKeys.prototype, 'forget');
    const before = openFiles();
    const verdict = await prove();
    expect(verdict).toMatchObject({ auditIntact: true, damages: [], contents: { patients: 1 } });
    const [, key] = opens.mock.calls[0] ?? [];
    expect(key && Buffer.from(key).equals(Buffer.alloc(32))).toBe(true);
    expect(forget).toHaveBeenCalledOnce();
    expect(existsSync(scratch())).toBe(false);
    expect(await proofOf()).toBe(true);
    if (process.platform === 'linux') expect(openFiles()).toBe(before);
  });

  test('finds a backup damaged whose content is not what its list says, though every block is whole', async () => {
    await rewriteList(({ contents }) => ({
      contents: { ...contents, patients: contents.patients + 1 },
    }));
    expect((await verifyBackup(medium, { access })).damages).toEqual([]);
    await expect(prove()).rejects.toMatchObject({
      code: 'backup-damaged',
      message: expect.stringContaining('counts or the audit log differ'),
    });
    expect(await proofOf()).toBe(false);
    expect(existsSync(scratch())).toBe(false);
  });

  test('tells that the audit log does not fit the records, of which the backup is whole', async () => {
    const beneath = Connection.open(path.join(clinic(), 'clinic.db'), dataKey);
    beneath.allowWriting();
    beneath.script("UPDATE patient SET note = 'changed' WHERE family_name = 'Before'");
    beneath.close();
    const store = await unlocked();
    medium = path.join(temporaryFolder(), 'medium');
    await store.backUp(medium, '1');
    expect(await prove()).toMatchObject({ auditIntact: false, damages: [] });
    expect(await proofOf()).toBe(true);
  });
});

describe('looking through a backup', () => {
  const sealed = blockBytes + 28;
  const look = () => verifyBackup(medium, { access });
  const damagedAt = (...blocks: number[]) => {
    const bytes = readFileSync(packOf());
    for (const block of blocks) bytes[block * sealed + 40] = (bytes[block * sealed + 40] ?? 0) ^ 1;
    writeFileSync(packOf(), bytes);
  };

  test('says nothing of a whole one, and does not call it proven', async () => {
    const shares: number[] = [];
    const before = openFiles();
    const verdict = await verifyBackup(medium, {
      access,
      onProgress: (share) => shares.push(share),
    });
    expect(verdict).toMatchObject({ damages: [], auditIntact: null, backup: { id } });
    expect(await proofOf()).toBeNull();
    const { sizeBytes } = verdict.backup;
    const blocks = Math.ceil(sizeBytes / blockBytes);
    expect(shares).toEqual(
      Array.from({ length: blocks }, (_, n) => Math.min(1, ((n + 1) * blockBytes) / sizeBytes)),
    );
    if (process.platform === 'linux') expect(openFiles()).toBe(before);
  });

  test('names each damaged block by its place and the pages that it held, and notes that', async () => {
    const { backup } = await look();
    const last = Math.ceil(backup.sizeBytes / blockBytes) - 1;
    damagedAt(0, 2, last);
    const file = packOf();
    expect((await look()).damages).toEqual([
      { file, at: 0, firstPage: 1, lastPage: 32 },
      { file, at: 2 * sealed, firstPage: 65, lastPage: 96 },
      { file, at: last * sealed, firstPage: last * 32 + 1, lastPage: backup.sizeBytes / 4096 },
    ]);
    expect(await proofOf()).toBe(false);
  });

  test('of one block is noted too', async () => {
    damagedAt(1);
    expect((await look()).damages).toHaveLength(1);
    expect(await proofOf()).toBe(false);
  });

  test('names every block of a file that is gone, and those that the disk cannot read', async () => {
    const probe = await open(packOf());
    const handles: FileHandle = Object.getPrototypeOf(probe);
    await probe.close();
    const { read } = handles;
    const failing = (error: unknown) => {
      vi.restoreAllMocks();
      vi.spyOn(handles, 'read').mockImplementation(async function (this: FileHandle, ...given) {
        const [, , length, position] = given as unknown as [unknown, unknown, number, number];
        if (length > 2 ** 16 && position === 2 * sealed) throw error;
        return read.apply(this, given as never) as never;
      } as typeof read);
    };
    const coded = (code: string) => Object.assign(new Error(code), { code });
    failing(coded('EIO'));
    expect((await look()).damages).toMatchObject([{ firstPage: 65 }]);
    for (const error of [coded('ENOMEM'), new Error('EIO'), 'EIO']) {
      failing(error);
      await expect(look()).rejects.toBe(error);
    }
    vi.restoreAllMocks();
    const pack = packOf();
    rmSync(pack);
    const { damages, backup } = await look();
    expect(damages).toHaveLength(Math.ceil(backup.sizeBytes / blockBytes));
    // One that cannot be opened for another reason is not called gone.
    symlinkSync(pack, pack);
    await expect(look()).rejects.toMatchObject({ code: 'ELOOP' });
  });

  test('finds a list damaged that has fewer blocks than the database', async () => {
    await rewriteList(({ head }) => ({
      head: { ...head, sizeBytes: head.sizeBytes + blockBytes },
    }));
    await expect(look()).rejects.toMatchObject({
      code: 'backup-damaged',
      message: expect.stringContaining('too short'),
    });
  });

  test('does not take a whole block of another place for the one that is named', async () => {
    const bytes = readFileSync(packOf());
    const swapped = Buffer.from(bytes);
    bytes.copy(swapped, 0, sealed, 2 * sealed);
    writeFileSync(packOf(), swapped);
    expect((await look()).damages).toMatchObject([{ at: 0 }]);
  });
});
