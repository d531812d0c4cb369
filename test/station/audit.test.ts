import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

let station: TestStation;
beforeAll(async () => {
  station = await startStation();
});
afterAll(() => station.close());

const entries = async () => station.client.call('audit.list', { limit: 500 });
const count = async (action: string) =>
  (await entries()).filter((entry) => entry.action === action).length;

test('who looks at a patient is entered, once in a quarter of an hour, and again after unlocking', async () => {
  const { call } = station.client;
  const { patient, lesion } = await enrolOne(station.client);
  await call('patients.get', { patientId: patient.id });
  await call('patients.get', { patientId: patient.id });
  await call('lesions.get', { lesionId: lesion.id });
  const reads = (await entries()).filter(({ action }) => action === 'patient.read');
  expect(reads).toMatchObject([{ userName: 'Tester', subject: `patient:${patient.id}` }]);
  await call('session.lock', {});
  await call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  await call('patients.get', { patientId: patient.id });
  expect(await count('patient.read')).toBe(2);
});

test('every way to a patient’s record enters that it was looked at', async () => {
  const { call } = station.client;
  const patient = await call('patients.enrol', { familyName: 'Thistle', givenName: 'Bram' });
  const other = await call('patients.enrol', { familyName: 'Thistle', givenName: 'Bran' });
  const lesion = await call('lesions.add', {
    ...{ patientId: patient.id, details: { label: 'A', bodySite: 'forearm', laterality: 'left' } },
  });
  const { image } = await call('images.import', {
    ...{ lesionId: lesion.id, importId: '1', fileName: 'a.jpg', bytes: await drawTestImage(3) },
  });
  const { overview } = await call('overviews.import', {
    ...{ patientId: patient.id, fileName: 'b.jpg', bytes: await drawTestImage(4), region: 'back' },
  });
  const ways = {
    patient: () => call('patients.get', { patientId: patient.id }),
    'side by side': () => call('patients.sideBySide', { patientId: patient.id }),
    lesion: () => call('lesions.get', { lesionId: lesion.id }),
    image: () => call('images.get', { imageId: image.id }),
    overview: () => call('overviews.get', { overviewId: overview.id }),
    doubles: () => call('doubles.compare', { patientId: patient.id, otherId: other.id }),
  };
  for (const [way, look] of Object.entries(ways)) {
    await call('session.lock', {});
    await call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
    await look();
    const [newest] = await entries();
    const looked = { action: 'patient.read', subject: expect.stringMatching(/^patient:/) };
    expect(newest, way).toMatchObject(looked);
  }
  expect((await entries()).slice(0, 2).map(({ subject }) => subject)).toEqual([
    `patient:${other.id}`,
    `patient:${patient.id}`,
  ]);
});

test('what is printed is entered by the record’s id, and nothing else is taken', async () => {
  const { call } = station.client;
  const subject = 'image:0197a000-0000-7000-8000-000000000000';
  for (const printed of [subject.replace('image', 'overview'), subject]) {
    await call('audit.printed', { subject: printed });
    expect((await entries())[0]).toMatchObject({ action: 'screen.print', subject: printed });
  }
  for (const other of [
    'patient:Quillfeather',
    'screen:Ottoline Quillfeather',
    subject.slice(0, 20),
  ])
    await expect(call('audit.printed', { subject: other })).rejects.toMatchObject({
      code: 'invalid-input',
    });
});

test('a wrong passphrase is entered when the right one comes', async () => {
  const { call } = station.client;
  await call('session.lock', {});
  const wrong = { userName: 'Tester', passphrase: 'not this one at all' };
  await expect(call('session.unlock', wrong)).rejects.toMatchObject({ code: 'wrong-passphrase' });
  await call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  expect(await count('session.unlock-failed')).toBe(1);
  expect(await call('audit.verify', {})).toMatchObject({ intact: true });
});

test('the records are checked, once for all who ask meanwhile, and the log says when and what was found', async () => {
  const { call } = station.client;
  expect(await call('health.state', {})).toEqual({ last: null, running: null });
  const [one, other] = await Promise.all([call('health.check', {}), call('health.check', {})]);
  expect(one).toMatchObject({ ok: true, problems: [], audit: { intact: true } });
  expect(other).toEqual(one);
  const state = await call('health.state', {});
  expect(state).toMatchObject({ last: { problems: 0 }, running: null });
  expect((await entries())[0]).toMatchObject({ action: 'clinic.check', subject: 'found:0' });
});
