import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LesionDetails, PatientDetails } from '../../src/clinic/entities/index.ts';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

let station: TestStation;
beforeEach(async () => {
  station = await startStation();
});
afterEach(() => station.close());

const call: TestStation['client']['call'] = (...input) => station.client.call(...input);

const importFile = (lesionId: string, bytes: Uint8Array) =>
  call('images.import', { lesionId, importId: 'x', fileName: 'lesion.jpg', bytes });

/** A patient with a lesion and an image of it that is reviewed, and another patient with a lesion. */
async function wrongPatient() {
  const { patient, lesion } = await enrolOne(station.client);
  const bytes = await drawTestImage(1);
  const { image } = await importFile(lesion.id, bytes);
  await call('reviews.save', {
    imageId: image.id,
    readingId: null,
    details: { impression: 'nv', decision: 'monitor', dueOn: '2999-01-01', note: '' },
  });
  const right = await call('patients.enrol', { familyName: 'Abendroth' });
  const rightLesion = await call('lesions.add', { patientId: right.id, details: { label: 'B' } });
  return { patient, lesion, image, bytes, right, rightLesion };
}

/** What was done, newest first; that it was looked at is left out. */
const changes = async () =>
  (await call('audit.list', {})).filter(({ action }) => action !== 'patient.read');
const actions = async () => (await changes()).map(({ action }) => action);

test('an image of the wrong patient is moved, with an audit entry, and both pages say so', async () => {
  const { patient, lesion, image, right, rightLesion } = await wrongPatient();
  await call('images.move', { imageIds: [image.id], lesionId: rightLesion.id });

  const there = await call('images.get', { imageId: image.id });
  expect(there).toMatchObject({ patient: { id: right.id }, reviews: [{ impression: 'nv' }] });
  expect(there.readings).toHaveLength(1);
  expect(there.moves).toMatchObject([
    { userName: 'Tester', lesion: { id: lesion.id }, patient: { id: patient.id } },
  ]);
  const wrong = await call('patients.get', { patientId: patient.id });
  expect(wrong.lesions[0]).toMatchObject({
    images: [],
    movedIn: [],
    movedOut: [{ imageId: image.id, fileName: 'lesion.jpg', patient: { id: right.id } }],
  });
  expect(wrong.visits).toEqual([]);
  const page = await call('patients.get', { patientId: right.id });
  expect(page.lesions[0]).toMatchObject({
    images: [{ image: { id: image.id }, review: { impression: 'nv' } }],
    movedIn: [{ imageId: image.id, patient: { id: patient.id } }],
  });
  const [entry] = await changes();
  expect(entry).toMatchObject({
    action: 'image.move',
    subject: `image:${image.id} lesion:${lesion.id} lesion:${rightLesion.id}`,
  });

  await call('images.takeMoveBack', { imageIds: [image.id] });
  const back = await call('patients.get', { patientId: patient.id });
  expect(back.lesions[0]).toMatchObject({ images: [{}], movedIn: [], movedOut: [] });
  expect((await actions()).slice(0, 2)).toEqual(['image.take-move-back', 'image.move']);
  expect(await call('audit.verify', {})).toMatchObject({ intact: true });
});

test('several images are moved together or not at all', async () => {
  const { lesion, image, rightLesion } = await wrongPatient();
  const nobody = '01890000-0000-7000-8000-000000000000';
  const moving = call('images.move', { imageIds: [image.id, nobody], lesionId: rightLesion.id });
  await expect(moving).rejects.toMatchObject({ code: 'not-found' });
  expect(await call('images.get', { imageId: image.id })).toMatchObject({
    lesion: { id: lesion.id },
  });
  expect(await actions()).not.toContain('image.move');
});

test('a removed image is on its patient’s page, and its file can be imported again elsewhere', async () => {
  const { patient, image, bytes, rightLesion } = await wrongPatient();
  await call('images.remove', { imageId: image.id });
  const { lesions, removed } = await call('patients.get', { patientId: patient.id });
  expect(lesions[0]?.images).toEqual([]);
  expect(removed.images).toMatchObject([
    { image: { id: image.id }, reading: {}, review: { impression: 'nv' } },
  ]);
  const again = await importFile(rightLesion.id, bytes);
  expect(again).toMatchObject({ outcome: 'imported', reading: {} });
  expect(again.image.id).not.toBe(image.id);
  expect(await importFile(rightLesion.id, bytes)).toMatchObject({ outcome: 'duplicate' });
  const restoring = call('images.restore', { imageId: image.id });
  await expect(restoring).rejects.toMatchObject({ code: 'duplicate-image' });
});

test('a lesion is closed, removed with its images, merged, and each is undone', async () => {
  const { patient, lesion, image } = await wrongPatient();
  const lesionId = lesion.id;
  const page = async () => (await call('patients.get', { patientId: patient.id })).lesions;
  const closure = { on: '2026-03-01', reason: 'excised' } as const;
  await call('lesions.close', { lesionId, closure });
  expect(await page()).toMatchObject([{ lesion: { closure } }]);
  await call('lesions.reopen', { lesionId });
  await call('lesions.remove', { lesionId });
  expect(await page()).toEqual([]);
  await call('lesions.restore', { lesionId });
  expect(await page()).toMatchObject([{ lesion: { closure: null }, images: [{}] }]);

  const second = await call('lesions.add', { patientId: patient.id, details: { label: 'B' } });
  await call('lesions.merge', { lesionId, intoLesionId: second.id });
  expect(await page()).toMatchObject([
    { lesion: { id: second.id }, images: [{ image: { id: image.id } }] },
  ]);
  const [entry] = await changes();
  expect(entry).toMatchObject({ subject: `lesion:${lesionId} lesion:${second.id}` });
  const late = await importFile(lesionId, await drawTestImage(2));
  expect(late.image.lesionId).toBe(second.id);
  await call('lesions.restore', { lesionId });
  expect(await page()).toMatchObject([
    { lesion: { id: lesionId }, images: [{ image: { id: image.id } }] },
    { lesion: { id: second.id }, images: [{ image: { id: late.image.id } }] },
  ]);
  expect(await actions()).toEqual(
    expect.arrayContaining([
      'lesion.close',
      'lesion.reopen',
      'lesion.remove',
      'lesion.merge',
      'lesion.restore',
    ]),
  );
});

test('of two windows that edit one patient or lesion, the later one is told and nothing is lost', async () => {
  const { patient, lesion } = await enrolOne(station.client);
  const other = await station.secondScreen();
  const patientDetails = (note: string): PatientDetails => ({ ...patient, note });
  const lesionDetails = (note: string): LesionDetails => ({ ...lesion, note });
  const edit = { patientId: patient.id, revision: patient.revision };
  const edited = await other.call('patients.update', { ...edit, details: patientDetails('one') });
  const late = call('patients.update', { ...edit, details: patientDetails('two') });
  await expect(late).rejects.toMatchObject({ code: 'changed-meanwhile' });
  const found = await call('patients.get', { patientId: patient.id });
  expect(found.patient).toEqual(edited);
  expect(edited).toMatchObject({ note: 'one', revision: 2 });

  const place = { lesionId: lesion.id, revision: lesion.revision };
  await other.call('lesions.update', { ...place, details: lesionDetails('one') });
  const lateToo = call('lesions.update', { ...place, details: lesionDetails('two') });
  await expect(lateToo).rejects.toMatchObject({ code: 'changed-meanwhile' });
});

test('a person who is enrolled already is found by nearly the same name and birth date', async () => {
  await enrolOne(station.client);
  const born = { givenName: 'Ottoline', birthDate: '1961-03-14' };
  const enrolled = await call('patients.enrol', { familyName: 'Bélanger', ...born });
  const doubles = await call('patients.possibleDoubles', { familyName: 'Belangre', ...born });
  expect(doubles).toEqual([{ patient: enrolled, likeness: 'similar-name' }]);
});

test('what is typed into a form is there again after a lock, for the one who typed it alone', async () => {
  const { patient } = await enrolOne(station.client);
  const second = { userName: 'Second', passphrase: 'another long passphrase' };
  await call('users.add', { ...second, role: 'clinician' });
  const key = { form: 'patient', subjectId: patient.id } as const;
  const details: PatientDetails = { ...patient, familyName: '', note: 'asks for Tuesdays' };
  const draft = { form: 'patient', details, begunFrom: null } as const;
  await call('formDrafts.keep', { ...key, draft });
  await call('session.lock', {});
  await call('session.unlock', second);
  expect(await call('formDrafts.get', key)).toBeNull();
  await call('session.lock', {});
  await call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  expect(await call('formDrafts.get', key)).toMatchObject({
    details: { familyName: '', note: 'asks for Tuesdays' },
  });
  await call('formDrafts.keep', { ...key, draft: null });
  expect(await call('formDrafts.get', key)).toBeNull();
});
