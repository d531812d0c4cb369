import { afterEach, beforeEach, expect, test } from 'vitest';
import { drawTestImage, enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeEach(async () => {
  station = await startStation();
});
afterEach(() => station.close());

test('a patient’s lesions stand by their newest images, in order once three were read', async () => {
  const { client } = station;
  const { patient, lesion } = await enrolOne(client);
  const importTo = async (lesionId: string, seed: number) => {
    const bytes = await drawTestImage(seed);
    const file = { lesionId, importId: `${seed}`, fileName: `${seed}.jpg`, bytes };
    return (await client.call('images.import', file)).image.id;
  };
  const add = (label: string) =>
    client.call('lesions.add', {
      patientId: patient.id,
      details: { label, bodySite: 'forearm', laterality: 'left' },
    });
  const beside = () => client.call('patients.sideBySide', { patientId: patient.id });
  const [second, third, bare] = [await add('B'), await add('C'), await add('D')];
  await importTo(lesion.id, 1);
  const newest = await importTo(lesion.id, 2);
  await importTo(second.id, 3);
  expect((await beside()).map(({ oddness }) => oddness)).toEqual([null, null]);
  await importTo(third.id, 8);
  const found = await beside();
  expect(found.map((each) => each.lesion.id).toSorted()).toEqual(
    [lesion.id, second.id, third.id].toSorted(),
  );
  expect(found.map((each) => each.image.id)).toContain(newest);
  expect(found.every(({ lesion: { id } }) => id !== bare.id)).toBe(true);
  const order = found.map(({ oddness }) => oddness ?? -1);
  expect(order.every((oddness) => oddness >= 0 && oddness <= 1)).toBe(true);
  expect(order).toEqual(order.toSorted((a, b) => b - a));

  await client.call('lesions.close', {
    lesionId: third.id,
    closure: { on: '2026-01-02', reason: 'excised' },
  });
  expect((await beside()).map(({ oddness }) => oddness)).toEqual([null, null]);
});
