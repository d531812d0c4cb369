import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Advice, verdictRanks } from '../../src/clinic/entities/index.ts';
import { Connection } from '../../src/store/connection.ts';
import {
  addImage,
  addLesion,
  addReading,
  dataKeyOf,
  details,
  expectRefusal,
  newClinic,
  sha256,
  waitingLesions,
} from './harness.ts';

const nobody = '01890000-0000-7000-8000-000000000000';

async function clinicWithLesion() {
  const { folder, store, user } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  return { folder, store, user, patient, lesion: addLesion(store, patient.id) };
}

test('a lesion is stored with its place on the body map, changed, and listed with its patient', async () => {
  const { store, patient, lesion } = await clinicWithLesion();
  expect(store.lesions.get(lesion.id)).toEqual(lesion);
  expect(lesion.position).toEqual({ view: 'back', x: 0.1, y: 1 / 3 });
  const changed = store.lesions.update(lesion.id, lesion.revision, {
    label: 'A2',
    bodySite: 'neck',
    laterality: 'midline',
    position: null,
    note: 'moved',
  });
  expect(changed).toMatchObject({ id: lesion.id, createdAt: lesion.createdAt, label: 'A2' });
  expect([lesion.revision, changed.revision]).toEqual([1, 2]);
  const second = addLesion(store, patient.id, 'B');
  expect(store.lesions.listByPatient(patient.id)).toEqual([changed, second]);
  await expectRefusal('not-found', () => addLesion(store, nobody));
  await expectRefusal('not-found', () => store.lesions.get(nobody));
});

test('the images of one local day belong to one visit', async () => {
  const { store, patient } = await clinicWithLesion();
  const at = (...time: [number, number, number]) => new Date(2026, 2, ...time).toISOString();
  const morning = store.visits.forDay(patient.id, at(29, 0, 1));
  expect(store.visits.forDay(patient.id, at(29, 23, 59))).toEqual(morning);
  const next = store.visits.forDay(patient.id, at(30, 0, 0));
  expect(next.id).not.toBe(morning.id);
  expect(store.visits.listByPatient(patient.id)).toEqual([next, morning]);
  const before = store.visits.forDay(patient.id, at(28, 12, 0));
  expect(store.visits.listByPatient(patient.id)).toEqual([next, morning, before]);
  expect(store.visits.get(before.id)).toEqual(before);
  await expectRefusal('not-found', () => store.visits.get(nobody));
  await expectRefusal('not-found', () => store.visits.forDay(nobody, at(1, 0, 0)));
});

test('an image comes back with its metadata and its bytes as they were', async () => {
  const { store, lesion } = await clinicWithLesion();
  const original = randomBytes(100_000);
  const image = addImage(store, lesion.id, original);
  expect(image).toMatchObject({ byteLength: 100_000, sha256: sha256(original), removedAt: null });
  expect(store.images.get(image.id)).toEqual(image);
  expect(store.images.findBySha256(image.sha256)).toEqual(image);
  expect(Buffer.from(store.images.original(image.id))).toEqual(original);
  expect(Buffer.from(store.images.thumbnail(image.id))).toEqual(original.subarray(0, 200));
  expect(store.images.findBySha256(sha256('other'))).toBeNull();
  await expectRefusal('not-found', () => store.images.original(nobody));
  await expectRefusal('not-found', () => store.images.get(nobody));
  expect([store.images.find(image.id), store.images.find(nobody)]).toEqual([image, undefined]);
});

test('the same image is not stored twice', async () => {
  const { store, lesion } = await clinicWithLesion();
  const original = randomBytes(1000);
  addImage(store, lesion.id, original);
  expect(() => addImage(store, lesion.id, original)).toThrow(/UNIQUE/);
  expect(store.images.listByLesion(lesion.id)).toHaveLength(1);
});

test('an image cannot join one patient’s lesion to another’s visit', async () => {
  const { store, lesion } = await clinicWithLesion();
  const other = store.patients.enrol(details({ familyName: 'Lind' }));
  const visit = store.visits.forDay(other.id, new Date().toISOString());
  const image = addImage(store, lesion.id);
  const { id: _id, byteLength: _bytes, importedAt: _at, removedAt: _removed, ...same } = image;
  await expectRefusal('not-found', () =>
    store.images.add({
      ...same,
      visitId: visit.id,
      sha256: sha256('x'),
      original: randomBytes(10),
      thumbnail: randomBytes(10),
    }),
  );
});

test('a removed image leaves the lists, its file may be imported again, and it comes back', async () => {
  const { store, lesion } = await clinicWithLesion();
  const image = addImage(store, lesion.id);
  const wasRemoved = () =>
    [image.sha256, sha256('other')].map((each) => store.images.wasRemoved(lesion.id, each));
  expect(wasRemoved()).toEqual([false, false]);
  const removed = store.images.remove(image.id);
  expect(wasRemoved()).toEqual([true, false]);
  expect(removed.removedAt).not.toBeNull();
  expect(store.images.listByLesion(lesion.id)).toEqual([]);
  expect(store.images.listUnread()).toEqual([]);
  expect(waitingLesions(store)).toEqual([]);
  expect(store.images.listRemoved(lesion.patientId)).toEqual([removed]);
  expect(store.images.findBySha256(image.sha256)).toBeNull();
  expect(store.images.restore(image.id)).toEqual(image);
  expect(store.images.listRemoved(lesion.patientId)).toEqual([]);
  expect(store.images.listByLesion(lesion.id)).toEqual([image]);
});

test('a reading comes back with its probabilities, its executor and its spike counts', async () => {
  const { store, lesion } = await clinicWithLesion();
  const image = addImage(store, lesion.id);
  expect(store.images.listUnread()).toEqual([image]);
  expect(store.readings.newestByImage(image.id)).toBeNull();
  const first = addReading(store, image.id, { durationMs: 1 });
  const second = addReading(store, image.id, { durationMs: 2 });
  expect(store.images.listUnread()).toEqual([]);
  expect(store.readings.listByImage(image.id)).toEqual([second, first]);
  expect(store.readings.newestByImage(image.id)).toEqual(second);
  const counts = store.readings.spikeCounts(first.id);
  expect(counts).toEqual(Int32Array.from({ length: 256 }, (_, index) => index - 128));
  await expectRefusal('not-found', () => store.readings.spikeCounts(nobody));
  await expectRefusal('not-found', () => addReading(store, nobody));
});

test('an image ranks by the verdict of its newest reading', async () => {
  const { store, folder, lesion } = await clinicWithLesion();
  const image = addImage(store, lesion.id);
  const { id: _, createdAt: __, ...reading } = addReading(store, image.id);
  const spikeCounts = Int32Array.of(1);
  const verdict = { ...reading.verdict, kind: 'suspicious' as const, malignancy: 0.75 };
  store.readings.add({ ...reading, verdict, spikeCounts });
  expect(store.readings.newestByImage(image.id)?.verdict).toEqual(verdict);
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  expect(connection.get('SELECT verdict_rank AS rank, malignancy FROM image')).toEqual({
    rank: verdictRanks.suspicious,
    malignancy: 0.75,
  });
  connection.close();
});

test('a reading keeps the advice of a calibrated head', async () => {
  const { store, lesion } = await clinicWithLesion();
  const image = addImage(store, lesion.id);
  const { id: _, createdAt: __, ...reading } = addReading(store, image.id);
  const advice: Advice = {
    possible: ['MEL', 'NV'],
    coverage: 0.9,
    unfamiliarity: 12.5,
    unfamiliarityLimit: 400,
    entropy: 0.69,
  };
  store.readings.add({ ...reading, advice, spikeCounts: Int32Array.of(1) });
  expect(store.readings.newestByImage(image.id)?.advice).toEqual(advice);
});

test('networks and heads are stored once, and a reading needs both', async () => {
  const { store, lesion } = await clinicWithLesion();
  const image = addImage(store, lesion.id);
  const { networkSha256, headSha256, ...reading } = addReading(store, image.id);
  expect(addReading(store, image.id).networkSha256).toBe(networkSha256);
  expect(store.models.getNetwork(networkSha256)).toMatchObject({
    name: 'Backbone',
    card: { licence: 'x' },
  });
  expect(store.models.getHead(headSha256)).toMatchObject({ networkSha256, json: '{"a": 1}' });
  await expectRefusal('not-found', () => store.models.getHead(sha256('none')));
  await expectRefusal('not-found', () => store.models.getNetwork(sha256('none')));
  const spikeCounts = new Int32Array(1);
  const unknown = { ...reading, networkSha256, headSha256: sha256('none'), spikeCounts };
  await expectRefusal('not-found', () => store.readings.add(unknown));
});

test('a review is added, never changed, and the newest counts', async () => {
  const { store, user, lesion } = await clinicWithLesion();
  const image = addImage(store, lesion.id);
  const reading = addReading(store, image.id);
  const review = (decision: 'monitor' | 'biopsy', readingId: string | null) =>
    store.reviews.add({
      imageId: image.id,
      readingId,
      reviewerId: user.id,
      details: { impression: 'MEL', decision, note: 'irregular border' },
    });
  expect(store.reviews.newestByImage(image.id)).toBeNull();
  const first = review('monitor', null);
  const second = review('biopsy', reading.id);
  expect(second).toMatchObject({ reviewerName: user.name, readingId: reading.id });
  expect(store.reviews.listByImage(image.id)).toEqual([second, first]);
  expect(store.reviews.newestByImage(image.id)).toEqual(second);
  const other = addReading(store, addImage(store, lesion.id).id);
  await expectRefusal('not-found', () => review('monitor', other.id));
  await expectRefusal('not-found', () => store.reviews.get(nobody));
  store.images.remove(image.id);
  await expectRefusal('not-found', () => review('monitor', null));
  expect(store.reviews.listByImage(image.id)).toEqual([second, first]);
});

test('a draft of a review is its writer’s alone, changes, and ends when the review is saved', async () => {
  const { store, user, lesion } = await clinicWithLesion();
  const image = addImage(store, lesion.id);
  const mine = { imageId: image.id, reviewerId: user.id };
  const passphrase = 'a passphrase of the second';
  const second = await store.accounts.add({ name: 'Dr Second', role: 'clinician', passphrase });
  const theirs = { imageId: image.id, reviewerId: second.id };
  const begun = {
    impression: null,
    decision: null,
    dueOn: null,
    firstImpression: null,
    overrideReason: null,
    note: 'irregular',
  } as const;
  expect(store.reviews.draft(mine)).toBeNull();
  store.reviews.keepDraft(mine, begun);
  store.reviews.keepDraft(theirs, { impression: 'nv', decision: 'monitor', note: '' });
  expect(store.reviews.draft(mine)).toEqual(begun);
  store.reviews.keepDraft(mine, { ...begun, decision: 'biopsy' });
  expect(store.reviews.draft(mine)).toEqual({ ...begun, decision: 'biopsy' });
  expect(store.reviews.listByImage(image.id)).toEqual([]);

  store.reviews.add({
    ...mine,
    readingId: null,
    details: {
      impression: 'mel',
      decision: 'biopsy',
      firstImpression: 'nv',
      overrideReason: 'reading',
      note: 'irregular',
    },
  });
  expect(store.reviews.newestByImage(image.id)).toMatchObject({
    impression: 'mel',
    firstImpression: 'nv',
    overrideReason: 'reading',
  });
  expect(store.reviews.draft(mine)).toBeNull();
  expect(store.reviews.draft(theirs)).toMatchObject({ impression: 'nv' });
  const empty = { impression: null, decision: null, note: '' } as const;
  for (const said of [{ impression: 'nv' }, { decision: 'biopsy' as const }, { note: 'x' }]) {
    store.reviews.keepDraft(theirs, { ...empty, ...said });
    expect(store.reviews.draft(theirs)).toMatchObject({ ...empty, ...said });
    expect([...store.reviews.draftedImages(second.id)]).toEqual([image.id]);
  }
  store.reviews.keepDraft(theirs, empty);
  expect(store.reviews.draft(theirs)).toBeNull();
  expect([...store.reviews.draftedImages(second.id)]).toEqual([]);
  await expectRefusal('not-found', () =>
    store.reviews.keepDraft({ ...mine, imageId: nobody }, begun),
  );
});

test('a closed store refuses work, and may be closed again', async () => {
  const { store } = await newClinic();
  store.close();
  store.close();
  expect(() => store.accounts.list()).toThrow(/not open/);
  const added = { name: 'Bo', role: 'clinician', passphrase: 'violet harbour engine' } as const;
  await expect(store.accounts.add(added)).rejects.toThrow();
});
