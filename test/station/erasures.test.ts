import { afterEach, beforeEach, expect, test } from 'vitest';
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
const request = { reason: 'request', second: null } as const;

test('where two users may, one erases with the other’s passphrase, and the log names both', async () => {
  const { patient, lesion } = await enrolOne(station.client);
  const passphrase = 'another long passphrase';
  const other = await call('users.add', { userName: 'Second', role: 'clinician', passphrase });
  const bytes = await drawTestImage(1);
  await call('images.import', { lesionId: lesion.id, importId: 'x', fileName: 'a.jpg', bytes });
  const subject = { kind: 'patient', id: patient.id } as const;
  const planned = await call('erasures.plan', { subject });
  expect(planned).toMatchObject({
    plan: { counts: { lesions: 1, images: 1, readings: 1 }, versions: [], movedAway: 0 },
    copies: 0,
    seconds: [{ id: other.id, name: 'Second' }],
  });

  const erase = (second: { userId: string; passphrase: string } | null) =>
    call('erasures.erase', { subject, reason: 'request', second });
  await expect(erase(null)).rejects.toMatchObject({ code: 'not-allowed' });
  const wrong = erase({ userId: other.id, passphrase: 'not the passphrase' });
  await expect(wrong).rejects.toMatchObject({ code: 'wrong-passphrase' });
  expect((await call('audit.list', {}))[0]).toMatchObject({ action: 'erasure.not-approved' });
  expect(await call('patients.get', { patientId: patient.id })).toBeTruthy();

  const done = await erase({ userId: other.id, passphrase });
  expect(done).toMatchObject({
    userName: 'Tester',
    secondUserName: 'Second',
    proof: { copiesDropped: 0 },
  });
  await expect(call('patients.get', { patientId: patient.id })).rejects.toMatchObject({
    code: 'not-found',
  });
  expect(await call('erasures.list', {})).toEqual([done]);
  const actions = (await call('audit.list', {})).map(({ userName, action }) => [userName, action]);
  expect(actions.slice(0, 3)).toEqual([
    ['Dermaspike', 'erasure.finish'],
    ['Tester', 'patient.erase'],
    ['Second', 'patient.approve-erasure'],
  ]);
  expect(await call('audit.verify', {})).toMatchObject({ intact: true, problems: [] });
});

test('a clinic’s only user erases alone', async () => {
  const { patient } = await enrolOne(station.client);
  const subject = { kind: 'patient', id: patient.id } as const;
  expect((await call('erasures.plan', { subject })).seconds).toEqual([]);
  expect(await call('erasures.erase', { subject, ...request })).toMatchObject({
    secondUserName: null,
    proof: {},
  });
});

test('a version that reads is learned anew without an erased image, and reads on', async () => {
  const { lesion } = await enrolOne(station.client);
  const change = { kind: 'add', code: 'scar', name: 'Scar', gravity: 'malignant', parent: null };
  await call('classes.change', { change: change as never });
  for (let seed = 0; seed < 6; seed++)
    await call('classes.importExample', {
      ...{ collection: 'Scars', lesion: `S${seed}`, code: 'scar', confirmedBy: 'histology' },
      ...{ fileName: `scar-${seed}.jpg`, bytes: await drawTestImage(seed) },
    });
  const bytes = await drawTestImage(100);
  await call('images.import', { lesionId: lesion.id, importId: 'x', fileName: 'a.jpg', bytes });
  const [proposed] = await call('classes.evaluate', {});
  const { number = 0 } = proposed ?? {};
  await call('classes.approve', { number, reason: 'A test.' });
  await call('classes.activate', { number });
  const [example] = await call('classes.examples', { code: 'scar' });
  const subject = { kind: 'image', id: example?.image.id ?? '' } as const;
  const near = await call('classes.neighbours', { imageId: example?.image.id ?? '', limit: 3 });
  expect(near).toHaveLength(3);
  expect((await call('erasures.plan', { subject })).plan.versions).toContainEqual({
    number,
    state: 'active',
  });
  await call('erasures.erase', { subject, ...request });

  const overview = await call('classes.overview', {});
  const states = overview.versions.map((version) => [version.state, version.examples]);
  expect(states).toEqual([
    ['active', 5],
    ['erased', 0],
    ['erased', 0],
  ]);
  expect(overview).toMatchObject({ active: 3, isLost: false });
  expect(overview.former).toBeUndefined();
  const [left] = await call('classes.examples', { code: 'scar' });
  const others = await call('classes.neighbours', { imageId: left?.image.id ?? '', limit: 6 });
  expect(others.map(({ image }) => image.id)).not.toContain(subject.id);
  expect(await call('audit.verify', {})).toMatchObject({ intact: true });
});

test('what a lock broke off is gone on with when the clinic is next unlocked', async () => {
  const { patient } = await enrolOne(station.client);
  const subject = { kind: 'patient', id: patient.id } as const;
  const erasing = call('erasures.erase', { subject, ...request }).catch(() => {});
  await call('session.lock', {});
  await erasing;
  await call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  await expect.poll(async () => (await call('erasures.list', {}))[0]?.proof ?? null).not.toBeNull();
});
