import { expect, test } from 'vitest';
import { checklistDetails } from '../../src/clinic/entities/index.ts';
import { addImage, addLesion, details, expectRefusal, newClinic, passphrase } from './harness.ts';

const counted = (border: number) =>
  checklistDetails.parse({
    ...{ kind: 'abcd', asymmetry: 1, border, colours: ['black'], structures: ['dots'] },
  });

test('each reader’s checklists of an image are kept, the newest first', async () => {
  const { store, user } = await newClinic();
  const second = await store.accounts.add({ name: 'Dr Second', role: 'clinician', passphrase });
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const image = addImage(store, addLesion(store, patient.id).id);
  const first = store.checklists.add(image.id, counted(2), user.id);
  const theirs = store.checklists.add(image.id, counted(3), second.id);
  const newest = store.checklists.add(image.id, counted(4), user.id);
  expect(newest).toMatchObject({ details: counted(4), readerName: user.name, imageId: image.id });
  expect(store.checklists.listByImage(image.id)).toEqual([newest, theirs, first]);
  expect(store.checklists.listByReader(image.id, user.id)).toEqual([newest, first]);
  await expectRefusal('not-found', () => store.checklists.add(patient.id, counted(2), user.id));
});
