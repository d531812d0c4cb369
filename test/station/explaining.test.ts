import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawTestImage, enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeAll(async () => {
  station = await startStation();
});
afterAll(() => station.close());

test('an image is explained: the squares, the bias and the rest are the score that made the reading', async () => {
  const { client } = station;
  const { lesion } = await enrolOne(client);
  const imported = await client.call('images.import', {
    lesionId: lesion.id,
    importId: '1',
    fileName: 'a.jpg',
    bytes: await drawTestImage(3),
  });
  const imageId = imported.image.id;
  const explained = await client.call('readings.explain', { imageId });
  const { width, height, square, classes, layers, energy, views } = explained;
  expect(square).toEqual({ x: 30 / 240, y: 0, width: 180 / 240, height: 1 });
  for (const { map, bias, rest, score } of classes) {
    expect(map).toHaveLength(width * height);
    expect(map.reduce((sum, value) => sum + value, bias + rest)).toBeCloseTo(score, 9);
  }
  // The gravest score is the most probable class's, but for the priors.
  const { readings } = await client.call('images.get', { imageId });
  const best = classes.toSorted((a, b) => b.score - a.score).slice(0, 2);
  expect(best.map(({ code }) => code)).toContain(readings[0]?.probabilities[0]?.code);
  expect(views).toBe(2);
  expect(layers.length).toBeGreaterThan(10);
  expect(energy.arithmeticUj).toBeLessThan(energy.totalUj);
  expect(energy.totalUj).toBeLessThan(energy.denseUj);
});

test('an explanation is told to nobody who unlocked the clinic after it was asked for', async () => {
  const { client } = station;
  const [entry] = (await client.call('worklist.page', {})).entries;
  const explained = client.call('readings.explain', { imageId: entry?.image.id ?? '' });
  explained.catch(() => {});
  await client.call('session.lock', {});
  await expect(explained).rejects.toMatchObject({ code: 'locked' });
});
