import path from 'node:path';
import { expect, test } from 'vitest';
import type { ReadingSummary, Verdict, VerdictKind } from '../../src/clinic/entities/index.ts';
import { Connection } from '../../src/store/connection.ts';
import {
  type ClinicStore,
  type RescoredItem,
  type RescoringItem,
  unlockClinic,
} from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  addReading,
  closing,
  dataKeyOf,
  details,
  newClinic,
  passphrase,
  sha256,
  userName,
  waitingLesions,
} from './harness.ts';

const later = 'b'.repeat(64);
const summary = (kind: VerdictKind, malignancy = 1 / 3): ReadingSummary => ({
  ...{ kind, malignancy, code: 'NV', probability: 2 / 3 },
});

/** A clinic with images that a head has read, and another head that is to score them. */
async function clinicWithReadings(count: number) {
  const { folder, store, user } = await newClinic();
  const { id } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(store, id);
  const images = Array.from({ length: count }, () => addImage(store, lesion.id).id);
  const readings = images.map((image) => addReading(store, image));
  const { headSha256: former, networkSha256 } = readings[0] ?? {};
  if (!former || !networkSha256) throw new Error('no reading');
  store.models.putHead({ name: 'Later', sha256: later, networkSha256, json: '{}' });
  return { folder, store, user, images, former, networkSha256 };
}

const verdict: Verdict = {
  kind: 'unclear',
  reasons: ['uncalibrated'],
  malignancy: 0.25,
  confidence: 'undecided',
  isLate: false,
};
const rescored = (
  item: RescoringItem,
  before: ReadingSummary,
  after: ReadingSummary,
): RescoredItem => ({
  ...{ item, before, after },
  score: { probabilities: Float64Array.of(0.75, 0.25), advice: null, verdict },
});

/** Scores the next images with nothing changed; returns which they were. */
function scoreNext(store: ClinicStore, limit: number): string[] {
  const job = store.rescorings.newest();
  if (!job) throw new Error('no job');
  const items = store.rescorings.next(job, limit);
  const same = summary('unclear');
  store.rescorings.keep(
    job,
    items.map((item) => rescored(item, same, same)),
    items,
  );
  return items.map(({ imageId }) => imageId);
}

test('what became graver comes before what became milder, the larger step first, and of the others what changed most', async () => {
  const steps = [
    [summary('unclear', 0.3), { ...summary('unclear', 0.35), code: 'BKL' }],
    [summary('unclear'), summary('no-sign')],
    [summary('no-sign', 0.2), summary('unclear', 0.2)],
    [summary('suspicious'), summary('no-sign')],
    [summary('no-sign', 0.2), summary('unclear', 0.6)],
    [summary('unclear', 0.6), { ...summary('unclear', 0.2), code: 'BKL' }],
    [summary('no-sign'), summary('suspicious')],
  ] as const;
  const { store, user, images, former } = await clinicWithReadings(steps.length + 1);
  const job = store.rescorings.start(later, former, user.id);
  const items = store.rescorings.next(job, 100);
  const found = items.map((item, n) => {
    const [before, after] = steps[n] ?? [summary('unclear', 0.1), summary('unclear', 0.9)];
    return rescored(item, before, after);
  });
  store.rescorings.keep(job, found, items);
  const gravestFirst = [6, 4, 2, 3, 1, 5, 0].map((n) => ({
    ...{ imageId: images[n], before: steps[n]?.[0], after: steps[n]?.[1] },
  }));
  expect(store.rescorings.changes(job.seq, 100)).toEqual(gravestFirst);
  expect(store.rescorings.changes(job.seq, 2)).toEqual(gravestFirst.slice(0, 2));
  expect(store.rescorings.countChanges(job.seq)).toBe(steps.length);
  const unordered = found
    .slice(0, -1)
    .map(({ item, before, after }) => ({ imageId: item.imageId, before, after }));
  expect(store.rescorings.ordered(unordered)).toEqual(gravestFirst);
  // The worklist goes by what the head that reads says.
  expect(waitingLesions(store)[0]?.verdict).toBe('suspicious');
});

test('a job that was broken off goes on behind the last image that was done, and a new one ends it', async () => {
  const { folder, store, user, images, former } = await clinicWithReadings(5);
  expect(store.rescorings.newest()).toBeNull();
  const job = store.rescorings.start(later, former, user.id);
  expect(job).toMatchObject({ done: 0, total: 5, isPaused: false, endedAt: null });
  expect(scoreNext(store, 2)).toEqual(images.slice(0, 2));
  store.rescorings.setPaused(job.seq, true);
  store.close();
  const opened = closing(await unlockClinic(folder, { userName, passphrase }));
  const { rescorings } = opened.store;
  expect(rescorings.newest()).toMatchObject({ seq: job.seq, done: 2, isPaused: true });
  rescorings.setPaused(job.seq, false);
  expect(scoreNext(opened.store, 2)).toEqual(images.slice(2, 4));
  expect(scoreNext(opened.store, 2)).toEqual(images.slice(4));
  expect(scoreNext(opened.store, 2)).toEqual([]);
  expect(rescorings.newest()).toMatchObject({ done: 5, isPaused: false, endedAt: null });
  rescorings.end(job.seq);
  expect(rescorings.newest()?.endedAt).not.toBeNull();
  const next = rescorings.start(former, later, user.id);
  expect(next).toMatchObject({ done: 0, total: 5, endedAt: null });
  expect(next.seq).toBeGreaterThan(job.seq);
});

test('an image is shown as the head before it said, with what the head that reads has scored already', async () => {
  const { store, user, images, former } = await clinicWithReadings(2);
  store.rescorings.start(later, former, user.id);
  const [newest] = store.rescorings.newestReadings(later, former, 1);
  expect(newest).toMatchObject({
    imageId: images[1],
    ...{ madeBy: former, before: { headSha256: former, probabilities: null }, after: null },
  });
  expect(JSON.parse(newest?.before.first ?? '')).toMatchObject({ code: 'NV' });
  scoreNext(store, 1);
  store.rescorings.start(former, later, user.id);
  const scored = { headSha256: later, first: null, probabilities: Float64Array.of(0.75, 0.25) };
  const own = { headSha256: former, probabilities: null };
  const items = store.rescorings.newestReadings(former, later, 2);
  // The one that nobody scored later is as its reading says.
  expect(items).toMatchObject([
    { imageId: images[1], before: own, after: own },
    { imageId: images[0], before: scored, after: own },
  ]);
  expect(JSON.parse(items[1]?.before.verdict ?? '')).toEqual(verdict);
  store.images.remove(images[1] ?? '');
  expect(store.rescorings.newestReadings(former, later, 2)).toHaveLength(1);
});

test('what is kept already is kept once, and counts as done all the same', async () => {
  const { store, user, images, former } = await clinicWithReadings(2);
  const job = store.rescorings.start(later, former, user.id);
  const items = store.rescorings.next(job, 2);
  const same = summary('unclear');
  const found = items.map((item) => ({ ...rescored(item, same, same), score: null }));
  store.rescorings.keep(job, found, items);
  expect(store.rescorings.newest()).toMatchObject({ done: 2 });
  expect(store.rescorings.next(job, 2)).toEqual([]);
  const [newest] = store.rescorings.newestReadings(later, former, 1);
  expect(newest).toMatchObject({ imageId: images[1], after: null });
  store.rescorings.keep(job, [], []);
  expect(store.rescorings.newest()).toMatchObject({ done: 2 });
});

test('images that another network read are counted, with the head that made the last of their readings', async () => {
  const { store, images, former, networkSha256 } = await clinicWithReadings(3);
  const another = sha256('another network');
  const told = { networkName: 'Backbone', headSha256: former };
  expect(store.rescorings.older(networkSha256)).toBeNull();
  expect(store.rescorings.older(another)).toEqual({ images: 3, ...told });
  for (const image of images.slice(1)) store.images.remove(image);
  expect(store.rescorings.older(another)).toEqual({ images: 1, ...told });
  store.images.remove(images[0] ?? '');
  expect(store.rescorings.older(another)).toBeNull();
});

test('one job goes on at a time: a new one ends the one before', async () => {
  const { folder, store, user, former } = await clinicWithReadings(1);
  store.rescorings.start(later, former, user.id);
  store.rescorings.start(former, later, user.id);
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  const jobs = connection.all('SELECT ended_at IS NULL AS goesOn FROM rescoring ORDER BY seq');
  connection.close();
  expect(jobs).toEqual([{ goesOn: 0 }, { goesOn: 1 }]);
});
