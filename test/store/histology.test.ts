import path from 'node:path';
import { expect, test } from 'vitest';
import { histologyDetails } from '../../src/clinic/entities/index.ts';
import { Connection } from '../../src/store/connection.ts';
import { addLesion, dataKeyOf, details, expectRefusal, newClinic } from './harness.ts';

const found = histologyDetails.parse({
  takenOn: '2026-02-03',
  number: 'H 1234/26',
  diagnosis: 'melanoma',
  breslowMm: 0.6,
  text: 'Superficial spreading, margins clear.',
});

async function clinicWithLesion() {
  const { folder, store, user } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  return { folder, store, user, patient, lesion: addLesion(store, patient.id) };
}

test('a finding is kept of a lesion that has no image', async () => {
  const { store, user, lesion } = await clinicWithLesion();
  const added = store.histology.add(lesion.id, found, user.id);
  expect(added).toMatchObject({ ...found, lesionId: lesion.id, enteredByName: user.name });
  expect(store.histology.listByLesion(lesion.id)).toEqual([added]);
});

test('a correction is a newer finding, and a withdrawn one is no longer the lesion’s', async () => {
  const { store, user, lesion } = await clinicWithLesion();
  const first = store.histology.add(lesion.id, found, user.id);
  const second = store.histology.correct(first.id, { ...found, breslowMm: 0.7 }, user.id);
  expect(store.histology.listByLesion(lesion.id)).toEqual([second]);
  store.histology.withdraw(second.id);
  expect(store.histology.listByLesion(lesion.id)).toEqual([]);
  await expectRefusal('not-found', () => store.histology.withdraw(second.id));
});

test('the findings of a merged lesion are the other’s, in the order of the specimens', async () => {
  const { store, user, patient, lesion } = await clinicWithLesion();
  const other = addLesion(store, patient.id, 'B');
  store.histology.add(lesion.id, found, user.id);
  store.histology.add(other.id, { ...found, takenOn: '2025-12-01' }, user.id);
  store.corrections.mergeLesions(lesion.id, other.id, user.id);
  const days = store.histology.listByLesion(other.id).map(({ takenOn }) => takenOn);
  expect(days).toEqual(['2025-12-01', '2026-02-03']);
});

test('only an invasive melanoma has a thickness', () => {
  expect(histologyDetails.safeParse({ ...found, diagnosis: 'naevus' }).success).toBe(false);
  expect(histologyDetails.safeParse({ ...found, breslowMm: 0 }).success).toBe(false);
});

test('a finding is never changed, by whatever way', async () => {
  const { folder, store, user, lesion } = await clinicWithLesion();
  store.histology.add(lesion.id, found, user.id);
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  expect(() => connection.run("UPDATE histology SET diagnosis = 'naevus'")).toThrow(
    /never changed/,
  );
  connection.close();
});
