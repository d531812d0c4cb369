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

/** The station ends and another one begins on the same folder, as after a restart of the computer. */
async function restart() {
  station.stop();
  station = await startStation({}, station.dataFolder);
  client = station.client;
  await client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
}

const list = () => client.call('recent.list', {});
const undo = async (at = 0) => {
  const found = (await list())[at];
  if (!found) throw new Error('nothing was changed');
  return client.call('recent.undo', { changeId: found.change.id });
};
const patient = async () => (await client.call('patients.get', { patientId })).patient;
const record = () => client.call('patients.get', { patientId });
const edit = async (change: object) => {
  const { revision, ...details } = await patient();
  return client.call('patients.update', {
    patientId,
    revision,
    details: { ...details, ...change },
  });
};
const addLesion = (label: string) =>
  client.call('lesions.add', { patientId, details: { label, bodySite: 'chest' } });
const image = async (of: string, seed: number) => {
  const bytes = await drawTestImage(seed);
  const call = { lesionId: of, importId: `${seed}`, fileName: `${seed}.jpg`, bytes };
  return (await client.call('images.import', call)).image;
};

test('an edit of a patient is taken back after a restart, field by field: what was edited beside it stays', async () => {
  await edit({ familyName: 'Quillfeder', phototype: 3 });
  await edit({ note: 'prefers mornings' });
  await restart();
  const [second, first] = await list();
  expect(second?.change.did).toMatchObject({ after: { note: 'prefers mornings' } });
  expect(first?.change.did).toMatchObject({
    before: { familyName: 'Quillfeather', phototype: null },
    after: { familyName: 'Quillfeder', phototype: 3 },
  });
  await undo(1);
  expect(await patient()).toMatchObject({
    ...{ familyName: 'Quillfeather', phototype: null, note: 'prefers mornings' },
  });
  expect((await list())[1]).toMatchObject({ obstacle: 'It was taken back already.' });
  await expect(undo(1)).rejects.toMatchObject({ code: 'changed-meanwhile' });
  expect(await client.call('audit.verify', {})).toMatchObject({ intact: true });
});

test('an edit whose field was edited again is refused with the reason', async () => {
  await edit({ familyName: 'Quillfeder' });
  await edit({ familyName: 'Quillfedder' });
  const refused = await undo(1).catch((error: Error) => error);
  expect(refused).toMatchObject({
    code: 'changed-meanwhile',
    message: 'The same was edited again since. Nothing was changed.',
  });
  expect((await patient()).familyName).toBe('Quillfedder');
  await undo(0);
  await undo(1);
  expect((await patient()).familyName).toBe('Quillfeather');
});

test('archiving, closing, removing and merging are taken back after a restart', async () => {
  const other = await addLesion('B');
  await image(lesionId, 1);
  await client.call('patients.archive', { patientId });
  await restart();
  await undo();
  expect((await patient()).archivedAt).toBeNull();

  const closure = { on: '2026-02-03', reason: 'excised' } as const;
  await client.call('lesions.close', { lesionId, closure });
  await client.call('lesions.remove', { lesionId });
  await restart();
  const [, closed] = await list();
  expect(closed?.obstacle).toMatch(/removed or merged since/);
  await undo(0);
  await undo(1);
  const [first] = (await record()).lesions;
  expect(first).toMatchObject({ lesion: { closure: null, removedAt: null }, images: [{}] });

  await client.call('lesions.merge', { lesionId, intoLesionId: other.id });
  await restart();
  expect((await list())[0]).toMatchObject({ lesionLabel: 'A', otherLabel: 'B', obstacle: null });
  await undo();
  expect((await record()).lesions.map(({ images }) => images.length)).toEqual([1, 0]);
});

test('images that were moved or removed come back, unless they went on or came again', async () => {
  const other = await addLesion('B');
  const third = await addLesion('C');
  const [one, two] = [await image(lesionId, 1), await image(lesionId, 2)];
  await client.call('images.move', { imageIds: [one.id, two.id], lesionId: other.id });
  await restart();
  expect((await list())[0]).toMatchObject({ lesionLabel: 'B', obstacle: null });
  await undo();
  expect((await record()).lesions.map(({ images }) => images.length)).toEqual([2, 0, 0]);

  await client.call('images.move', { imageIds: [one.id], lesionId: other.id });
  await client.call('images.move', { imageIds: [one.id], lesionId: third.id });
  expect((await list())[1]?.obstacle).toBe('An image was moved on since.');

  await client.call('images.remove', { imageId: two.id });
  await image(lesionId, 2);
  expect((await list())[0]?.obstacle).toMatch(/imported again since/);
});

test('a lesion that was moved on the map, and records that were merged, are as before', async () => {
  const { lesions } = await record();
  const [found] = lesions;
  if (!found) throw new Error('no lesion');
  const { label, laterality, note, revision } = found.lesion;
  const position = { view: 'front', x: 0.4, y: 0.3 } as const;
  await client.call('lesions.update', {
    ...{ lesionId, revision },
    details: { label, laterality, note, bodySite: 'chest', position },
  });
  const double = await client.call('patients.enrol', { familyName: 'Quillfeder' });
  await client.call('patients.merge', { patientId, intoPatientId: double.id });
  await restart();
  expect((await list()).map(({ obstacle }) => obstacle)).toEqual([
    null,
    expect.stringMatching(/^The record was merged/),
  ]);
  await undo(0);
  await undo(1);
  expect((await record()).lesions[0]?.lesion).toMatchObject({
    ...{ bodySite: 'forearm', position: null },
  });
});

test('what its record has gone on from cannot be taken back, and it is said why', async () => {
  const { call } = client;
  /** Of the newest change of this kind. */
  const obstacle = async (act: string) =>
    (await list()).find(({ change }) => change.did.act === act)?.obstacle;
  const again = 'It was changed again since.';
  const gone = 'The lesion was removed or merged since.';
  const other = await addLesion('B');
  const { id: imageId } = await image(lesionId, 1);

  await call('images.remove', { imageId });
  expect(await obstacle('image.remove')).toBeNull();
  await call('images.restore', { imageId });
  expect(await obstacle('image.remove')).toBe(again);
  await call('images.move', { imageIds: [imageId], lesionId: other.id });
  expect(await obstacle('image.move')).toBeNull();

  const { revision } = other;
  await call('lesions.update', { lesionId: other.id, revision, details: { label: 'C' } });
  expect(await obstacle('lesion.update')).toBeNull();
  await call('lesions.remove', { lesionId: other.id });
  expect(await obstacle('lesion.update')).toBe(gone);
  await call('lesions.restore', { lesionId: other.id });
  expect(await obstacle('lesion.remove')).toBe(again);
  const closure = { on: '2026-02-03', reason: 'excised' } as const;
  await call('lesions.close', { lesionId, closure });
  await call('lesions.close', { lesionId, closure: { ...closure, reason: 'gone' } });
  const closings = (await list()).filter(({ change }) => change.did.act === 'lesion.close');
  expect(closings.map((each) => each.obstacle)).toEqual([null, again]);
  await call('lesions.reopen', { lesionId });
  expect(await obstacle('lesion.close')).toBe(again);
  await call('lesions.merge', { lesionId, intoLesionId: other.id });
  expect(await obstacle('lesion.merge')).toBeNull();
  expect(await obstacle('lesion.close')).toBe(gone);
  expect(await obstacle('image.move')).toBe(
    'The lesion that they came from was removed or merged since.',
  );
  await call('lesions.restore', { lesionId });
  expect(await obstacle('lesion.merge')).toBe(again);

  await call('patients.archive', { patientId });
  await call('patients.restore', { patientId });
  expect(await obstacle('patient.archive')).toBe(again);
  const [{ id: kept }, { id: last }] = [
    await call('patients.enrol', { familyName: 'Quillfeder' }),
    await call('patients.enrol', { familyName: 'Quillfether' }),
  ];
  const merge = await call('patients.merge', { patientId, intoPatientId: kept });
  expect(await obstacle('patient.merge')).toBeNull();
  await call('patients.merge', { patientId: kept, intoPatientId: last });
  const merges = (await list()).filter(({ change }) => change.did.act === 'patient.merge');
  expect(merges.map((each) => each.obstacle)).toEqual([
    null,
    'The patient who was kept was merged into another one since.',
  ]);
  await undo();
  await call('patients.unmerge', { mergeId: merge.id });
  expect((await list())[1]?.obstacle).toBe('The two were taken apart since.');
});

test('whose role has changed since is told so, and takes nothing back', async () => {
  const colleague = { userName: 'Second', passphrase: 'marble window kettle' };
  await client.call('users.add', { ...colleague, role: 'administrator' });
  const closure = { on: '2026-02-03', reason: 'gone' } as const;
  await client.call('lesions.close', { lesionId, closure });
  const users = await client.call('users.list', {});
  const userId = users.find(({ name }) => name === 'Tester')?.id ?? '';
  await client.call('session.unlock', colleague);
  await client.call('users.setRole', { userId, role: 'assistant' });
  await client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  expect((await list())[0]?.obstacle).toBe('Your role does not allow it any more.');
  await expect(undo()).rejects.toMatchObject({ code: 'changed-meanwhile' });
});

test('the list is the user’s own, and as long as one can overlook', async () => {
  for (let n = 0; n < 55; n++) await edit({ note: `note ${n}` });
  expect(await list()).toHaveLength(50);
  const [first] = await list();
  await client.call('users.add', {
    ...{ userName: 'Second', role: 'clinician', passphrase: 'marble window kettle' },
  });
  await client.call('session.lock', {});
  await client.call('session.unlock', { userName: 'Second', passphrase: 'marble window kettle' });
  expect(await list()).toEqual([]);
  const changeId = first?.change.id ?? '';
  await expect(client.call('recent.undo', { changeId })).rejects.toMatchObject({
    code: 'not-found',
  });
});
