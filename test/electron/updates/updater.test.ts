import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { previousOf } from '../../../electron/updates/app-image.ts';
import type { Installed } from '../../../electron/updates/installed.ts';
import { Updater } from '../../../electron/updates/updater.ts';
import { patientDetails, patientListView } from '../../../src/clinic/entities/index.ts';
import { serve } from '../../../src/processes/channel.ts';
import type { UpdateProgress } from '../../../src/processes/desktop-page.ts';
import { linkedPair } from '../../../src/processes/link.ts';
import { assertMayCall } from '../../../src/station/access.ts';
import { Broadcast } from '../../../src/station/changes.ts';
import { Clinics } from '../../../src/station/clinics.ts';
import { copyProcedures } from '../../../src/station/contract/copies.ts';
import { stationErrorCodes, type Topic } from '../../../src/station/contract/index.ts';
import { copyHandlers } from '../../../src/station/handlers/copies.ts';
import { Session } from '../../../src/station/session.ts';
import { loadMigrations } from '../../../src/store/index.ts';
import { Maker } from '../../interchange/updates/made-updates.ts';
import { mountSmallDisk } from '../../small-disk.ts';

const database = loadMigrations().length;
const [userName, passphrase] = ['Dr. Ada Grün', 'copper lantern orchard'];
const maker = new Maker();
const newProgram = randomBytes(1_500_000);
const oldProgram = randomBytes(1_000_000);

let folder: string;
let data: string;
let image: string;
let session: Session;
let progress: UpdateProgress[];
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-updater-'));
  data = path.join(folder, 'data');
  image = path.join(folder, 'Dermaspike.AppImage');
  writeFileSync(image, oldProgram, { mode: 0o755 });
  progress = [];
  session = new Session(new Clinics(data));
  await session.create('Hautklinik', userName, passphrase);
  enrol('Before');
});
afterEach(() => {
  session.lock();
  rmSync(folder, { recursive: true });
});

const enrol = (familyName: string) =>
  session.store.patients.enrol(patientDetails.parse({ familyName }));
const patients = () =>
  session.store.patientList
    .page({ ...patientListView.parse({}), text: '', after: null, limit: 10 })
    .entries.map(({ patient }) => patient.familyName)
    .sort();

/** The station's side of a connection, as far as updates need it. */
function openConnection() {
  const [near, far] = linkedPair();
  const context = {
    dataFolder: data,
    session,
    changed: new Broadcast<readonly Topic[]>(),
  };
  serve(far, copyProcedures, copyHandlers(context, '1.2.0'), {
    codes: stationErrorCodes,
    admit: ({ callers }) => assertMayCall(session, callers),
    onInternalError: (_, error) => console.error(error),
  });
  return near;
}

const asImage: Installed = {
  version: '1.2.0',
  platform: 'linux',
  arch: 'x64',
  kind: 'appimage',
  database,
  file: '',
};
const updaterOf = (program: Partial<Installed> = {}) =>
  new Updater({
    program: { ...asImage, file: image, ...program },
    keys: [maker.key],
    folder: path.join(data, 'updates'),
    openConnection,
    onProgress: (told) => progress.push(told),
  });
const make = (wanted: Parameters<Maker['make']>[1] = {}) =>
  maker.make(folder, { content: newProgram, database: database + 1, ...wanted });
const copies = () => {
  try {
    return readdirSync(path.join(data, 'set-aside'));
  } catch {
    return [];
  }
};

describe('an AppImage', () => {
  test('is replaced whole after a copy of the clinic was set aside, and stays beside as the one before', async () => {
    const updater = updaterOf();
    const file = await make();
    expect(await updater.prove(file)).toEqual({
      outcome: 'proved',
      update: {
        version: '1.3.0',
        notes: 'Finds more, asks less.',
        sizeBytes: newProgram.length,
        madeAt: '2026-11-27T10:00:00.000Z',
        signedBy: maker.key.fingerprint,
        changesDatabase: true,
      },
    });
    expect(copies()).toEqual([]);
    expect(await updater.install()).toEqual({
      outcome: 'installed',
      version: '1.3.0',
      next: 'restart',
      file: image,
      command: null,
    });
    expect(readFileSync(image).equals(newProgram)).toBe(true);
    expect(statSync(image).mode & 0o777).toBe(0o755);
    expect(readFileSync(previousOf(image)).equals(oldProgram)).toBe(true);
    expect(copies()).toHaveLength(1);
    expect([...new Set(progress.map(({ stage }) => stage))]).toEqual([
      'checking',
      'copying',
      'writing',
    ]);
    expect(readdirSync(folder).sort()).toEqual([
      'Dermaspike.AppImage',
      'Dermaspike.AppImage.previous',
      'a.dermaspike-update',
      'a.dermaspike-update.package',
      'data',
    ]);
    // The program that still runs has nothing to step back to.
    expect(updater.state().back).toBeNull();
  });

  test('steps back with the clinic of its time, and the newer clinic is kept', async () => {
    const updater = updaterOf();
    await updater.prove(await make());
    await updater.install();
    enrol('After');
    const newer = updaterOf({ version: '1.3.0', database: database + 1 });
    expect(newer.state().back).toMatchObject({ version: '1.2.0', needsCopy: true });
    expect(await newer.stepBack()).toEqual({
      outcome: 'stepped-back',
      version: '1.2.0',
      file: image,
    });
    expect(readFileSync(image).equals(oldProgram)).toBe(true);
    expect(readFileSync(previousOf(image)).equals(newProgram)).toBe(true);
    expect(session.isUnlocked).toBe(false);
    await session.unlock(userName, passphrase);
    expect(patients()).toEqual(['Before']);
    expect(copies()).toHaveLength(1);
    expect(updaterOf().state().back).toBeNull();
  });

  test('steps back alone where the database is the same', async () => {
    const updater = updaterOf();
    await updater.prove(await make({ database }));
    await updater.install();
    enrol('After');
    const newer = updaterOf({ version: '1.3.0' });
    expect(newer.state().back).toMatchObject({ needsCopy: false });
    await newer.stepBack();
    expect(readFileSync(image).equals(oldProgram)).toBe(true);
    expect(patients()).toEqual(['After', 'Before']);
  });

  test('whose former version was changed, or whose copy is gone, does not step back', async () => {
    const updater = updaterOf();
    await updater.prove(await make());
    await updater.install();
    const newer = updaterOf({ version: '1.3.0', database: database + 1 });
    writeFileSync(previousOf(image), 'something else');
    const refused = { outcome: 'refused', message: expect.stringContaining('was changed') };
    expect(await newer.stepBack()).toEqual(refused);
    writeFileSync(previousOf(image), oldProgram);
    rmSync(path.join(data, 'set-aside'), { recursive: true });
    const gone = { outcome: 'refused', message: expect.stringContaining('is gone') };
    expect(await newer.stepBack()).toEqual(gone);
    expect(readFileSync(image).equals(newProgram)).toBe(true);
    expect(patients()).toEqual(['Before']);
  });
});

describe('nothing is changed', () => {
  const unchanged = () => {
    expect(readFileSync(image).equals(oldProgram)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith('Dermaspike'))).toHaveLength(1);
  };

  test('by an update that is older, foreign or another’s, and none is installed after it', async () => {
    const updater = updaterOf();
    const unfit = [
      { wanted: { version: '1.1.9' }, says: 'older' },
      { wanted: { version: '1.2.0' }, says: 'already' },
      { wanted: { platform: 'win32', kind: 'nsis' } as const, says: 'Windows' },
      { wanted: { leastDatabase: database + 1 }, says: 'needs a database' },
    ];
    for (const { wanted, says } of unfit)
      expect(await updater.prove(await make(wanted))).toEqual({
        outcome: 'refused',
        message: expect.stringContaining(says),
      });
    await updater.prove(await make());
    expect(await updater.prove(await new Maker().make(folder, { name: 'foreign' }))).toMatchObject({
      outcome: 'refused',
    });
    expect(await updater.install()).toMatchObject({ outcome: 'refused' });
    unchanged();
    expect(copies()).toEqual([]);
  });

  test('by a file that changes between the proof and the installing', async () => {
    const updater = updaterOf();
    const file = await make();
    await updater.prove(file);
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(await updater.install()).toMatchObject({ message: expect.stringContaining('changed') });
    truncateSync(file, bytes.length - 1);
    expect(await updater.install()).toMatchObject({
      message: expect.stringContaining('not whole'),
    });
    unchanged();
  });

  test('for a clinician, or while the clinic is locked', async () => {
    const updater = updaterOf();
    await updater.prove(await make());
    await session.store.accounts.add({ name: 'Colleague', role: 'clinician', passphrase });
    await session.unlock('Colleague', passphrase);
    expect(await updater.install()).toMatchObject({
      message: expect.stringContaining('Only an administrator'),
    });
    session.lock();
    expect(await updater.install()).toMatchObject({ message: expect.stringContaining('locked') });
    unchanged();
  });

  test('by a program that was unpacked by hand, or that has no key', async () => {
    const byHand = updaterOf({ kind: null, file: null });
    await byHand.prove(await make());
    expect(await byHand.install()).toMatchObject({ message: expect.stringContaining('by hand') });
    const keyless = new Updater({
      program: { ...asImage, file: image },
      keys: [],
      folder: path.join(data, 'updates'),
      openConnection,
      onProgress: () => {},
    });
    expect(keyless.state().keys).toEqual([]);
    expect(await keyless.prove(await make())).toMatchObject({
      message: expect.stringContaining('no key'),
    });
    unchanged();
  });
});

const fullDisk = 'updates onto a disk that is full';
const disk = mountSmallDisk(2, fullDisk);
describe.skipIf(!disk)(fullDisk, () => {
  const { folder: full = '' } = disk ?? {};
  const refusal = { outcome: 'refused', message: expect.stringContaining('not enough room') };
  afterAll(() => disk?.unmount());

  test('leave the AppImage, say what to do, and go on once there is room', async () => {
    const there = path.join(full, 'Dermaspike.AppImage');
    writeFileSync(there, oldProgram, { mode: 0o755 });
    const updater = updaterOf({ file: there });
    await updater.prove(await make());
    expect(await updater.install()).toEqual(refusal);
    expect(readFileSync(there).equals(oldProgram)).toBe(true);
    expect(readdirSync(full)).toEqual(['Dermaspike.AppImage']);
    // Of an update that failed nothing says that it was made.
    expect(updaterOf({ file: there, version: '1.3.0' }).state().back).toBeNull();

    await updater.prove(await make({ content: newProgram.subarray(0, 500_000) }));
    expect(await updater.install()).toMatchObject({ outcome: 'installed', file: there });
    rmSync(there);
    rmSync(previousOf(there));
  });

  test('leave no part of a Debian package', async () => {
    const updates = path.join(full, 'updates');
    const updater = new Updater({
      program: { ...asImage, kind: 'deb', file: null },
      keys: [maker.key],
      folder: updates,
      openConnection,
      onProgress: () => {},
    });
    writeFileSync(path.join(full, 'something'), randomBytes(1_000_000));
    await updater.prove(await make({ kind: 'deb', fileName: 'dermaspike_1.3.0_amd64.deb' }));
    expect(await updater.install()).toEqual(refusal);
    expect(readdirSync(updates, { recursive: true })).toEqual(['1.3.0']);
  });
});

test('a Debian package is put down for an administrator, and the one before stays for the step back', async () => {
  const deb = { kind: 'deb', file: null } as const;
  const updates = path.join(data, 'updates');
  mkdirSync(path.join(updates, '1.1.0'), { recursive: true });
  mkdirSync(path.join(updates, '1.2.0'));
  writeFileSync(path.join(updates, '1.2.0', 'dermaspike_1.2.0_amd64.deb'), 'former');
  const updater = updaterOf(deb);
  await updater.prove(await make({ kind: 'deb', fileName: 'dermaspike_1.3.0_amd64.deb' }));
  const file = path.join(updates, '1.3.0', 'dermaspike_1.3.0_amd64.deb');
  expect(await updater.install()).toEqual({
    outcome: 'installed',
    version: '1.3.0',
    next: 'by-hand',
    file,
    command: `sudo apt install '${file}'`,
  });
  expect(readFileSync(file).equals(newProgram)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(updates).sort()).toEqual(['1.2.0', '1.3.0', 'last.json']);
  const newer = updaterOf({ ...deb, version: '1.3.0', database: database + 1 });
  expect(await newer.stepBack()).toEqual({
    outcome: 'stepped-back',
    version: '1.2.0',
    file: path.join(updates, '1.2.0', 'dermaspike_1.2.0_amd64.deb'),
  });
});
