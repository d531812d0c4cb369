import { expect, test } from 'vitest';
import type { ClassEvaluation, HeadVersion } from '../../src/clinic/entities/index.ts';
import {
  addImage,
  addLesion,
  addReading,
  details,
  expectRefusal,
  newClinic,
  sha256,
} from './harness.ts';

const evaluation: ClassEvaluation = {
  ...{ learner: 'analytic', folds: 5, images: 40, lesions: 30, added: [], known: [] },
  ...{ melanoma: null, camera: null, guards: [] },
  confusion: { rows: ['nv'], columns: ['nv'], before: [[1]], after: [[1]] },
};
const change = { kind: 'rename', code: 'nv', name: 'Naevus' } as const;

/** A clinic that has read images, and what adds a version which learned from the first `learned` of them. */
async function clinicThatLearns() {
  const { store, user } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(store, patient.id);
  const images = Array.from({ length: 3 }, () => addImage(store, lesion.id).id);
  const { headSha256, networkSha256 } = addReading(store, images[0] ?? '');
  const versions = store.headVersions;
  const add = (name: string, learned: number, parentNumber: number | null = null) => {
    store.models.putHead({ name, sha256: sha256(name), networkSha256, json: '{}' });
    return versions.add({
      ...{ headSha256: sha256(name), parentNumber, learner: 'analytic', authorId: user.id },
      ...{ changes: [change], evaluation },
      examples: images.slice(0, learned).map((imageId) => ({ imageId, code: 'nv' })),
    });
  };
  const states = () => versions.list().map(({ number, state }) => `${number} ${state}`);
  return { store, user, images, versions, add, states, shipped: { headSha256, networkSha256 } };
}

test('versions are numbered as they come, with what they learned from, and the same head again is the one it was', async () => {
  const { store, user, images, versions, add, shipped } = await clinicThatLearns();
  for (const imageId of images) store.classExamples.add(imageId, 'nv', 'histology', user.id);
  const first = add('Autumn', 2);
  const second = add('Winter', 3, 1);
  expect(first).toMatchObject({
    ...{ number: 1, headName: 'Autumn', networkSha256: shipped.networkSha256, parentNumber: null },
    ...{ authorName: user.name, state: 'evaluated', approverName: null, approvedAt: null },
    ...{ changes: [change], evaluation, examples: 2, withdrawn: 0 },
  });
  expect(second).toMatchObject({ number: 2, parentNumber: 1, examples: 3 });
  expect(add('Autumn', 3)).toEqual(first);
  expect(versions.list()).toEqual([second, first]);
  expect([...versions.examplesOf(1)]).toEqual(images.slice(0, 2).map((image) => [image, 'nv']));
  await expectRefusal('not-found', () => versions.get(3));
  store.classExamples.withdraw(images[0] ?? '', 'nv');
  store.images.remove(images[2] ?? '');
  expect(versions.list().map(({ withdrawn }) => withdrawn)).toEqual([2, 1]);
});

test('a version is evaluated, approved, active while it reads, and retired', async () => {
  const { user, versions, add, states, shipped } = await clinicThatLearns();
  const [first, second] = [add('Autumn', 1), add('Winter', 1)];
  const activate = ({ number, headSha256 }: HeadVersion) =>
    versions.activate({ number, headSha256 }, user.id);
  versions.approve(first, user.id, 'the fall is by chance');
  expect(versions.get(1)).toMatchObject({
    ...{ state: 'approved', approverName: user.name, approvedAt: expect.any(String) },
    reason: 'the fall is by chance',
  });
  expect(states()).toEqual(['2 evaluated', '1 approved']);
  activate(first);
  expect(states()).toEqual(['2 evaluated', '1 active']);
  versions.approve(second, user.id, null);
  activate(second);
  expect(states()).toEqual(['2 active', '1 approved']);
  versions.retire(first, user.id);
  expect(states()).toEqual(['2 active', '1 retired']);
  versions.activate({ number: null, headSha256: shipped.headSha256 }, user.id);
  expect(states()).toEqual(['2 approved', '1 retired']);
});

test('what reads and what read before are told, the shipped head first of all', async () => {
  const { user, versions, add, shipped } = await clinicThatLearns();
  const { number, headSha256 } = add('Autumn', 1);
  const own = { number: null, headSha256: shipped.headSha256 };
  const told = () => [versions.active(), versions.former()];
  expect(told()).toEqual([null, null]);
  versions.activate({ number, headSha256 }, user.id);
  expect(told()).toEqual([
    { number, headSha256 },
    { number: null, headSha256: '' },
  ]);
  versions.activate(own, user.id);
  expect(told()).toEqual([own, { number, headSha256 }]);
  versions.activate({ number, headSha256 }, user.id);
  expect(told()).toEqual([{ number, headSha256 }, own]);
});
