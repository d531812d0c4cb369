import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { enrolOne, startStation, type TestStation, testPassphrase } from './harness.ts';

const next = 'granite window thirty';

let station: TestStation;
beforeEach(async () => {
  station = await startStation();
  await enrolOne(station.client);
});
afterEach(() => station.close());

const { userName, colleague } = { userName: 'Tester', colleague: 'Colleague' };
const addColleague = () =>
  station.client.call('users.add', {
    userName: colleague,
    role: 'clinician',
    passphrase: testPassphrase,
  });
const unlock = (name: string, passphrase: string) =>
  station.client.call('session.unlock', { userName: name, passphrase });
const actions = async (limit: number) =>
  (await station.client.call('audit.list', { limit })).map(({ action }) => action);

test('a passphrase that others would soon guess is refused where one is chosen, as its field says before', async () => {
  const { client } = station;
  for (const weak of ['letmein123', 'summer2026', 'Tester Tester', 'Test clinic 1']) {
    const { level, advice } = await client.call('session.passphraseStrength', {
      passphrase: weak,
      names: [],
    });
    expect(level, weak).toBeLessThan(2);
    const refused = { code: 'weak-passphrase', message: advice };
    const added = { userName: 'Second', role: 'clinician', passphrase: weak } as const;
    await expect(client.call('users.add', added)).rejects.toMatchObject(refused);
    const change = { current: testPassphrase, next: weak };
    await expect(client.call('users.changePassphrase', change)).rejects.toMatchObject(refused);
  }
});

test('a user changes their own passphrase with the one that they have', async () => {
  await addColleague();
  await unlock(colleague, testPassphrase);
  const change = (current: string, wanted: string) =>
    station.client.call('users.changePassphrase', { current, next: wanted });
  await expect(change('not the passphrase', next)).rejects.toMatchObject({
    code: 'wrong-passphrase',
  });
  await expect(change(testPassphrase, 'short')).rejects.toMatchObject({ code: 'weak-passphrase' });
  await change(testPassphrase, next);
  await expect(unlock(colleague, testPassphrase)).rejects.toMatchObject({
    code: 'wrong-passphrase',
  });
  await unlock(colleague, next);
  expect(await actions(3)).toEqual(['session.unlock', 'session.unlock-failed', 'user.passphrase']);
});

test('an administrator renames, disables and lets in again, and the log tells', async () => {
  const added = await addColleague();
  const { client } = station;
  const renamed = await client.call('users.rename', { userId: added.id, userName: 'Dr Renamed' });
  expect(renamed.name).toBe('Dr Renamed');
  await client.call('users.disable', { userId: added.id });
  await client.call('users.setPassphrase', { userId: added.id, passphrase: next });
  expect(await actions(3)).toEqual(['user.enable', 'user.disable', 'user.rename']);
  expect(await unlock('Dr Renamed', next)).toMatchObject({ user: { id: added.id } });
});

test('nobody disables themselves', async () => {
  const [self] = await station.client.call('users.list', {});
  await expect(
    station.client.call('users.disable', { userId: self?.id ?? '' }),
  ).rejects.toMatchObject({ code: 'not-allowed' });
});

test('the last administrator keeps the role, and is not disabled by a second one who lost it', async () => {
  const { client } = station;
  const [self] = await client.call('users.list', {});
  const userId = self?.id ?? '';
  await expect(client.call('users.setRole', { userId, role: 'clinician' })).rejects.toMatchObject({
    code: 'last-administrator',
  });
  const other = await addColleague();
  await client.call('users.setRole', { userId: other.id, role: 'administrator' });
  await client.call('users.setRole', { userId, role: 'steward' });
  expect(await client.call('session.state', {})).toMatchObject({ user: { role: 'steward' } });
  await expect(client.call('users.setRole', { userId, role: 'administrator' })).rejects.toThrow(
    /Only an administrator can do this/,
  );
});

test('a new passphrase by an administrator ends the one before', async () => {
  const added = await addColleague();
  await station.client.call('users.setPassphrase', { userId: added.id, passphrase: next });
  expect(await actions(1)).toEqual(['user.set-passphrase']);
  await expect(unlock(colleague, testPassphrase)).rejects.toMatchObject({
    code: 'wrong-passphrase',
  });
  await unlock(colleague, next);
});

test('whoever is renamed while at work goes on under the new name', async () => {
  const [self] = await station.client.call('users.list', {});
  await station.client.call('users.rename', { userId: self?.id ?? '', userName: 'Dr Winter' });
  expect(await station.client.call('session.state', {})).toMatchObject({
    user: { name: 'Dr Winter' },
  });
});

test('an administrator renews the recovery key with their passphrase, and the former one ends', async () => {
  const { client } = station;
  await expect(
    client.call('users.renewRecoveryKey', { passphrase: 'not the passphrase' }),
  ).rejects.toMatchObject({ code: 'wrong-passphrase' });
  const { recoveryKey } = await client.call('users.renewRecoveryKey', {
    passphrase: testPassphrase,
  });
  expect(await actions(1)).toEqual(['clinic.recovery-key']);
  await client.call('session.lock', {});
  await client.call('session.recover', { recoveryKey, userName, newPassphrase: next });
  expect(await client.call('session.state', {})).toMatchObject({ state: 'unlocked' });
});

test('the wait before locking is the clinic’s: set once, it holds for every screen', async () => {
  const other = await station.secondScreen();
  const settings = { lockAfterMs: 300_000, impressionFirst: false };
  await station.client.call('settings.set', settings);
  expect(await other.call('settings.get', {})).toEqual(settings);
  expect(await actions(1)).toEqual(['clinic.idle-lock']);
});

test('whether the impression comes first is the clinic’s, and only what changed is in the log', async () => {
  await station.client.call('settings.set', { lockAfterMs: 600_000, impressionFirst: true });
  const other = await station.secondScreen();
  expect(await other.call('settings.get', {})).toMatchObject({ impressionFirst: true });
  expect(await actions(2)).toEqual(['session.unlock', 'clinic.impression-first']);
});

test('how the screen looks is the computer’s: it lies beside the clinic, and is known before unlocking', async () => {
  const chosen = { theme: 'dark', singleKeys: false, language: 'fr' } as const;
  await station.client.call('settings.setScreen', chosen);
  await station.client.call('session.lock', {});
  expect(await station.client.call('settings.screen', {})).toEqual(chosen);
  const file = path.join(station.dataFolder, 'screen.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(chosen);
  writeFileSync(file, '{"theme":');
  expect(await station.client.call('settings.screen', {})).toEqual({
    theme: 'system',
    singleKeys: true,
    language: null,
  });
});

test('an administrator changes the data key with their passphrase while others work, and the log tells', async () => {
  await addColleague();
  const { client } = station;
  await expect(
    client.call('users.changeDataKey', { passphrase: 'not the passphrase' }),
  ).rejects.toMatchObject({ code: 'wrong-passphrase' });
  expect(await client.call('users.dataKey', {})).toEqual({
    changedAt: null,
    change: null,
    shutOut: [],
  });
  const told: (readonly string[])[] = [];
  client.subscribe('changes', {}, ({ topics }) => told.push(topics));
  const { recoveryKey } = await client.call('users.changeDataKey', { passphrase: testPassphrase });
  expect(told).toContainEqual(['users']);
  await expect
    .poll(async () => (await client.call('users.dataKey', {})).change, { timeout: 60_000 })
    .toBeNull();
  await expect.poll(() => told, { timeout: 60_000 }).toContainEqual(['users', 'backups']);
  expect((await client.call('users.dataKey', {})).changedAt).not.toBeNull();
  expect(await actions(2)).toEqual(['clinic.data-key', 'clinic.change-data-key']);
  expect((await client.call('audit.verify', {})).problems).toEqual([]);
  await client.call('session.lock', {});
  for (const name of [colleague, userName]) await unlock(name, testPassphrase);
  await client.call('session.lock', {});
  await client.call('session.recover', { recoveryKey, userName, newPassphrase: next });
});

test('a change of the data key that a lock broke off goes on at the next unlocking, and can be given up', async () => {
  await addColleague();
  const { client } = station;
  const begun = await client.call('users.changeDataKey', { passphrase: testPassphrase });
  await client.call('users.keepDataKey', {});
  const state = await client.call('users.dataKey', {});
  // It may have been done before.
  expect(state.change).toBeNull();
  await client.call('users.changeDataKey', { passphrase: testPassphrase });
  await client.call('session.lock', {});
  await unlock(colleague, testPassphrase);
  await expect(client.call('users.dataKey', {})).rejects.toMatchObject({ code: 'not-allowed' });
  await unlock(userName, testPassphrase);
  await expect
    .poll(async () => (await client.call('users.dataKey', {})).change, { timeout: 60_000 })
    .toBeNull();
  await client.call('session.lock', {});
  await expect(
    client.call('session.recover', { ...begun, userName, newPassphrase: next }),
  ).rejects.toMatchObject({ code: 'wrong-recovery-key' });
});
