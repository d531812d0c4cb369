import { expect, test } from 'vitest';
import { addLesion, details, expectRefusal, newClinic, passphrase } from './harness.ts';

test('what is typed into a form is kept a person, form and record each, until it ends', async () => {
  const { store, user } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const second = await store.accounts.add({ name: 'Dr Second', role: 'clinician', passphrase });
  const key = { userId: user.id, form: 'patient', subjectId: patient.id } as const;
  const typed = {
    form: 'patient',
    details: details({ familyName: 'x', note: 'asks for Tuesdays' }),
    begunFrom: { revision: 1, details: details({ familyName: 'Okafor' }) },
  } as const;
  const blank = { ...typed, details: { ...typed.details, familyName: '' }, begunFrom: null };
  const lesion = {
    form: 'lesion',
    details: { ...addLesion(store, patient.id), label: '' },
    begunFrom: null,
  } as const;
  store.formDrafts.keep(key, typed);
  store.formDrafts.keep({ ...key, subjectId: null }, blank);
  store.formDrafts.keep({ ...key, form: 'lesion' }, lesion);
  expect(store.formDrafts.get(key)).toEqual(typed);
  expect(store.formDrafts.get({ ...key, subjectId: null })).toEqual(blank);
  expect(store.formDrafts.get({ ...key, form: 'lesion' })?.details).toMatchObject({ label: '' });
  expect(store.formDrafts.get({ ...key, userId: second.id })).toBeNull();
  store.formDrafts.keep(key, null);
  expect(store.formDrafts.get(key)).toBeNull();
  await expectRefusal('not-found', () =>
    store.formDrafts.keep({ ...key, userId: '01890000-0000-7000-8000-000000000000' }, typed),
  );
});
