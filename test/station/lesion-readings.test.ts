import { afterEach, beforeEach, expect, test } from 'vitest';
import { drawTestImage, enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeEach(async () => {
  station = await startStation();
});
afterEach(() => station.close());

test('a lesion is read over its images of one visit, once there are two', async () => {
  const { client } = station;
  const { lesion } = await enrolOne(client);
  const importOne = async (seed: number) => {
    const bytes = await drawTestImage(seed);
    const file = { lesionId: lesion.id, importId: `${seed}`, fileName: `${seed}.jpg`, bytes };
    return (await client.call('images.import', file)).image.id;
  };
  const imageId = await importOne(1);
  expect(await client.call('readings.ofLesion', { imageId })).toBeNull();
  const otherId = await importOne(2);
  const found = await client.call('readings.ofLesion', { imageId });
  expect(found?.images).toBe(2);
  expect(await client.call('readings.ofLesion', { imageId: otherId })).toEqual(found);
  const sum = found?.probabilities.reduce((total, { probability }) => total + probability, 0);
  expect(sum).toBeCloseTo(1, 9);
  await client.call('images.remove', { imageId: otherId });
  expect(await client.call('readings.ofLesion', { imageId })).toBeNull();
});
