import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Handlers } from '../../src/processes/channel.ts';
import { linkedPair } from '../../src/processes/link.ts';
import { Clinics } from '../../src/station/clinics.ts';
import type { StationContract } from '../../src/station/contract/index.ts';
import { Screens } from '../../src/station/screens.ts';
import { createClinic } from '../../src/store/index.ts';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

let station: TestStation;
beforeEach(async () => {
  station = await startStation();
});
afterEach(() => station.close());

const tester = { userName: 'Tester', passphrase: testPassphrase };
const colleague = { userName: 'Colleague', passphrase: 'another long passphrase' };

/** A clinic that `station.client` has unlocked, with a second user and a patient. */
async function open() {
  const enrolled = await enrolOne(station.client);
  await station.client.call('users.add', { ...colleague, role: 'clinician' });
  return enrolled;
}
const states = async (...clients: TestStation['client'][]) =>
  Promise.all(clients.map(async (client) => (await client.call('session.state', {})).state));

describe('a second screen', () => {
  test('reads no patient before somebody has unlocked the clinic there', async () => {
    await open();
    const other = station.connect();
    await expect(other.call('patients.search', {})).rejects.toMatchObject({ code: 'locked' });
    expect(await states(station.client, other)).toEqual(['unlocked', 'locked']);
  });

  test('locks no other by a wrong passphrase, a wrong recovery key, or a clinic of its own', async () => {
    await open();
    const other = station.connect();
    const attempts = [
      other.call('session.unlock', { userName: 'Tester', passphrase: 'not this one' }),
      other.call('session.unlock', { userName: 'Nobody', passphrase: 'not this one' }),
      other.call('session.recover', {
        ...{ recoveryKey: '0', userName: 'Tester', newPassphrase: 'copper lantern orchard' },
      }),
      other.call('session.createClinic', { clinicName: 'Other', ...tester }),
      other.call('session.openDemo', {}),
    ];
    const codes = (await Promise.allSettled(attempts)).map((each) =>
      each.status === 'rejected' ? each.reason.code : 'done',
    );
    const refused = ['wrong-passphrase', 'wrong-passphrase', 'wrong-recovery-key'];
    expect(codes).toEqual([...refused, 'clinic-exists', 'not-allowed']);
    expect(await states(station.client, other)).toEqual(['unlocked', 'locked']);
    expect(await station.client.call('patients.count', {})).toEqual({ count: 1 });
  });

  test('acts as who unlocked it there, and is no administrator because another is', async () => {
    const { lesion } = await open();
    const other = station.connect();
    await other.call('session.unlock', colleague);
    await other.call('patients.enrol', { familyName: 'Second' });
    await station.client.call('lesions.close', {
      ...{ lesionId: lesion.id, closure: { on: '2026-01-01', reason: 'excised' } },
    });
    const [closed, enrolled] = await station.client.call('audit.list', { limit: 2 });
    expect([closed?.userName, enrolled?.userName]).toEqual(['Tester', 'Colleague']);
    const adding = other.call('users.add', { ...tester, userName: 'Third', role: 'administrator' });
    await expect(adding).rejects.toMatchObject({ code: 'not-allowed' });
  });

  test('is locked by itself, and the clinic stays open for the others', async () => {
    await open();
    const other = station.connect();
    await other.call('session.unlock', colleague);
    await station.client.call('session.lock', {});
    expect(await states(station.client, other)).toEqual(['locked', 'unlocked']);
    expect(await other.call('patients.count', {})).toEqual({ count: 1 });
    await expect(station.client.call('patients.count', {})).rejects.toMatchObject({
      code: 'locked',
    });
  });

  test('is locked with all others when the computer is', async () => {
    await open();
    const other = await station.secondScreen();
    await station.connect().call('session.lockAll', {});
    expect(await states(station.client, other)).toEqual(['locked', 'locked']);
  });

  test('is locked at once when its user is disabled elsewhere', async () => {
    await open();
    const other = station.connect();
    await other.call('session.unlock', colleague);
    const users = await station.client.call('users.list', {});
    const userId = users.find(({ name }) => name === 'Colleague')?.id ?? '';
    await station.client.call('users.disable', { userId });
    await expect(other.call('patients.count', {})).rejects.toMatchObject({ code: 'locked' });
    await expect(other.call('session.unlock', colleague)).rejects.toMatchObject({
      code: 'wrong-passphrase',
    });
    expect(await states(station.client)).toEqual(['unlocked']);
  });

  test('is not unlocked by a key file that somebody put in place of the clinic’s', async () => {
    await open();
    const file = path.join(station.dataFolder, 'clinic/clinic.json');
    const own = JSON.parse(readFileSync(file, 'utf8'));
    const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-foreign-'));
    const made = {
      clinicName: 'Test clinic',
      demo: false,
      ...tester,
      passphrase: 'put here by me',
    };
    const { store } = await createClinic(folder, made);
    store.close();
    const foreign = JSON.parse(readFileSync(path.join(folder, 'clinic.json'), 'utf8'));
    rmSync(folder, { recursive: true });
    writeFileSync(file, JSON.stringify({ ...foreign, mark: own.mark }));
    const other = station.connect();
    const unlocking = other.call('session.unlock', { ...tester, passphrase: made.passphrase });
    await expect(unlocking).rejects.toMatchObject({ code: 'database-damaged' });
    await expect(other.call('patients.count', {})).rejects.toMatchObject({ code: 'locked' });
  });

  test('signs what is done there, also after the others are locked, and nothing unsigned is left', async () => {
    await open();
    const other = station.connect();
    await other.call('session.unlock', colleague);
    await other.call('patients.enrol', { familyName: 'Second' });
    await station.client.call('session.lock', {});
    await other.call('patients.enrol', { familyName: 'Third' });
    await station.client.call('session.unlock', tester);
    await other.call('session.lock', {});
    await station.client.call('patients.enrol', { familyName: 'Fourth' });
    const third = await station.secondScreen();
    await third.call('session.lock', {});
    await station.client.call('patients.enrol', { familyName: 'Fifth' });
    expect(await station.client.call('audit.verify', {})).toMatchObject({ intact: true });
  });

  test('changes no passphrase once it is locked, though the clinic is open elsewhere', async () => {
    await open();
    const other = station.connect();
    await other.call('session.unlock', colleague);
    const { passphrase: current } = colleague;
    const changing = other.call('users.changePassphrase', {
      current,
      next: 'violet harbour anvil',
    });
    changing.catch(() => {});
    await other.call('session.lock', {});
    await expect(changing).rejects.toMatchObject({ code: 'locked' });
    await other.call('session.unlock', colleague);
    expect(await station.client.call('audit.verify', {})).toMatchObject({ intact: true });
  });

  test('restores no backup over a clinic that is open on another', async () => {
    await open();
    const other = station.connect();
    const access = { ...tester };
    const restoring = other.call('restore.run', {
      folder: tmpdir(),
      id: '01890000-0000-7000-8000-000000000001',
      access,
    });
    await expect(restoring).rejects.toMatchObject({ code: 'not-allowed' });
    expect(await states(station.client, other)).toEqual(['unlocked', 'locked']);
  });

  test('may be unlocked by the recovery key while another is open', async () => {
    const created = await station.client.call('session.createClinic', {
      clinicName: 'Test clinic',
      ...tester,
    });
    const other = station.connect();
    const { recoveryKey } = created;
    const next = 'copper lantern orchard';
    await other.call('session.recover', { recoveryKey, userName: 'Tester', newPassphrase: next });
    expect(await states(station.client, other)).toEqual(['unlocked', 'unlocked']);
    await station.client.call('session.lock', {});
    await station.client.call('session.unlock', { userName: 'Tester', passphrase: next });
  });

  test('may be unlocked at the same moment as the first', async () => {
    await open();
    await station.client.call('session.lock', {});
    const other = station.connect();
    const unlocked = await Promise.all([
      station.client.call('session.unlock', tester),
      other.call('session.unlock', colleague),
    ]);
    expect(unlocked.map((session) => session.state === 'unlocked' && session.user.name)).toEqual([
      'Tester',
      'Colleague',
    ]);
  });
});

test('what one person began at a screen is not done by the next one who unlocks it', async () => {
  const { lesion } = await open();
  await station.secondScreen();
  const fileName = 'spot.jpg';
  const bytes = await drawTestImage(1);
  const begun = station.client.call('images.import', {
    ...{ lesionId: lesion.id, importId: '1', fileName, bytes },
  });
  begun.catch(() => {});
  await station.client.call('session.lock', {});
  await station.client.call('session.unlock', colleague);
  await expect(begun).rejects.toMatchObject({ code: 'locked' });
  expect((await station.client.call('worklist.page', {})).entries).toEqual([]);
});

describe('a screen whose connection closes', () => {
  let folder: string;
  let clinics: Clinics;
  let screens: Screens;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-screens-'));
    clinics = new Clinics(folder);
    screens = new Screens(clinics, () => ({}) as Handlers<StationContract>);
  });
  afterEach(() => {
    vi.useRealTimers();
    clinics.lockAll();
    rmSync(folder, { recursive: true });
  });
  const join = (name?: string) => {
    const [near, far] = linkedPair();
    return { near, ...screens.join(far, name) };
  };

  test('is locked, and the clinic closed, where it has no name to come back by', async () => {
    const { near, session } = join();
    await session.create('Test clinic', 'Tester', testPassphrase);
    near.close();
    expect([session.isUnlocked, clinics.isOpen]).toEqual([false, false]);
  });

  test('is as it was when it comes back soon by its name, and locked when it does not', async () => {
    const { near, session } = join('one');
    await session.create('Test clinic', 'Tester', testPassphrase);
    vi.useFakeTimers();
    near.close();
    vi.advanceTimersByTime(29_000);
    const back = join('one');
    expect([back.session === session, session.isUnlocked]).toEqual([true, true]);
    expect(join('two').session.isUnlocked).toBe(false);
    vi.advanceTimersByTime(60_000);
    expect(session.isUnlocked).toBe(true);
    back.near.close();
    vi.advanceTimersByTime(30_000);
    expect([session.isUnlocked, clinics.isOpen]).toEqual([false, false]);
    expect(join('one').session === session).toBe(false);
  });

  test('of which another connection is left stays as it is, and is waited for anew with the last one', async () => {
    const [one, other] = [join('one'), join('one')];
    expect(other.session).toBe(one.session);
    const { session } = one;
    await session.create('Test clinic', 'Tester', testPassphrase);
    vi.useFakeTimers();
    one.near.close();
    vi.advanceTimersByTime(60_000);
    expect(session.isUnlocked).toBe(true);
    other.near.close();
    vi.advanceTimersByTime(29_999);
    expect(session.isUnlocked).toBe(true);
    vi.advanceTimersByTime(1);
    expect(session.isUnlocked).toBe(false);
  });

  test('is waited for no longer once the station ends', async () => {
    const { near, session } = join('one');
    await session.create('Test clinic', 'Tester', testPassphrase);
    vi.useFakeTimers();
    near.close();
    screens.close();
    vi.advanceTimersByTime(60_000);
    expect(session.isUnlocked).toBe(true);
  });
});
