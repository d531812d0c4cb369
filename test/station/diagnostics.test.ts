import { availableParallelism, cpus, hostname, userInfo } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawTestImage, enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
let lesion: { readonly id: string };
beforeAll(async () => {
  station = await startStation();
  ({ lesion } = await enrolOne(station.client));
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
    /^Image decoder: not started yet$/m,
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

test('they tell what the system keeps the image decoder from', async () => {
  const bytes = await drawTestImage(1);
  await station.client.call('images.import', {
    ...{ lesionId: lesion.id, importId: '1', fileName: 'a.jpg', bytes },
  });
  const told = (await station.client.call('about.diagnostics', {})).at(-1);
  expect(told).toBe(
    process.platform === 'linux'
      ? 'Image decoder: kept by the system from sockets, programs and other processes and all files but the program’s'
      : 'Image decoder: not sealed',
  );
});

test('they are there before anything is unlocked', async () => {
  await station.client.call('session.lock', {});
  expect((await station.client.call('about.diagnostics', {})).join('\n')).toContain(
    'Clinic: locked',
  );
});
