import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Client } from '../../src/processes/channel.ts';
import type { StationContract } from '../../src/station/contract/index.ts';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

let station: TestStation;
let client: Client<StationContract>;
let patientId: string;
let lesionId: string;

beforeEach(async () => {
  station = await startStation();
  client = station.client;
  const { patient, lesion } = await enrolOne(client);
  [patientId, lesionId] = [patient.id, lesion.id];
});
afterEach(() => station.close());

const middle = { x: 0.5, y: 0.5 };
const add = (bytes: Uint8Array, fileName = 'back.jpg', of = patientId) =>
  client.call('overviews.import', { patientId: of, region: 'back', fileName, bytes });
async function addOne(seed = 1) {
  const result = await add(await drawTestImage(seed));
  if (result.outcome !== 'imported') throw new Error('a duplicate');
  return result.overview;
}
const mark = (overviewId: string, at: typeof middle | null = middle) =>
  client.call('overviews.mark', { overviewId, lesionId, at });
const ofPatient = () => client.call('overviews.ofPatient', { patientId });
const as = async (userName: string, passphrase: string) => {
  await client.call('session.lock', {});
  await client.call('session.unlock', { userName, passphrase });
};

test('a photograph is kept upright with the camera’s time, is read by no network and waits for nobody', async () => {
  const bytes = await sharp(await drawTestImage(1))
    .withExif({ IFD2: { DateTimeOriginal: '2024:05:21 09:40:00' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const result = await add(bytes);
  expect(result).toMatchObject({
    outcome: 'imported',
    overview: { widthPx: 180, heightPx: 240, region: 'back', importedByName: 'Tester' },
  });
  const { id } = result.overview;
  expect(result.overview.capturedAt).toBe('2024-05-21T09:40:00');
  const { bytes: rendition } = await client.call('overviews.rendition', {
    overviewId: id,
    maxSidePx: 120,
  });
  expect(await sharp(rendition).metadata()).toMatchObject({ width: 90, height: 120 });
  const thumbnail = await client.call('overviews.thumbnail', { overviewId: id });
  expect((await sharp(thumbnail.bytes).metadata()).format).toBe('jpeg');
  expect((await client.call('worklist.page', {})).entries).toEqual([]);
  const { lesions } = await client.call('patients.get', { patientId });
  expect(lesions.map(({ imageCount }) => imageCount)).toEqual([0]);
  expect((await client.call('patients.search', {})).entries[0]).toMatchObject({ imageCount: 0 });
  const actions = (await client.call('audit.list', {})).map(({ action }) => action);
  expect(actions).toContain('overview.import');
  expect(actions).not.toContain('image.read');
  expect(await client.call('audit.verify', {})).toMatchObject({ intact: true });
});

test('a lesion is marked, moved and unmarked; both pages say so, and the log', async () => {
  const overview = await addOne();
  expect((await mark(overview.id)).marker).toMatchObject({ ...middle, placedByName: 'Tester' });
  await mark(overview.id, { x: 0.25, y: 0.75 });
  expect((await ofPatient()).overviews).toMatchObject([
    { overview: { id: overview.id }, markers: [{ lesionId, x: 0.25, y: 0.75 }] },
  ]);
  expect(await client.call('overviews.ofLesion', { lesionId })).toMatchObject([
    { overview: { id: overview.id }, marker: { x: 0.25 } },
  ]);
  expect(await client.call('overviews.get', { overviewId: overview.id })).toMatchObject({
    patient: { id: patientId },
    markers: [{ lesionId }],
  });
  expect(await mark(overview.id, null)).toEqual({ marker: null });
  expect(await client.call('overviews.ofLesion', { lesionId })).toEqual([]);
  const [entry] = await client.call('audit.list', {});
  expect(entry).toMatchObject({
    action: 'overview.unmark',
    subject: `overview:${overview.id} lesion:${lesionId}`,
  });
});

test('marks, the region and a removal are taken back after a restart, unless they were changed again', async () => {
  const overview = await addOne();
  await mark(overview.id);
  await mark(overview.id, { x: 0.25, y: 0.75 });
  await client.call('overviews.setRegion', { overviewId: overview.id, region: 'upper-back' });
  await client.call('overviews.remove', { overviewId: overview.id });
  station.stop();
  station = await startStation({}, station.dataFolder);
  client = station.client;
  await client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  const changes = await client.call('recent.list', {});
  expect(changes.map(({ obstacle }) => obstacle)).toEqual([
    null,
    ...Array.from({ length: 3 }, () => 'The photograph was removed since.'),
  ]);
  const undo = (at: number) =>
    client.call('recent.undo', { changeId: changes[at]?.change.id ?? '' });
  await undo(0);
  expect((await client.call('recent.list', {})).map(({ obstacle }) => obstacle).slice(1)).toEqual([
    ...[null, null, 'It was changed again since.'],
  ]);
  await undo(1);
  await undo(2);
  const { overviews, removed } = await ofPatient();
  expect(removed).toEqual([]);
  expect(overviews).toMatchObject([{ overview: { region: 'back' }, markers: [middle] }]);
  await undo(3);
  expect((await ofPatient()).overviews[0]?.markers).toEqual([]);
  expect(await client.call('audit.verify', {})).toMatchObject({ intact: true });
});

test('other screens are told to fetch the photographs again by each change of one, and by a duplicate not', async () => {
  const told: (readonly string[])[] = [];
  client.subscribe('changes', {}, ({ topics }) => told.push(topics));
  const { id: overviewId } = await addOne();
  await addOne().catch(() => {});
  await mark(overviewId);
  await mark(overviewId, null);
  await client.call('overviews.setRegion', { overviewId, region: 'upper-back' });
  await client.call('overviews.remove', { overviewId });
  await client.call('overviews.restore', { overviewId });
  expect(told).toEqual(Array.from({ length: 6 }, () => ['overviews']));
});

test('a file that is there already is added once, be it dropped twice at a time, and says whose it is', async () => {
  const bytes = await drawTestImage(3);
  const both = await Promise.all([add(bytes), add(bytes)]);
  expect(both.map(({ outcome }) => outcome).sort()).toEqual(['duplicate', 'imported']);
  const other = await client.call('patients.enrol', { familyName: 'Nakamura' });
  expect(await add(bytes, 'again.jpg', other.id)).toMatchObject({
    outcome: 'duplicate',
    patient: { id: patientId },
  });
  const target = { lesionId, importId: '1', fileName: 'a.jpg', bytes };
  expect(await client.call('images.import', target)).toMatchObject({ outcome: 'imported' });
});

test('refused: no image, nothing, an erased, unknown or merged patient, another’s lesion, beside the picture', async () => {
  await expect(add(Buffer.from('hello'), 'a.txt')).rejects.toMatchObject({ code: 'not-an-image' });
  await expect(add(new Uint8Array(), 'a.jpg')).rejects.toMatchObject({ code: 'empty-file' });
  const bytes = await drawTestImage(1);
  await expect(add(bytes, 'a.jpg', randomUUID())).rejects.toMatchObject({ code: 'not-found' });
  const overview = await addOne(2);
  for (const at of [
    { x: -0.01, y: 0.5 },
    { x: 0.5, y: 1.5 },
  ])
    await expect(mark(overview.id, at)).rejects.toMatchObject({ code: 'invalid-input' });
  const other = await client.call('patients.enrol', { familyName: 'Nakamura' });
  const foreign = await client.call('lesions.add', {
    patientId: other.id,
    details: { label: 'X' },
  });
  await expect(
    client.call('overviews.mark', { overviewId: overview.id, lesionId: foreign.id, at: middle }),
  ).rejects.toMatchObject({ code: 'not-found' });
  await client.call('lesions.remove', { lesionId });
  await expect(mark(overview.id)).rejects.toMatchObject({ code: 'lesion-removed' });
  const merging = { patientId: other.id, intoPatientId: patientId };
  await client.call('patients.merge', merging);
  await expect(add(bytes, 'a.jpg', other.id)).rejects.toMatchObject({ code: 'patient-merged' });
  const subject = { kind: 'patient', id: patientId } as const;
  await client.call('erasures.erase', { subject, reason: 'request', second: null });
  await expect(add(bytes, 'a.jpg')).rejects.toMatchObject({ code: 'not-found' });
  await expect(mark(overview.id)).rejects.toMatchObject({ code: 'not-found' });
});

test('an archived patient’s record takes a photograph as it takes images', async () => {
  await client.call('patients.archive', { patientId });
  const overview = await addOne();
  expect((await ofPatient()).overviews[0]?.overview).toEqual(overview);
});

test('an assistant adds and marks and removes nothing; a reader looks', async () => {
  const overview = await addOne();
  const passphrase = 'marble window kettle';
  await client.call('users.add', { userName: 'Assistant', role: 'assistant', passphrase });
  await client.call('users.add', { userName: 'Reader', role: 'reader', passphrase });
  await as('Assistant', passphrase);
  await addOne(2);
  await mark(overview.id);
  const overviewId = overview.id;
  await expect(client.call('overviews.remove', { overviewId })).rejects.toMatchObject({
    code: 'not-allowed',
  });
  await as('Reader', passphrase);
  expect((await ofPatient()).overviews).toHaveLength(2);
  await client.call('overviews.rendition', { overviewId, maxSidePx: 100 });
  await expect(mark(overviewId, null)).rejects.toMatchObject({ code: 'not-allowed' });
  await expect(add(await drawTestImage(3))).rejects.toMatchObject({ code: 'not-allowed' });
});
