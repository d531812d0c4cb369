import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { unlockClinic } from '../../src/store/index.ts';
import { addReading } from '../store/harness.ts';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

let station: TestStation | undefined;
afterEach(() => station?.close());

test('what an earlier network read is kept, and read again in the background when that is asked for', async () => {
  const before = await startStation();
  const { lesion } = await enrolOne(before.client);
  const { image } = await before.client.call('images.import', {
    ...{ lesionId: lesion.id, importId: 'x', fileName: 'a.jpg', bytes: await drawTestImage(1) },
  });
  expect(await before.client.call('readings.older', {})).toBeNull();
  before.stop();
  const { store } = await unlockClinic(path.join(before.dataFolder, 'clinic'), {
    userName: 'Tester',
    passphrase: testPassphrase,
  });
  addReading(store, image.id);
  store.close();

  station = await startStation({}, before.dataFolder);
  const { client } = station;
  await client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  expect(await client.call('readings.older', {})).toEqual({
    images: 1,
    networkName: 'Backbone',
    isUnderWay: false,
  });
  await client.call('readings.readOlder', {});
  await expect.poll(() => client.call('readings.older', {}), { timeout: 30_000 }).toBeNull();
  const { readings } = await client.call('images.get', { imageId: image.id });
  const networks = readings.map(({ networkName }) => networkName);
  expect(networks).toEqual(['qana-4', 'Backbone', 'qana-4']);
  expect(readings[1]?.verdict.kind).toBe('unclear');
});
