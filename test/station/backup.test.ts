import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findUserSlot, readClinicFile } from '../../src/store/clinic-file.ts';
import { Connection } from '../../src/store/connection.ts';
import { openUserSlot } from '../../src/store/key-slots.ts';
import { enrolOne, startStation, type TestStation, testPassphrase } from './harness.ts';

let station: TestStation;
let root: string;
let medium: string;
beforeEach(async () => {
  station = await startStation();
  root = mkdtempSync(path.join(tmpdir(), 'dermaspike-medium-'));
  medium = path.join(root, 'backups');
});
afterEach(async () => {
  vi.useRealTimers();
  await station.close();
  rmSync(root, { recursive: true, force: true });
});

const passphrase = testPassphrase;
const call: TestStation['client']['call'] = (...args) => station.client.call(...args);
const state = () => call('backup.state', {});
const actions = async (limit: number) =>
  (await call('audit.list', { limit })).map(({ action }) => action);
const familyNames = async () =>
  (await call('patients.search', {})).entries.map(({ patient }) => patient.familyName).sort();
async function begun(): Promise<void> {
  await enrolOne(station.client);
  await call('backup.choose', { folder: medium });
}

test('of a clinic that is older than it was it is said how much of what is missing a backup has, and where', async () => {
  const database = path.join(station.dataFolder, 'clinic', 'clinic.db');
  const past = path.join(root, 'past.db');
  await begun();
  await call('session.lock', {});
  copyFileSync(database, past);
  const unlock = () => call('session.unlock', { userName: 'Tester', passphrase });
  await unlock();
  const enrol = (familyName: string) => call('patients.enrol', { familyName, givenName: '' });
  await enrol('In the backup');
  await call('backup.make', {});
  await enrol('After it');
  await call('session.lock', {});
  const present = readFileSync(database);

  copyFileSync(past, database);
  const error = await unlock().catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'database-older' });
  const message = error instanceof Error ? error.message : '';
  const [, missing, has, of] =
    message.match(
      /the last (\d+) changes are missing.*The backup of .* in .*backups has (\d+) changes more, of the (\d+) that/,
    ) ?? [];
  expect(missing).toBe(of);
  expect(Number(has)).toBeGreaterThan(1);
  expect(Number(has)).toBeLessThan(Number(missing));
  const { folder, backups } = await call('restore.look', {});
  expect(folder).toBe(medium);
  expect(backups).toHaveLength(1);

  rmSync(medium, { recursive: true });
  await expect(unlock()).rejects.toThrow(/No backup in .*backups has more/);
  writeFileSync(medium, 'no folder');
  await expect(unlock()).rejects.toThrow(/cannot be told just now/);
  writeFileSync(database, present);
  await unlock();
});

describe('backing up from the station', () => {
  test('goes to the chosen folder with progress, is entered in the log, and is planned anew', async () => {
    await begun();
    expect(await state()).toMatchObject({ folder: medium, lastAt: null, kept: [], problem: null });
    const shares: number[] = [];
    station.client.subscribe('backup.progress', {}, ({ share }) => shares.push(share));
    await call('backup.make', {});
    expect(shares.at(-1)).toBe(1);
    expect(await actions(2)).toEqual(['backup.make', 'backup.folder']);
    const { kept, lastAt, nextAt, running } = await state();
    expect(kept).toHaveLength(1);
    expect(Date.parse(nextAt ?? '') - Date.parse(lastAt ?? '')).toBe(24 * 3_600_000);
    expect(running).toBeNull();
  });

  test('is proven by restoring it aside with one’s own passphrase, and nothing of that stays', async () => {
    await begun();
    await call('backup.make', {});
    const { kept } = await state();
    const id = kept[0]?.id ?? '';
    await expect(
      call('backup.prove', { id, passphrase: 'not the passphrase' }),
    ).rejects.toMatchObject({ code: 'wrong-passphrase' });
    expect((await state()).failure).toBeNull();
    await call('backup.prove', { id, passphrase });
    expect(await state()).toMatchObject({ kept: [{ proof: { whole: true } }] });
    expect((await state()).lastProofAt).not.toBeNull();
    expect((await actions(1))[0]).toBe('backup.prove');
    expect(readdirSync(station.dataFolder)).not.toContain('proof');
  });

  test('finds a changed block when it is proven, says so in the log and reminds of it', async () => {
    await begun();
    await call('backup.make', {});
    const pack = path.join(
      medium,
      readdirSync(medium).find((name) => name.endsWith('.blocks')) ?? '',
    );
    const bytes = readFileSync(pack);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(pack, bytes);
    const id = (await state()).kept[0]?.id ?? '';
    await expect(call('backup.prove', { id, passphrase })).rejects.toMatchObject({
      code: 'backup-damaged',
    });
    expect((await actions(1))[0]).toBe('backup.damaged');
    expect((await state()).failure?.message).toContain('damaged');
    expect(await call('backup.reminder', {})).toMatchObject({ what: 'failed' });
    await call('backup.make', {});
    expect(await state()).toMatchObject({ failure: null });
  });

  test('whose log does not fit its records is told so when it is proven', async () => {
    await begun();
    await call('session.lock', {});
    const folder = path.join(station.dataFolder, 'clinic');
    const { clinicId, users } = readClinicFile(folder);
    const slot = findUserSlot(users, 'Tester');
    if (!slot) throw new Error('The clinic lacks its user.');
    const key = await openUserSlot(clinicId, slot, passphrase);
    const connection = Connection.open(path.join(folder, 'clinic.db'), key);
    connection.allowWriting();
    connection.script("UPDATE patient SET note = 'Changed beneath the program.'");
    connection.close();
    await call('session.unlock', { userName: 'Tester', passphrase });
    await call('backup.make', {});
    const id = (await state()).kept[0]?.id ?? '';
    await expect(call('backup.prove', { id, passphrase })).rejects.toMatchObject({
      ...{ code: 'backup-damaged', message: expect.stringContaining('audit log does not fit') },
    });
    expect((await actions(1))[0]).toBe('backup.damaged');
    expect((await state()).lastProofAt).toBeNull();
  });

  test('stops when it is told to, and leaves the medium as it was', async () => {
    await begun();
    await call('backup.make', {});
    const before = readdirSync(medium).sort();
    await call('patients.enrol', { familyName: 'Later', givenName: '' });
    const end = station.client.subscribe('backup.progress', {}, () => void call('backup.stop', {}));
    await expect(call('backup.make', {})).rejects.toMatchObject({ code: 'cancelled' });
    end();
    expect(readdirSync(medium).sort()).toEqual(before);
    expect((await state()).failure).toBeNull();
  });

  test('is refused a second time at once, and told of when the medium is gone', async () => {
    await begun();
    const [first, second] = await Promise.allSettled([
      call('backup.make', {}),
      call('backup.make', {}),
    ]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'not-allowed' } });
    rmSync(root, { recursive: true });
    await expect(call('backup.make', {})).rejects.toMatchObject({ code: 'medium-failed' });
    expect((await state()).failure?.message).toContain('Connect the medium');
    expect(await call('backup.reminder', {})).toMatchObject({ what: 'failed' });
  });

  test.each([
    ['backups', /whole path/],
    ['/not/there/at/all', /is not there/],
  ])('a folder like %s is refused', async (folder, why) => {
    await enrolOne(station.client);
    await expect(call('backup.choose', { folder })).rejects.toThrow(why);
  });

  test('a folder within the clinic’s own data is refused', async () => {
    await enrolOne(station.client);
    const folder = path.join(station.dataFolder, 'backups');
    await expect(call('backup.choose', { folder })).rejects.toMatchObject({ code: 'backup-place' });
  });

  test('is made before leaving where something was done since, by the schedule alone', async () => {
    await enrolOne(station.client);
    const leave = () => call('backup.beforeLeaving', {});
    expect(await leave()).toMatchObject({ outcome: 'not-needed' });
    await call('backup.choose', { folder: medium });
    expect(await leave()).toMatchObject({ outcome: 'made' });
    expect(await leave()).toMatchObject({ outcome: 'not-needed' });
    await call('backup.setSchedule', { everyHours: null, onLeaving: false, proofEveryDays: 30 });
    expect(await leave()).toMatchObject({ outcome: 'not-needed' });
    await call('backup.setSchedule', { everyHours: null, onLeaving: true, proofEveryDays: 30 });
    rmSync(root, { recursive: true });
    expect(await leave()).toMatchObject({ outcome: 'failed', message: /Connect the medium/ });
    await call('session.lock', {});
    expect(await leave()).toMatchObject({ outcome: 'not-needed' });
  });

  test('is made by itself when it is due, in the program’s name, and no sooner', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await station.close();
    station = await startStation();
    const pass = (minutes: number) => vi.advanceTimersByTime(minutes * 60_000);
    await enrolOne(station.client);
    pass(1);
    expect(await actions(1)).not.toEqual(['backup.make']);
    await call('backup.choose', { folder: medium });
    pass(1);
    const newest = async () => (await call('audit.list', { limit: 1 }))[0];
    await expect
      .poll(newest, { timeout: 60_000 })
      .toMatchObject({ action: 'backup.make', userName: 'Dermaspike' });
    pass(5);
    expect(await state()).toMatchObject({ running: null, kept: [{}] });
  });

  test('is not made of the demo clinic, and not asked for there', async () => {
    await call('session.openDemo', {});
    const refused = { code: 'not-allowed', message: expect.stringContaining('demo clinic') };
    await expect(call('backup.choose', { folder: medium })).rejects.toMatchObject(refused);
    await expect(call('backup.make', {})).rejects.toMatchObject(refused);
    await expect(
      call('backup.prove', { id: '019430aa-7f3c-7d10-9c5e-2b1f4a6c8d00', passphrase }),
    ).rejects.toMatchObject(refused);
    expect(await call('backup.reminder', {})).toBeNull();
    expect(await call('backup.beforeLeaving', {})).toMatchObject({ outcome: 'not-needed' });
    expect(await state()).toMatchObject({ folder: null });
  });

  test('is for administrators and stewards, who see no patients by it', async () => {
    await begun();
    await call('users.add', { userName: 'Keeper', role: 'steward', passphrase });
    await call('session.unlock', { userName: 'Keeper', passphrase });
    await call('backup.make', {});
    expect(JSON.stringify(await state())).not.toContain('Quillfeather');
    expect((await call('audit.list', { limit: 1 }))[0]).toMatchObject({ userName: 'Keeper' });
  });
});

describe('restoring from the station', () => {
  const newest = async () => (await call('restore.look', { folder: medium })).backups[0]?.id ?? '';

  test('brings the clinic back on an empty computer, where the next backup goes to the same medium', async () => {
    await begun();
    await call('backup.make', {});
    const former = await call('audit.list', { limit: 500 });
    await station.close();
    station = await startStation();
    expect(await call('session.state', {})).toMatchObject({ state: 'no-clinic' });
    const found = await call('restore.look', { folder: medium });
    expect(found).toMatchObject({
      clinicName: 'Test clinic',
      userNames: ['Tester'],
      replaces: null,
    });
    const shares: number[] = [];
    station.client.subscribe('restore.progress', {}, ({ share }) => shares.push(share));
    const access = { userName: 'Tester', passphrase };
    expect(await call('restore.run', { folder: medium, id: await newest(), access })).toMatchObject(
      { state: 'locked', clinicName: 'Test clinic' },
    );
    expect(shares.at(-1)).toBe(1);
    await call('session.unlock', { userName: 'Tester', passphrase });
    expect(await familyNames()).toEqual(['Quillfeather']);
    const log = await call('audit.list', { limit: 500 });
    expect(log.slice(0, 2).map(({ action }) => action)).toEqual([
      'session.unlock',
      'backup.restore',
    ]);
    // The backup was made before the entry that tells of it.
    expect(log.slice(2)).toEqual(former.slice(1));
    const { folder, kept, lastAt } = await state();
    expect([folder, lastAt]).toEqual([medium, kept[0]?.madeAt]);
  });

  test('sets the clinic aside that it replaces, for an administrator of the backup alone', async () => {
    await begun();
    await call('users.add', { userName: 'Helper', role: 'assistant', passphrase });
    await call('backup.make', {});
    await call('patients.enrol', { familyName: 'Later', givenName: '' });
    const id = await newest();
    expect(await call('restore.look', { folder: medium })).toMatchObject({
      replaces: 'Test clinic',
    });
    await expect(
      call('restore.run', { folder: medium, id, access: { userName: 'Helper', passphrase } }),
    ).rejects.toMatchObject({ code: 'no-access' });
    await call('session.unlock', { userName: 'Tester', passphrase });
    expect(await familyNames()).toEqual(['Later', 'Quillfeather']);
    await call('restore.run', { folder: medium, id, access: { userName: 'Tester', passphrase } });
    await call('session.unlock', { userName: 'Tester', passphrase });
    expect(await familyNames()).toEqual(['Quillfeather']);
    expect(await call('copies.list', {})).toMatchObject([{ why: 'replaced' }]);
  });

  test('from another medium leaves the chosen one chosen, and tells the screens what to fetch again', async () => {
    await begun();
    await call('backup.make', {});
    const other = path.join(root, 'another medium');
    cpSync(medium, other, { recursive: true });
    const topics: string[] = [];
    station.client.subscribe('changes', {}, (told) => topics.push(...told.topics));
    const [backup] = (await call('restore.look', { folder: other })).backups;
    const access = { userName: 'Tester', passphrase };
    await call('restore.run', { folder: other, id: backup?.id ?? '', access });
    expect([...new Set(topics)].sort()).toEqual(['backups', 'copies', 'session']);
    await call('session.unlock', { userName: 'Tester', passphrase });
    expect(await state()).toMatchObject({ folder: medium });
  });

  test('where no folder was chosen asks for one', async () => {
    await expect(call('restore.look', {})).rejects.toMatchObject({
      ...{ code: 'backup-none', message: expect.stringContaining('Give the folder') },
    });
  });

  test('of a folder without backups, or by a wrong passphrase, changes nothing', async () => {
    await begun();
    mkdirSync(medium);
    await expect(call('restore.look', { folder: medium })).rejects.toMatchObject({
      code: 'backup-none',
    });
    await call('backup.make', {});
    const access = { userName: 'Tester', passphrase: 'not the passphrase' };
    const topics: string[] = [];
    station.client.subscribe('changes', {}, (told) => topics.push(...told.topics));
    await expect(
      call('restore.run', { folder: medium, id: await newest(), access }),
    ).rejects.toMatchObject({ code: 'wrong-passphrase' });
    // It was locked for it.
    expect(topics).toContain('session');
    await call('session.unlock', { userName: 'Tester', passphrase });
    expect(await familyNames()).toEqual(['Quillfeather']);
  });
});
