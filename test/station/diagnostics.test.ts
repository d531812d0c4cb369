import { availableParallelism, cpus, hostname, userInfo } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeAll(async () => {
  station = await startStation();
  await enrolOne(station.client);
});
afterAll(() => station.close());

test('the diagnostics tell of program and computer, and nothing of the clinic, its people or its places', async () => {
  const text = (await station.client.call('about.diagnostics', {})).join('\n');
  for (const wanted of [
    /^Dermaspike 0\.0\.0-test, network qana-4 [0-9a-f]{12}$/m,
    `\nProcessor: ${cpus()[0]?.model}, ${availableParallelism()} usable\n`,
    /^Memory: [\d.]+ of [\d.]+ GB free$/m,
    /^Disk of the data folder: [\d.]+ of [\d.]+ GB free$/m,
    /^Clinic: unlocked; files .*\.db [\d.]+ MB/m,
    /^Accelerator: .*emulator/im,
  ])
    expect(text).toMatch(wanted);
  for (const secret of [
    'Quillfeather',
    'Ottoline',
    'Tester',
    'Test clinic',
    'forearm',
    station.dataFolder,
    hostname(),
    userInfo().homedir,
  ])
    expect(text).not.toContain(secret);
});

test('they are there before anything is unlocked', async () => {
  await station.client.call('session.lock', {});
  expect((await station.client.call('about.diagnostics', {})).join('\n')).toContain(
    'Clinic: locked',
  );
});
