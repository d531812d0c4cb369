import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drawTestImage, enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeEach(async () => {
  station = await startStation();
});
afterEach(() => station.close());

test('a reading is told with age once birth date and day of the picture are known, and stays as it is', async () => {
  const { client } = station;
  const { patient, lesion } = await enrolOne(client);
  const importOne = async (fileName: string, bytes: Buffer) => {
    const file = { lesionId: lesion.id, importId: fileName, fileName, bytes };
    return (await client.call('images.import', file)).image.id;
  };
  const dated = await sharp(await drawTestImage(1))
    .withExif({ IFD2: { DateTimeOriginal: '2024:05:16 10:00:00' } })
    .jpeg()
    .toBuffer();
  const imageId = await importOne('dated.jpg', dated);
  const undatedId = await importOne('undated.jpg', await drawTestImage(2));
  expect(await client.call('readings.withAge', { imageId })).toBeNull();

  const { revision, familyName, givenName } = patient;
  const details = { familyName, givenName, birthDate: '1963-05-17' };
  const before = await client.call('images.get', { imageId });
  await client.call('patients.update', { patientId: patient.id, revision, details });
  expect(await client.call('readings.withAge', { imageId })).toMatchObject({ years: 60 });
  expect(await client.call('readings.withAge', { imageId: undatedId })).toBeNull();
  const after = await client.call('images.get', { imageId });
  expect(after.readings).toEqual(before.readings);
});
