import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BridgeError } from '../../native-bridge/client/client.ts';
import { LesionReader } from '../../src/clinic/reader.ts';
import { unlockClinic } from '../../src/store/index.ts';
import { unvouched } from '../../src/store/records.ts';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

const makingId = '019430aa-7f3c-7d10-9c5e-2b1f4a6c8d00';
const passphrase = 'marble window kettle';
let here: TestStation;
let there: TestStation;
let patientId: string;
let lesionId: string;

beforeAll(async () => {
  [here, there] = await Promise.all([startStation(), startStation()]);
  const { patient, lesion } = await enrolOne(here.client);
  [patientId, lesionId] = [patient.id, lesion.id];
  await here.client.call('patients.update', {
    patientId,
    revision: 1,
    details: {
      ...{ familyName: 'Quillfeather', givenName: 'Ottoline', recordNumber: 'REC-90210' },
      ...{ birthDate: '1961-03-14', note: 'her uncle Thaddeus drove her' },
    },
  });
  const exif = {
    IFD0: { Artist: 'Thaddeus' },
    IFD2: { DateTimeOriginal: '2026:02:03 10:11:12' },
  };
  const bytes = await sharp(await drawTestImage(3))
    .withExif(exif)
    .jpeg()
    .toBuffer();
  const { image } = await here.client.call('images.import', {
    ...{ lesionId, importId: '1', fileName: 'Quillfeather.jpg', bytes },
  });
  await here.client.call('reviews.save', {
    imageId: image.id,
    readingId: null,
    details: { impression: 'mel', decision: 'excise', note: 'sister of Thaddeus' },
  });
  await here.client.call('histology.add', {
    lesionId,
    details: { takenOn: '2026-01-05', number: 'H-77', diagnosis: 'naevus', text: 'of Ottoline' },
  });
  await enrolOne(there.client);
});
afterAll(async () => {
  await here.close();
  await there.close();
});

const choice = {
  makingId: makingId,
  question: 'Would you excise it?',
  isDeidentified: true,
  withNotes: false,
};
const picturesOf = async (lesionIds: string[]) =>
  (await here.client.call('sharing.plan', { lesionIds })).lesions.flatMap((each) => each.imageIds);
async function make(
  given: { lesionIds?: string[]; imageIds?: string[]; [more: string]: unknown } = {},
) {
  const { lesionIds = [lesionId] } = given;
  const imageIds = given.imageIds ?? (await picturesOf(lesionIds));
  const sealedFor = { passphrase };
  return here.client.call('sharing.make', {
    ...{ ...choice, lesionIds, sealedFor },
    ...{ ...given, imageIds },
  });
}
const open = (bytes: Uint8Array, given: string | null = passphrase) =>
  there.client.call('sharing.open', { bytes, passphrase: given });

test('a case goes out sealed, is looked at elsewhere, and its answer comes back and is filed with the lesion', async () => {
  const overview = await there.client.call('sharing.overview', {});
  const key = await there.client.call('sharing.keyFile', {});
  expect(key.fileName).toBe('clinic.dermaspike-key');
  const inspected = await here.client.call('sharing.inspectKey', { bytes: key.bytes });
  expect(inspected).toEqual({
    ...{ clinicName: 'Test clinic', fingerprint: overview.fingerprint, isKnown: false },
  });
  await here.client.call('sharing.addColleague', { bytes: key.bytes });
  const sealedFor = { fingerprint: overview.fingerprint };
  const { bytes, fileName } = await make({ sealedFor, isDeidentified: false, withNotes: true });
  expect(fileName).toMatch(/^case-[0-9a-f]{8}\.dermaspike-case$/);
  expect(Buffer.from(bytes).includes('Quillfeather')).toBe(false);

  expect(await there.client.call('sharing.inspect', { bytes })).toEqual({ asksPassphrase: false });
  const before = await there.client.call('patients.count', { show: 'current' });
  const opened = await open(bytes, null);
  const [person] = opened.case.persons;
  expect(person).toMatchObject({
    name: { familyName: 'Quillfeather' },
    birthDate: '1961-03-14',
    note: 'her uncle Thaddeus drove her',
    lesions: [
      {
        ...{ ref: 'L1', label: 'A', bodySite: 'forearm' },
        histology: [{ takenOn: '2026-01-05', number: 'H-77' }],
        images: [{ ref: 'I1', reviews: [{ impression: 'mel', byName: 'Tester' }] }],
      },
    ],
  });
  expect(person?.lesions[0]?.images[0]?.reading?.probabilities.length).toBeGreaterThan(1);
  const picture = await there.client.call('sharing.picture', {
    ...{ openedId: opened.openedId, imageRef: 'I1', maxSidePx: 200 },
  });
  expect((await sharp(picture.bytes).metadata()).width).toBe(200);
  expect(await there.client.call('patients.count', { show: 'current' })).toEqual(before);

  const answers = [
    { lesionRef: 'L1', impression: 'nv', decision: 'monitor' as const, text: 'Again in 3 months.' },
  ];
  const answer = await there.client.call('sharing.answer', { openedId: opened.openedId, answers });
  expect(answer.fileName).toMatch(/^answer-[0-9a-f]{8}\.dermaspike-answer$/);
  expect(Buffer.from(answer.bytes).includes('3 months')).toBe(false);
  const found = await here.client.call('sharing.inspectAnswer', { bytes: answer.bytes });
  expect(found).toMatchObject({
    ...{ authorName: 'Tester', clinicName: 'Test clinic', isFiled: false },
    answers: [{ impression: 'nv', lesion: { id: lesionId }, patient: { id: patientId } }],
  });
  await here.client.call('sharing.fileAnswer', { bytes: answer.bytes });
  const filed = await here.client.call('sharing.answersOf', { lesionId });
  expect(filed).toMatchObject([
    { impression: 'nv', decision: 'monitor', text: 'Again in 3 months.' },
  ]);
  await expect(
    here.client.call('sharing.fileAnswer', { bytes: answer.bytes }),
  ).rejects.toMatchObject({ code: 'case-filed' });
  await expect(
    there.client.call('sharing.inspectAnswer', { bytes: answer.bytes }),
  ).rejects.toMatchObject({ code: 'case-unknown' });
  const [given] = (await here.client.call('sharing.overview', {})).cases;
  expect(given).toMatchObject({ answers: 1, sealedFor: 'Test clinic', isDeidentified: false });
  for (const [client, actions] of [
    [here.client, ['colleague.add', 'case.share', 'case.file-answer']],
    [there.client, ['case.open', 'case.answer']],
  ] as const) {
    const log = (await client.call('audit.list', {})).map(({ action }) => action);
    for (const action of actions) expect(log).toContain(action);
    expect(await client.call('audit.verify', {})).toMatchObject({ intact: true });
  }
});

test('a whole patient goes out as one file, is answered lesion by lesion, and each answer is filed with its own', async () => {
  const { client } = here;
  const addLesion = (label: string) =>
    client.call('lesions.add', { patientId, details: { label, bodySite: 'thigh' } });
  const [second, third] = [await addLesion('B'), await addLesion('C')];
  for (const seed of [11, 12])
    await client.call('images.import', {
      ...{ lesionId: second.id, importId: '1', fileName: `${seed}.jpg` },
      bytes: await drawTestImage(seed),
    });
  const plan = await client.call('sharing.planPatient', { patientId });
  expect(plan.patients.map(({ id }) => id)).toEqual([patientId]);
  expect(
    plan.lesions.map(({ lesion, imageIds, isHeldBack }) => [
      ...[lesion.id, imageIds.length, isHeldBack],
    ]),
  ).toEqual([
    [lesionId, 1, false],
    [second.id, 2, false],
    [third.id, 0, false],
  ]);

  const { bytes } = await make({ lesionIds: plan.lesions.map(({ lesion }) => lesion.id) });
  const opened = await open(bytes);
  expect(opened.case.persons).toMatchObject([
    {
      ref: 'P1',
      name: null,
      lesions: [
        { ref: 'L1', label: 'Lesion 1', images: [{ ref: 'I1' }] },
        { ref: 'L2', label: 'Lesion 2', images: [{ ref: 'I2' }, { ref: 'I3' }] },
        { ref: 'L3', label: 'Lesion 3', images: [] },
      ],
    },
  ]);
  for (const imageRef of ['I1', 'I2', 'I3'])
    await there.client.call('sharing.picture', {
      ...{ openedId: opened.openedId, imageRef, maxSidePx: 100 },
    });
  const said = (lesionRef: string, impression: string) => ({
    ...{ lesionRef, impression, decision: 'monitor' as const, text: '' },
  });
  const answer = await there.client.call('sharing.answer', {
    openedId: opened.openedId,
    answers: [said('L3', 'bkl'), said('L1', 'nv')],
  });
  await client.call('sharing.fileAnswer', { bytes: answer.bytes });
  const filed = async (id: string) =>
    (await client.call('sharing.answersOf', { lesionId: id })).map((each) => each.impression);
  expect(await filed(lesionId)).toContain('nv');
  expect(await filed(second.id)).toEqual([]);
  expect(await filed(third.id)).toEqual(['bkl']);
  const log = await client.call('audit.list', {});
  const entry = log.find(({ action }) => action === 'case.share');
  for (const id of [lesionId, second.id, third.id]) expect(entry?.subject).toContain(id);
});

test('a picture that was not looked at does not go out', async () => {
  const imageIds = await picturesOf([lesionId]);
  for (const other of [[], [...imageIds, makingId], [makingId]])
    await expect(make({ imageIds: other })).rejects.toMatchObject({ code: 'changed-meanwhile' });
  await make({ imageIds });
});

test('de-identified it has no name, number, note, hour or metadata, its dates lie months back, and the days between them stay', async () => {
  const { bytes } = await make();
  const opened = await open(bytes);
  const text = JSON.stringify(opened.case);
  for (const secret of [
    ...['Quillfeather', 'Ottoline', 'Thaddeus', 'REC-90210', '1961', '03-14', 'H-77'],
    ...['2026-01-05', '2026-02-03', '10:11:12', patientId, lesionId],
  ])
    expect(text).not.toContain(secret);
  const [person] = opened.case.persons;
  expect(person).toMatchObject({ name: null, birthDate: null, note: '', sex: 'unknown' });
  expect(person?.ageYears).toBeGreaterThan(60);
  const lesion = person?.lesions[0];
  const image = lesion?.images[0];
  const daysBetween = (a = '', b = '') => Math.round((Date.parse(b) - Date.parse(a)) / 86_400_000);
  expect(image?.capturedAt).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(daysBetween(lesion?.histology[0]?.takenOn, image?.capturedAt ?? '')).toBe(
    daysBetween('2026-01-05', '2026-02-03'),
  );
  const daysBack = daysBetween(lesion?.histology[0]?.takenOn, '2026-01-05');
  expect(daysBack).toBeGreaterThanOrEqual(90);
  expect(daysBack).toBeLessThanOrEqual(1460);
  expect(image?.reviews[0]?.byName).toBeNull();
  const { bytes: picture } = await there.client.call('sharing.picture', {
    ...{ openedId: opened.openedId, imageRef: 'I1', maxSidePx: 4096 },
  });
  expect(Buffer.from(picture).includes('Thaddeus')).toBe(false);
  const other = await open((await make()).bytes);
  const dayOf = (from: typeof opened) => from.case.persons[0]?.lesions[0]?.histology[0]?.takenOn;
  const again = await open((await make()).bytes);
  expect(new Set([dayOf(opened), dayOf(other), dayOf(again)]).size).toBeGreaterThan(1);
});

test('an image that was never read goes out without a reading, and one that the case has not is not found', async () => {
  const { client } = here;
  const details = { label: 'B', bodySite: 'thigh' } as const;
  const { id } = await client.call('lesions.add', { patientId, details });
  const why = new BridgeError('accelerator-failed', 'It was unplugged.');
  vi.spyOn(LesionReader.prototype, 'read').mockRejectedValueOnce(why);
  await client.call('images.import', {
    ...{ lesionId: id, importId: '2', fileName: 'b.jpg', bytes: await drawTestImage(4) },
  });
  const { case: shared, openedId } = await open((await make({ lesionIds: [id] })).bytes);
  expect(shared.persons[0]?.lesions).toMatchObject([{ images: [{ ref: 'I1', reading: null }] }]);
  const picture = (imageRef: string) =>
    there.client.call('sharing.picture', { openedId, imageRef, maxSidePx: 100 });
  expect((await picture('I1')).bytes.length).toBeGreaterThan(0);
  await expect(picture('I2')).rejects.toMatchObject({ code: 'not-found' });
});

/** How many rows each table of the colleague's clinic has, but those of the log and of the clinic's own keys. */
async function rowsThere(): Promise<Record<string, number>> {
  await there.client.call('session.lock', {});
  const access = { userName: 'Tester', passphrase: testPassphrase };
  const { store } = await unlockClinic(path.join(there.dataFolder, 'clinic'), access);
  const { records } = store.audit;
  const tables = [...records.kinds.map(({ table }) => table), ...Object.keys(unvouched)];
  const counts = tables
    .filter((table) => !['audit_entry', 'sharing_key', 'signing_key'].includes(table))
    .map((table): [string, number] => [table, records.count(table)]);
  store.close();
  await there.client.call('session.unlock', access);
  return Object.fromEntries(counts);
}

test('a case that is opened, looked at and answered leaves nothing in that clinic but entries of the log', async () => {
  const { bytes } = await make({ isDeidentified: false, withNotes: true });
  const before = await rowsThere();
  expect(before).toMatchObject({ patient: 1, lesion: 1, image: 0, shared_case: 0, kept_lesion: 0 });
  const { openedId } = await open(bytes);
  const { client } = there;
  await client.call('sharing.picture', { openedId, imageRef: 'I1', maxSidePx: 100 });
  const answer = { lesionRef: 'L1', impression: 'nv', decision: 'monitor' as const, text: '' };
  await client.call('sharing.answer', { openedId, answers: [answer] });
  await client.call('sharing.close', { openedId });
  expect(await rowsThere()).toEqual(before);
});

test('what opens it is asked for, and what does not is told by name', async () => {
  const { bytes } = await make();
  expect(await there.client.call('sharing.inspect', { bytes })).toEqual({ asksPassphrase: true });
  await expect(open(bytes, 'marble window kettles')).rejects.toMatchObject({
    code: 'case-wrong-passphrase',
  });
  const changed = Buffer.from(bytes);
  changed[changed.length - 100] = (changed[changed.length - 100] ?? 0) ^ 1;
  await expect(open(changed)).rejects.toMatchObject({ code: 'case-tampered' });
  await expect(open(bytes.subarray(0, -100))).rejects.toMatchObject({ code: 'case-truncated' });
  await expect(open(Buffer.from('a letter\n'))).rejects.toMatchObject({ code: 'case-foreign' });
  const own = await here.client.call('sharing.keyFile', {});
  await here.client.call('sharing.addColleague', { bytes: own.bytes });
  const { fingerprint } = await here.client.call('sharing.overview', {});
  const forUs = await make({ sealedFor: { fingerprint } });
  await expect(open(forUs.bytes, null)).rejects.toMatchObject({ code: 'case-other-clinic' });
  await expect(open(own.bytes)).rejects.toMatchObject({ code: 'case-foreign' });
  await expect(make({ sealedFor: { passphrase: 'summer2026' } })).rejects.toMatchObject({
    code: 'weak-passphrase',
  });
  await expect(make({ sealedFor: { fingerprint: 'nobody' } })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('an answer that names other lesions, or none, is refused; what is open is forgotten with the lock', async () => {
  const { openedId } = await open((await make()).bytes);
  const answer = (lesionRefs: string[]) =>
    there.client.call('sharing.answer', {
      openedId,
      answers: lesionRefs.map((lesionRef) => ({
        ...{ lesionRef, impression: 'nv', decision: 'no-action' as const, text: '' },
      })),
    });
  for (const refs of [['L2'], ['L1', 'L1'], [], ['../etc']])
    await expect(answer(refs)).rejects.toMatchObject({ code: 'invalid-input' });
  await there.client.call('session.lock', {});
  await there.client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  await expect(answer(['L1'])).rejects.toMatchObject({ code: 'not-found' });
  await expect(
    there.client.call('sharing.picture', { openedId, imageRef: 'I1', maxSidePx: 100 }),
  ).rejects.toMatchObject({ code: 'not-found' });
});

test('nothing of a patient who took their consent back is shared', async () => {
  await here.client.call('consents.record', {
    patientId,
    details: { scope: 'sharing', answer: 'withdrawn', saidOn: '2026-02-03' },
  });
  await expect(make({ imageIds: [] })).rejects.toMatchObject({ code: 'consent-withdrawn' });
  for (const plan of [
    here.client.call('sharing.plan', { lesionIds: [lesionId] }),
    here.client.call('sharing.planPatient', { patientId }),
  ])
    await expect(plan).rejects.toMatchObject({ code: 'consent-withdrawn' });
  await here.client.call('consents.record', {
    patientId,
    details: { scope: 'sharing', answer: 'given', saidOn: '2026-02-04' },
  });
  expect(await here.client.call('sharing.plan', { lesionIds: [lesionId] })).toMatchObject({
    patients: [{ id: patientId }],
    lesions: [{ lesion: { id: lesionId }, imageIds: [expect.any(String)], isHeldBack: false }],
  });
});
