import { expect, test } from 'vitest';
import { addImage, addLesion, addReading, details, newClinic } from './harness.ts';

/** Two lesions of one patient, of the first two images. */
async function clinicWithImages() {
  const { store, user } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const [lesion, other] = [addLesion(store, patient.id, 'A'), addLesion(store, patient.id, 'B')];
  const [a, b, c] = [lesion, lesion, other].map(({ id }) => addImage(store, id).id);
  if (!a || !b || !c) throw new Error('no image');
  const examples = store.classExamples;
  const said = () =>
    examples.list().map(({ imageId, code, confirmedBy }) => [imageId, code, confirmedBy]);
  return { store, user, patient, examples, said, images: { a, b, c } };
}

test('an image is an example of a class once, as it was said last, until that is withdrawn', async () => {
  const { store, user, examples, said, images } = await clinicWithImages();
  const { a, b, c } = images;
  examples.add(a, 'nv', 'clinical', user.id);
  examples.add(c, 'nv', 'consensus', user.id);
  examples.add(a, 'mel', 'clinical', user.id);
  examples.add(a, 'nv', 'histology', user.id);
  expect(said()).toEqual([
    [a, 'nv', 'histology'],
    [a, 'mel', 'clinical'],
    [c, 'nv', 'consensus'],
  ]);
  expect(examples.listByImage(a).map(({ code, addedBy }) => [code, addedBy])).toEqual([
    ['mel', user.name],
    ['nv', user.name],
  ]);
  expect(examples.codesOfLesion(b)).toEqual(['mel', 'nv']);
  expect(examples.codesOfLesion(c)).toEqual([]);
  expect(examples.countByCode()).toEqual([
    { code: 'mel', images: 1, lesions: 1, conflicts: 1 },
    { code: 'nv', images: 2, lesions: 2, conflicts: 1 },
  ]);
  examples.withdraw(a, 'mel');
  examples.withdraw(b, 'nv');
  expect(said()).toEqual([
    [a, 'nv', 'histology'],
    [c, 'nv', 'consensus'],
  ]);
  store.images.remove(c);
  expect(said()).toEqual([[a, 'nv', 'histology']]);
});

test('classes are changed in an order, and what is undone is left out of it', async () => {
  const { user, examples } = await clinicWithImages();
  const added = { kind: 'add', code: 'bcc', name: 'Basalioma', gravity: 'malignant' } as const;
  const first = examples.addChange({ ...added, parent: null }, user.id);
  const renamed = { kind: 'rename', code: 'bcc', name: 'Basal cell carcinoma' } as const;
  const second = examples.addChange(renamed, user.id);
  expect(examples.changes()).toMatchObject([
    { id: first, change: { ...added, parent: null }, madeBy: user.name },
    { id: second, change: renamed },
  ]);
  examples.undoChange(first);
  expect(examples.changes().map(({ id }) => id)).toEqual([second]);
});

test('a collection is found by its name, and its images are of nobody who is known', async () => {
  const { store, user, patient, examples, images } = await clinicWithImages();
  const { networkSha256 } = addReading(store, images.a);
  examples.add(images.a, 'nv', 'histology', user.id);
  expect(examples.learnable(networkSha256)).toMatchObject([{ patientId: patient.id }]);
  expect(examples.collection('Atlas')).toBeNull();
  examples.addCollection('Atlas', patient.id);
  expect(examples.collection('Atlas')).toBe(patient.id);
  expect(examples.learnable(networkSha256)).toMatchObject([{ code: 'nv', patientId: null }]);
});
