import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  addImage,
  addLesion,
  addReading,
  details,
  expectRefusal,
  findPatients,
  newClinic,
  sha256,
  waitingLesions,
} from './harness.ts';

const nobody = '01890000-0000-7000-8000-000000000000';

/** A patient with lesions A and B, and another one with lesion C. */
async function clinicOfTwo() {
  const { store, user } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const other = store.patients.enrol(details({ familyName: 'Lind' }));
  const [a, b] = [addLesion(store, patient.id, 'A'), addLesion(store, patient.id, 'B')];
  const c = addLesion(store, other.id, 'C');
  const ids = (lesionId: string) => store.images.listByLesion(lesionId).map(({ id }) => id);
  return { store, user, patient, other, a, b, c, ids };
}

test('an image that is moved to another patient takes its readings, reviews and drafts along', async () => {
  const { store, user, patient, other, a, c, ids } = await clinicOfTwo();
  const image = addImage(store, a.id);
  const reading = addReading(store, image.id);
  const key = { imageId: image.id, reviewerId: user.id };
  const review = store.reviews.add({
    ...key,
    readingId: reading.id,
    details: { impression: 'MEL', decision: 'biopsy', note: '' },
  });
  store.reviews.keepDraft(key, { impression: 'NV', decision: null, note: 'or not' });
  const [visit] = store.visits.listByPatient(patient.id);

  const moved = store.corrections.moveImage(image.id, c.id, user.id);
  expect(store.images.get(image.id)).toEqual(moved);
  expect([ids(a.id), ids(c.id)]).toEqual([[], [image.id]]);
  expect(store.readings.listByImage(image.id)).toEqual([reading]);
  expect(store.reviews.listByImage(image.id)).toEqual([review]);
  expect(store.reviews.draft(key)).toMatchObject({ note: 'or not' });
  // The patient who was not there keeps no visit; the other one has it instead.
  expect(store.visits.listByPatient(patient.id)).toEqual([]);
  expect(store.visits.listByPatient(other.id)).toMatchObject([{ startedAt: visit?.startedAt }]);
  const counts = findPatients(store).entries.map(({ patient: { familyName }, imageCount }) => [
    familyName,
    imageCount,
  ]);
  expect(Object.fromEntries(counts)).toEqual({ Okafor: 0, Lind: 1 });
});

test('both places say where a moved image came from and went to', async () => {
  const { store, user, a, b, c } = await clinicOfTwo();
  const image = addImage(store, a.id);
  store.corrections.moveImage(image.id, b.id, user.id);
  store.corrections.moveImage(image.id, c.id, user.id);
  const moves = store.corrections.movesOf(image.id);
  expect(moves).toMatchObject([
    { fromLesionId: b.id, toLesionId: c.id, userName: user.name, isMerge: false },
    { fromLesionId: a.id, toLesionId: b.id },
  ]);
  const said = [a, b, c].map(({ id }) => [
    store.corrections.movesOutOf(id).length,
    store.corrections.movesInto(id).length,
  ]);
  expect(said).toEqual([
    [1, 0],
    [1, 0],
    [0, 1],
  ]);
});

test('a move that is taken back leaves no trace on either place', async () => {
  const { store, user, patient, a, c } = await clinicOfTwo();
  const image = addImage(store, a.id);
  const visits = store.visits.listByPatient(patient.id);
  store.corrections.moveImage(image.id, c.id, user.id);
  const back = store.corrections.takeMoveBack(image.id);
  expect(back.lesionId).toBe(a.id);
  expect(store.corrections.movesOf(image.id)).toEqual([]);
  expect(store.corrections.movesOutOf(a.id)).toEqual([]);
  const again = store.visits.listByPatient(patient.id);
  expect(again.map(({ startedAt }) => startedAt)).toEqual(visits.map((visit) => visit.startedAt));
  await expectRefusal('not-found', () => store.corrections.takeMoveBack(image.id));
});

test('an image stays where it is when it is moved there, or to where nothing is', async () => {
  const { store, user, a, b, ids } = await clinicOfTwo();
  const image = addImage(store, a.id);
  expect(store.corrections.moveImage(image.id, a.id, user.id)).toEqual(image);
  expect(store.corrections.movesOf(image.id)).toEqual([]);
  store.corrections.removeLesion(b.id);
  await expectRefusal('lesion-removed', () => store.corrections.moveImage(image.id, b.id, user.id));
  await expectRefusal('not-found', () => store.corrections.moveImage(image.id, nobody, user.id));
  expect(ids(a.id)).toEqual([image.id]);
});

test('a removed lesion leaves the lists with its images, and comes back with just these', async () => {
  const { store, patient, a, b, ids } = await clinicOfTwo();
  const [kept, before] = [addImage(store, a.id), addImage(store, a.id)];
  store.images.remove(before.id);
  const removed = store.corrections.removeLesion(a.id);
  expect(removed.removedAt).not.toBeNull();
  expect(store.lesions.get(a.id)).toEqual(removed);
  expect(store.lesions.listByPatient(patient.id)).toEqual([b]);
  expect(store.lesions.listRemoved(patient.id)).toEqual([removed]);
  expect(waitingLesions(store)).toEqual([]);
  const [summary] = findPatients(store, 'okafor').entries;
  expect(summary).toMatchObject({ lesionCount: 1, imageCount: 0 });

  await expectRefusal('lesion-removed', () => addImage(store, a.id));
  await expectRefusal('lesion-removed', () => store.lesions.update(a.id, a.revision, a));
  await expectRefusal('lesion-removed', () => store.corrections.removeLesion(a.id));

  expect(store.corrections.restoreLesion(a.id)).toEqual(a);
  expect(store.corrections.restoreLesion(a.id)).toEqual(a);
  expect(ids(a.id)).toEqual([kept.id]);
  expect(store.images.listRemoved(patient.id).map(({ id }) => id)).toEqual([before.id]);
});

test('an image that is restored brings its removed lesion back, without the other images', async () => {
  const { store, patient, a, ids } = await clinicOfTwo();
  const [one, two] = [addImage(store, a.id), addImage(store, a.id)];
  store.corrections.removeLesion(a.id);
  store.corrections.restoreImage(one.id);
  expect(store.lesions.get(a.id)).toEqual(a);
  expect(ids(a.id)).toEqual([one.id]);
  // A lesion removed anew does not take the other one for its own.
  store.corrections.removeLesion(a.id);
  store.corrections.restoreLesion(a.id);
  expect(store.images.listRemoved(patient.id).map(({ id }) => id)).toEqual([two.id]);
});

test('a removed image’s file may be stored again; then the removed one cannot come back', async () => {
  const { store, a, c, ids } = await clinicOfTwo();
  const bytes = randomBytes(500);
  const first = addImage(store, a.id, bytes);
  store.images.remove(first.id);
  const again = addImage(store, c.id, bytes);
  expect(store.images.findBySha256(sha256(bytes))).toEqual(again);
  await expectRefusal('duplicate-image', () => store.images.restore(first.id));
  store.images.remove(again.id);
  store.images.restore(first.id);
  expect([ids(a.id), ids(c.id)]).toEqual([[first.id], []]);
});

test('of a restored lesion an image whose file was imported again stays removed', async () => {
  const { store, patient, a, b, ids } = await clinicOfTwo();
  const bytes = randomBytes(500);
  const [twice, once] = [addImage(store, a.id, bytes), addImage(store, a.id)];
  store.corrections.removeLesion(a.id);
  addImage(store, b.id, bytes);
  store.corrections.restoreLesion(a.id);
  expect(ids(a.id)).toEqual([once.id]);
  expect(store.images.listRemoved(patient.id).map(({ id }) => id)).toEqual([twice.id]);
});

test('a lesion is merged into another of the patient with all its images, and taken apart again', async () => {
  const { store, user, patient, a, b, c, ids } = await clinicOfTwo();
  const own = addImage(store, a.id);
  const [shown, removed, moved] = [1, 2, 3].map(() => addImage(store, b.id).id);
  if (!shown || !removed || !moved) throw new Error('three images');
  store.images.remove(removed);
  const merged = store.corrections.mergeLesions(b.id, a.id, user.id);
  expect(merged.mergedInto).toBe(a.id);
  expect(store.lesions.listByPatient(patient.id)).toEqual([a]);
  expect(store.lesions.listRemoved(patient.id)).toEqual([merged]);
  expect(ids(a.id)).toEqual([own.id, shown, moved]);
  expect(store.images.get(removed).lesionId).toBe(a.id);
  expect(store.corrections.movesInto(a.id)).toEqual([]);
  expect(store.corrections.movesOf(shown)).toMatchObject([{ isMerge: true, toLesionId: a.id }]);
  await expectRefusal('lesion-removed', () => addImage(store, b.id));

  store.corrections.moveImage(moved, c.id, user.id);
  expect(store.corrections.restoreLesion(b.id)).toEqual(b);
  expect([ids(a.id), ids(b.id), ids(c.id)]).toEqual([[own.id], [shown], [moved]]);
  expect(store.corrections.movesOf(moved).map(({ isMerge }) => isMerge)).toEqual([false, true]);
  store.images.restore(removed);
  expect(ids(b.id)).toEqual([shown, removed]);
});

test('what is where it belongs is not touched: the log has nothing to vouch for', async () => {
  const { store, user, a } = await clinicOfTwo();
  const image = addImage(store, a.id);
  const [newest] = store.audit.list(1);
  expect(store.corrections.restoreLesion(a.id)).toEqual(a);
  expect(store.corrections.moveImage(image.id, a.id, user.id)).toEqual(image);
  expect(store.audit.list(1)).toEqual([newest]);
  store.images.remove(image.id);
  expect(store.corrections.restoreImage(image.id)).toEqual(image);
  // The image alone.
  expect(store.audit.list(1)).toMatchObject([{ action: 'record.change', subject: 'records:1' }]);
});

test('two lesions of different patients, or one with itself, are not merged', async () => {
  const { store, user, a, c } = await clinicOfTwo();
  const merge = (id: string, into: string) => () =>
    store.corrections.mergeLesions(id, into, user.id);
  await expectRefusal('invalid-merge', merge(a.id, c.id));
  await expectRefusal('invalid-merge', merge(a.id, a.id));
  await expectRefusal('not-found', merge(a.id, nobody));
});

test('a lesion is closed on a day for a reason, and opened again', async () => {
  const { store, a } = await clinicOfTwo();
  const closure = { on: '2026-03-01', reason: 'excised' } as const;
  expect(store.lesions.setClosure(a.id, closure)).toEqual({ ...a, closure });
  expect(store.lesions.get(a.id)).toEqual({ ...a, closure });
  expect(store.lesions.setClosure(a.id, null)).toEqual(a);
  expect(store.lesions.get(a.id)).toEqual(a);
});

test('an edit of a lesion that began before another one was saved is refused', async () => {
  const { store, a } = await clinicOfTwo();
  const moved = store.lesions.update(a.id, a.revision, { ...a, bodySite: 'neck', position: null });
  await expectRefusal('changed-meanwhile', () =>
    store.lesions.update(a.id, a.revision, { ...a, note: 'itches' }),
  );
  expect(store.lesions.get(a.id)).toEqual(moved);
});

test('what arrives for a merged lesion goes to the one that it was merged into', async () => {
  const { store, user, patient, a, b } = await clinicOfTwo();
  const last = addLesion(store, patient.id, 'D');
  store.corrections.mergeLesions(a.id, b.id, user.id);
  store.corrections.mergeLesions(b.id, last.id, user.id);
  expect(store.lesions.getMerged(a.id)).toEqual(last);
  expect(store.lesions.find(a.id)).toEqual(last);
  store.corrections.removeLesion(last.id);
  await expectRefusal('lesion-removed', () => store.lesions.getMerged(a.id));
  expect(store.lesions.find(a.id)).toBeUndefined();
});
