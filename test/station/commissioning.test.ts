import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LesionReader } from '../../src/clinic/reader.ts';
import type { ScoringHead } from '../../src/clinic/scoring.ts';
import type { Decoder } from '../../src/imaging/decoder.ts';
import { CommissioningTrial } from '../../src/station/commissioning.ts';
import { drawTestImage, enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeEach(async () => {
  station = await startStation();
  await enrolOne(station.client);
});
afterEach(() => station.close());

const call: TestStation['client']['call'] = (...input) => station.client.call(...input);

const check = async (fileName: string, seed: number) =>
  call('commissioning.check', { fileName, bytes: await drawTestImage(seed) });

test('the network is tried on labelled images, of which only the figures are kept', async () => {
  expect(await call('commissioning.current', {})).toBeNull();
  const csv = 'image_id,dx,lesion\na,mel,1\nb,nv,2\nc,nv,2\nd,scar,3\n';
  expect(await call('commissioning.begin', { csv, lesionColumn: 'lesion' })).toEqual({
    classes: { mel: 1, nv: 2 },
    unknown: 1,
  });
  expect(await check('a.jpg', 1)).toEqual({ outcome: 'read' });
  expect(await check('b.jpg', 2)).toEqual({ outcome: 'read' });
  expect(await check('b.png', 2)).toEqual({ outcome: 'twice' });
  expect(await check('c.jpg', 4)).toEqual({ outcome: 'read' });
  expect(await check('d.jpg', 3)).toEqual({ outcome: 'no-label' });
  const report = await call('commissioning.report', {});
  expect(report).toMatchObject({
    images: 3,
    lesions: { all: 2, melanoma: 1, malignant: 1, benign: 1 },
    conclusion: 'too-few',
  });

  const kept = await call('commissioning.keep', { useThreshold: false });
  expect(kept).toMatchObject({ userName: 'Tester', report, melanomaThreshold: null });
  expect(await call('commissioning.current', {})).toEqual(kept);
  const [entry] = await call('audit.list', {});
  expect(entry).toMatchObject({
    action: 'commissioning.keep',
    subject: `commissioning:${kept.id}`,
  });
  await expect(call('commissioning.report', {})).rejects.toMatchObject({ code: 'invalid-input' });
});

test('the clinic’s threshold decides in readings from then on', async () => {
  const { lesion } = await enrolledLesion();
  const bytes = await drawTestImage(5);
  const { image } = await call('images.import', {
    ...{ lesionId: lesion.id, importId: 'x', fileName: 'lesion.jpg', bytes },
  });
  const imageId = image.id;
  const { readings } = await call('images.get', { imageId });
  const chances = readings[0]?.probabilities ?? [];
  const melanoma = chances.find(({ code }) => code === 'mel')?.probability ?? 0;
  expect(melanoma).toBeGreaterThan(0);

  // The only melanoma of the trial is this very picture, so its probability is the threshold.
  await call('commissioning.begin', { csv: 'image_id,dx\na,mel\nb,nv\nc,mel\nd,nv\n' });
  for (const name of ['a', 'c'])
    await call('commissioning.check', { fileName: `${name}.jpg`, bytes });
  await check('b.jpg', 2);
  await check('d.jpg', 3);
  const trial = await call('commissioning.report', {});
  const unused = await call('commissioning.keep', { useThreshold: false });
  expect(unused).toMatchObject({ melanomaThreshold: null, report: trial });
  expect(trial.threshold?.melanoma).toBeGreaterThan(0);
  await call('commissioning.begin', { csv: 'image_id,dx\na,mel\nb,nv\nc,mel\nd,nv\n' });
  for (const name of ['a', 'c'])
    await call('commissioning.check', { fileName: `${name}.jpg`, bytes });
  await check('b.jpg', 2);
  await check('d.jpg', 3);
  const kept = await call('commissioning.keep', { useThreshold: true });
  const point = kept.report.threshold?.melanoma;
  expect(kept.melanomaThreshold).toBe(point);
  const again = await call('readings.read', { imageId });
  expect(again.verdict.reasons.includes('melanoma')).toBe(melanoma >= (point ?? 0));
});

test('a threshold cannot be used where no melanoma was read', async () => {
  await call('commissioning.begin', { csv: 'image_id,dx\nb,nv\n' });
  await check('b.jpg', 2);
  const keep = call('commissioning.keep', { useThreshold: true });
  await expect(keep).rejects.toMatchObject({ code: 'invalid-input' });
});

test('what is wrong with the labels is said, and nothing is read', async () => {
  const begin = (csv: string, dxColumn = 'dx') => call('commissioning.begin', { csv, dxColumn });
  await expect(begin('name,dx\na,mel')).rejects.toThrow('columns image_id and dx');
  await expect(begin('image_id,dx\na,mel\na,nv')).rejects.toThrow('two different labels');
  await expect(begin('image_id,dx\na,mel', 'diagnosis')).rejects.toThrow('image_id and diagnosis');
});

test('an image that cannot be read is named, and the trial goes on', async () => {
  await call('commissioning.begin', { csv: 'image_id,dx\na,mel\nb,nv\n' });
  const broken = call('commissioning.check', { fileName: 'a.jpg', bytes: new Uint8Array([1, 2]) });
  await expect(broken).rejects.toMatchObject({ code: 'not-an-image' });
  expect(await check('b.jpg', 2)).toEqual({ outcome: 'read' });
  expect(await call('commissioning.report', {})).toMatchObject({ images: 1 });
});

test('where lesions are not told each image is one', async () => {
  await call('commissioning.begin', { csv: 'image_id,dx,lesion\nb,nv,2\nc,nv,2\n' });
  await check('b.jpg', 2);
  await check('c.jpg', 3);
  expect(await call('commissioning.report', {})).toMatchObject({
    ...{ images: 2, lesions: { all: 2, benign: 2 } },
  });
  const topics: string[] = [];
  station.client.subscribe('changes', {}, (told) => topics.push(...told.topics));
  await call('commissioning.keep', { useThreshold: false });
  expect(topics).toEqual(['commissioning']);
});

test('an image that another trial began to read is not this one’s', async () => {
  const { promise, resolve } = Promise.withResolvers<object>();
  const head = { classes: [{ code: 'mel' }, { code: 'nv' }] } as unknown as ScoringHead;
  const decoder = { read: () => promise } as unknown as Decoder;
  const read = async () => ({ probabilities: [], verdict: {} });
  const reader = { shipped: head, inputSizePx: 1, read } as unknown as LesionReader;
  const trial = new CommissioningTrial(decoder, reader, () => head);
  const labels = { csv: 'image_id,dx\na,mel\n', dxColumn: 'dx', lesionColumn: '' };
  trial.begin(labels);
  const former = trial.check('a.jpg', new Uint8Array(1), new AbortController().signal);
  trial.begin(labels);
  resolve({ tensor: new Uint8Array(3), qualityWarnings: [] });
  expect(await former).toBe('read');
  expect(() => trial.report()).toThrow('No image has been read.');
});

test('locking the clinic forgets the trial', async () => {
  await call('commissioning.begin', { csv: 'image_id,dx\nb,nv\n' });
  await check('b.jpg', 2);
  await call('session.lock', {});
  await call('session.unlock', { userName: 'Tester', passphrase: 'correct horse battery' });
  await expect(call('commissioning.report', {})).rejects.toMatchObject({ code: 'invalid-input' });
});

async function enrolledLesion() {
  const patient = await call('patients.enrol', { familyName: 'Abendroth' });
  const lesion = await call('lesions.add', { patientId: patient.id, details: { label: 'B' } });
  return { patient, lesion };
}
