import { afterAll, beforeAll, expect, test } from 'vitest';
import { daysAfter, localDay } from '../../src/clinic/entities/days.ts';
import { drawTestImage, enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
let lesionId: string;
let imageId: string;
const today = localDay(new Date());
const call = ((name, input) => station.client.call(name, input)) as TestStation['client']['call'];
const review = (decision: 'monitor' | 'biopsy' | 'no-action', dueOn: string | null) =>
  call('reviews.save', {
    imageId,
    readingId: null,
    details: { impression: 'nv', decision, dueOn, note: '' },
  });
const awaited = async () => (await call('followUps.page', {})).entries;

beforeAll(async () => {
  station = await startStation();
  lesionId = (await enrolOne(station.client)).lesion.id;
});
afterAll(() => station.close());

test('a finding is entered before there is any image, and counts for nobody’s judgement', async () => {
  const details = { takenOn: '2020-02-03', diagnosis: 'naevus' as const };
  await call('histology.add', { lesionId, details });
  expect(await call('quality.get', {})).toMatchObject({
    lesions: 1,
    withoutImage: 1,
    network: { leftOut: 0 },
    readers: [],
  });
  await expect(
    call('histology.add', { lesionId, details: { ...details, takenOn: daysAfter(today, 1) } }),
  ).rejects.toMatchObject({ code: 'invalid-input' });
});

test('to monitor a lesion without a day, or for a day that is past, is refused and nothing saved', async () => {
  const imported = await call('images.import', {
    lesionId,
    importId: '1',
    fileName: 'a.jpg',
    bytes: await drawTestImage(1),
  });
  imageId = imported.image.id;
  for (const day of [null, today, '2020-01-01'])
    await expect(review('monitor', day)).rejects.toMatchObject({ code: 'invalid-input' });
  expect((await call('images.get', { imageId })).reviews).toEqual([]);
  expect(await awaited()).toEqual([]);
});

test('a decision is awaited until a finding comes, which may close the lesion', async () => {
  await review('monitor', daysAfter(today, 90));
  expect(await awaited()).toMatchObject([
    {
      followUp: { kind: 'monitor' },
      lesion: { id: lesionId },
      newest: { image: { id: imageId } },
      hasCome: false,
    },
  ]);
  await review('biopsy', daysAfter(today, 14));
  expect(await call('followUps.counts', {})).toEqual({ overdue: 0, soon: 1, later: 0, undated: 0 });
  const details = { takenOn: today, diagnosis: 'melanoma' as const, breslowMm: 0.4 };
  await call('histology.add', { lesionId, details, isExcised: true });
  expect(await awaited()).toEqual([]);
  const record = await call('images.get', { imageId });
  expect(record.lesion.closure).toEqual({ on: today, reason: 'excised' });
  const quality = await call('quality.get', {});
  expect(quality).toMatchObject({ lesions: 1, malignant: 1, withoutImage: 0 });
  expect(quality.readers).toMatchObject([{ name: 'Tester', sensitivity: { count: 0, of: 1 } }]);
});

test('the audit log tells of findings and of what is awaited, and of no diagnosis', async () => {
  const entries = await call('audit.list', {});
  const actions = entries.map(({ action }) => action);
  expect(actions).toEqual(expect.arrayContaining(['histology.add', 'review.save']));
  expect(JSON.stringify(entries)).not.toContain('melanoma');
  expect((await call('audit.verify', {})).intact).toBe(true);
});
