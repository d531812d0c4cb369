import { afterEach, beforeEach, expect, test } from 'vitest';
import { daysAfter, localDay } from '../../src/clinic/entities/days.ts';
import { drawTestImage, enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeEach(async () => {
  station = await startStation();
});
afterEach(() => station.close());

async function importOne(fileName = 'lesion.jpg') {
  const { patient, lesion } = await enrolOne(station.client);
  const bytes = await drawTestImage(1);
  const target = { lesionId: lesion.id, importId: fileName, fileName, bytes };
  const { image } = await station.client.call('images.import', target);
  return { patient, imageId: image.id };
}

const review = (imageId: string, impression: string) =>
  station.client.call('reviews.save', {
    imageId,
    readingId: null,
    details: { impression, decision: 'monitor', dueOn: '2999-01-01', note: '' },
  });
const reviewsOf = async (imageId: string) =>
  (await station.client.call('images.get', { imageId })).reviews;

test('an impression that is none of the head’s classes is refused, and nothing is stored', async () => {
  const { imageId } = await importOne();
  await expect(review(imageId, 'zzz')).rejects.toMatchObject({ code: 'invalid-input' });
  expect(await reviewsOf(imageId)).toEqual([]);
  for (const impression of ['bcc', 'other', 'unsure']) await review(imageId, impression);
  expect(await reviewsOf(imageId)).toHaveLength(3);
});

test('a removed image takes no review until it is restored', async () => {
  const { imageId } = await importOne();
  await station.client.call('images.remove', { imageId });
  await expect(review(imageId, 'nv')).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('Restore it'),
  });
  await station.client.call('images.restore', { imageId });
  expect(await reviewsOf(imageId)).toEqual([]);
  await review(imageId, 'nv');
  expect(await reviewsOf(imageId)).toHaveLength(1);
});

test('what turns the direction of a text, or ends it, is in no name that is stored', async () => {
  const { patient, imageId } = await importOne('gpj.\u202enoisel\0.jpg');
  const { image } = await station.client.call('images.get', { imageId });
  expect(image.fileName).toBe('gpj.noisel.jpg');
  const renamed = await station.client.call('patients.update', {
    patientId: patient.id,
    revision: patient.revision,
    details: { familyName: '\u202eQuill\0feather' },
  });
  expect(renamed.familyName).toBe('Quillfeather');
});

test('nobody is born in the future', async () => {
  await enrolOne(station.client);
  const unborn = station.client.call('patients.enrol', {
    familyName: 'Morrow',
    birthDate: '2099-01-01',
  });
  await expect(unborn).rejects.toMatchObject({ code: 'invalid-input' });
  expect(await station.client.call('patients.count', {})).toEqual({ count: 1 });
});

test('a visit of which no image is left, and a lesion without any, have their pages and rows all the same', async () => {
  const { client } = station;
  const { patient, lesion } = await enrolOne(client);
  const { image } = await client.call('images.import', {
    ...{ lesionId: lesion.id, importId: 'v', fileName: 'v.jpg', bytes: await drawTestImage(77) },
  });
  await client.call('images.remove', { imageId: image.id });
  const page = await client.call('patients.get', { patientId: patient.id });
  expect(page).toMatchObject({
    visits: [{}],
    lesions: [{ images: [], imageCount: 0 }],
    removed: { images: [{}] },
  });
  expect(await client.call('lesions.get', { lesionId: lesion.id })).toMatchObject({ images: [] });
  expect(await client.call('patients.sideBySide', { patientId: patient.id })).toEqual([]);
  const dueOn = daysAfter(localDay(new Date()), 9);
  await client.call('followUps.plan', { lesionId: lesion.id, kind: 'monitor', dueOn });
  expect((await client.call('followUps.page', {})).entries).toMatchObject([{ newest: null }]);
});
