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

test('doubles are found, compared, merged and, after locking, taken apart by an assistant; the log says so', async () => {
  const { client } = station;
  const { patient, lesion } = await enrolOne(client);
  const double = await client.call('patients.enrol', {
    familyName: 'Quillfeder',
    givenName: 'Ottoline',
    birthDate: '1961-03-14',
  });
  await client.call('patients.update', {
    patientId: patient.id,
    revision: 1,
    details: { familyName: 'Quillfeather', givenName: 'Ottoline', birthDate: '1961-03-14' },
  });
  expect(await client.call('doubles.list', {})).toEqual({ count: 0, pairs: [] });
  await client.call('patients.update', {
    patientId: double.id,
    revision: 1,
    details: { familyName: 'Quillfether', givenName: 'Ottoline', birthDate: '1961-03-14' },
  });
  const imageIds: string[] = [];
  for (const seed of [5, 6, 7, 8, 9]) {
    const file = { importId: '1', fileName: 'a', bytes: await drawTestImage(seed) };
    const { image } = await client.call('images.import', { lesionId: lesion.id, ...file });
    imageIds.push(image.id);
  }
  const { pairs } = await client.call('doubles.list', {});
  expect(pairs).toMatchObject([{ likeness: 'similar-name' }]);
  const both = await client.call('doubles.compare', { patientId: patient.id, otherId: double.id });
  expect(both).toMatchObject({
    one: { imageCount: 5, imageIds: imageIds.toReversed().slice(0, 4) },
    other: { lesionCount: 0, imageIds: [] },
  });

  await client.call('users.add', {
    userName: 'Assistant',
    role: 'assistant',
    passphrase: 'marble window kettle',
  });
  await client.call('session.lock', {});
  await client.call('session.unlock', {
    userName: 'Assistant',
    passphrase: 'marble window kettle',
  });
  const two = { patientId: patient.id, intoPatientId: double.id };
  const merge = await client.call('patients.merge', two);
  expect((await client.call('patients.get', { patientId: double.id })).lesions).toHaveLength(1);
  await client.call('session.lock', {});
  await client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  const { of } = await client.call('patients.merges', { patientId: patient.id });
  expect(of).toMatchObject({
    merge: { id: merge.id, userName: 'Assistant' },
    into: { id: double.id },
  });
  await client.call('patients.unmerge', { mergeId: merge.id });
  expect((await client.call('patients.get', { patientId: patient.id })).lesions).toHaveLength(1);
  await expect(client.call('patients.unmerge', { mergeId: merge.id })).rejects.toMatchObject({
    code: 'not-found',
  });
  const mine = { patientId: patient.id, intoPatientId: patient.id };
  await expect(client.call('patients.merge', mine)).rejects.toMatchObject({
    code: 'invalid-merge',
  });

  await client.call('doubles.dismiss', { patientId: patient.id, otherId: double.id });
  expect((await client.call('doubles.list', {})).count).toBe(0);
  const log = (await client.call('audit.list', {})).map(({ action }) => action);
  for (const action of ['patient.merge', 'patient.unmerge', 'patient.not-double'])
    expect(log).toContain(action);
  expect(await client.call('audit.verify', {})).toMatchObject({ intact: true });
});
