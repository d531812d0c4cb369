import { expect, test } from 'vitest';
import { consentDetails, standingConsents } from '../../src/clinic/entities/index.ts';
import { Connection } from '../../src/store/connection.ts';
import { addImage, addLesion, addReading, dataKeyOf, details, newClinic } from './harness.ts';

const said = (given: object) =>
  consentDetails.parse({ scope: 'research', answer: 'given', saidOn: '2026-02-03', ...given });

async function clinicWithPatient() {
  const { folder, store, user } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  return { folder, store, user, patient };
}

test('of each scope what was said on the newest day stands, whenever it was entered', async () => {
  const { store, user, patient } = await clinicWithPatient();
  const add = (given: object) => store.consents.add(patient.id, said(given), user.id);
  add({ answer: 'withdrawn', saidOn: '2026-02-03', saidBy: 'representative', note: 'by letter' });
  add({ answer: 'given', saidOn: '2025-01-01' });
  add({ scope: 'care' });
  const list = store.consents.listByPatient(patient.id);
  expect(list.map(({ saidOn }) => saidOn)).toEqual(['2026-02-03', '2026-02-03', '2025-01-01']);
  expect(standingConsents(list).get('research')).toMatchObject({
    ...{ answer: 'withdrawn', saidBy: 'representative', note: 'by letter' },
    recordedByName: user.name,
  });
  expect(store.consents.withdrawn(patient.id, ['research', 'care', 'sharing'])).toEqual([
    'research',
  ]);
  add({ answer: 'given' });
  expect(store.consents.withdrawn(patient.id, ['research'])).toEqual([]);
});

test('what was said is never changed, and the audit log vouches for it', async () => {
  const { folder, store, user, patient } = await clinicWithPatient();
  const { id } = store.consents.add(patient.id, said({}), user.id);
  expect((await store.checkAudit()).intact).toBe(true);
  const key = await dataKeyOf(folder);
  store.close();
  const connection = Connection.open(`${folder}/clinic.db`, key);
  expect(() => connection.run("UPDATE consent SET answer = 'withdrawn'")).toThrow(/never changed/);
  connection.run('DELETE FROM consent WHERE id = :id', { id });
  connection.close();
});

test.each(['research', 'photographs'] as const)(
  'examples of a patient who took consent in %s back are left out of what is learned, and counted',
  async (scope) => {
    const { store, user, patient } = await clinicWithPatient();
    const other = store.patients.enrol(details({ familyName: 'Lindqvist' }));
    const images = [patient, other].map(({ id }) => {
      const image = addImage(store, addLesion(store, id).id, Buffer.from(`image of ${id}`));
      addReading(store, image.id);
      store.classExamples.add(image.id, 'NV', 'histology', user.id);
      return image.id;
    });
    const network = store.readings.newestByImage(images[0] ?? '')?.networkSha256 ?? '';
    const learnable = () => store.classExamples.learnable(network).map(({ imageId }) => imageId);
    expect(learnable().toSorted()).toEqual(images.toSorted());
    expect(store.classExamples.countWithheld()).toEqual({ images: 0, patients: 0 });

    store.consents.add(patient.id, said({ scope, answer: 'withdrawn' }), user.id);
    store.consents.add(other.id, said({ scope: 'teaching', answer: 'withdrawn' }), user.id);
    expect(learnable()).toEqual([images[1]]);
    expect(store.classExamples.countWithheld()).toEqual({ images: 1, patients: 1 });

    store.consents.add(patient.id, said({ scope, saidOn: '2026-03-01' }), user.id);
    expect(learnable()).toHaveLength(2);
  },
);
