import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { enrolOne, startStation, type TestStation, testPassphrase } from './harness.ts';

let station: TestStation;
beforeEach(async () => {
  station = await startStation();
});
afterEach(() => station.close());

const unlock = () =>
  station.client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
const actions = async (limit: number) =>
  (await station.client.call('audit.list', { limit })).map(({ action }) => action);
const familyNames = async () => {
  const { entries } = await station.client.call('patients.search', {});
  return entries.map(({ patient }) => patient.familyName).sort();
};

test('a copy is set aside with progress and an audit entry, and put back under a lock', async () => {
  const { client } = station;
  await enrolOne(client);
  const shares: number[] = [];
  client.subscribe('copies.progress', {}, ({ share }) => shares.push(share));
  const copy = await client.call('copies.setAside', {});
  expect(copy).toMatchObject({ why: 'update', program: '0.0.0-test' });
  expect(shares.at(-1)).toBe(1);
  expect(await client.call('copies.list', {})).toEqual([copy]);
  expect(await actions(1)).toEqual(['clinic.set-aside']);

  await client.call('patients.enrol', { familyName: 'Later', givenName: '' });
  expect(await familyNames()).toEqual(['Later', 'Quillfeather']);
  await client.call('copies.putBack', { copyId: copy?.id ?? '' });
  expect(await client.call('session.state', {})).toMatchObject({ state: 'locked' });
  await unlock();
  expect(await familyNames()).toEqual(['Quillfeather']);
  expect(await actions(2)).toEqual(['session.unlock', 'clinic.set-aside']);
  expect(await client.call('copies.list', {})).toMatchObject([{ why: 'replaced' }]);
});

test('a copy that is not there, or of a newer program, leaves the clinic as it is', async () => {
  const { client, dataFolder } = station;
  await enrolOne(client);
  const copy = await client.call('copies.setAside', {});
  const putBack = (copyId: string) => client.call('copies.putBack', { copyId });
  const refused = { code: 'not-found', message: expect.stringContaining('copy of the clinic') };
  await expect(putBack('01975f32-0000-7000-8000-000000000000')).rejects.toMatchObject(refused);
  const note = path.join(dataFolder, 'set-aside', copy?.id ?? '', 'copy.json');
  writeFileSync(note, JSON.stringify({ ...copy, database: 9999 }));
  await expect(putBack(copy?.id ?? '')).rejects.toMatchObject({ code: 'database-newer' });
  expect(await familyNames()).toEqual(['Quillfeather']);
});

test('two copies are not made at once', async () => {
  await enrolOne(station.client);
  const other = await station.secondScreen();
  const [first, second] = await Promise.allSettled([
    station.client.call('copies.setAside', {}),
    other.call('copies.setAside', {}),
  ]);
  expect(first.status).toBe('fulfilled');
  expect(second).toMatchObject({ reason: { code: 'not-allowed' } });
});

test('the demo clinic is no way to update past one’s own clinic, and needs no copy alone', async () => {
  const { client, dataFolder } = station;
  await client.call('session.openDemo', {});
  expect(await client.call('copies.setAside', {})).toBeNull();
  expect(existsSync(path.join(dataFolder, 'set-aside'))).toBe(false);
  await client.call('session.leaveDemo', {});
  await enrolOne(client);
  await client.call('session.openDemo', {});
  await expect(client.call('copies.setAside', {})).rejects.toMatchObject({ code: 'not-allowed' });
});
