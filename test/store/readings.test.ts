import { expect, test } from 'vitest';
import type { Advice, Verdict } from '../../src/clinic/entities/index.ts';
import type { ClinicStore } from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  addReading,
  details,
  newClinic,
  sha256,
  temporaryFolder,
} from './harness.ts';

const later = sha256('later head');
const classes = [
  { code: 'bkl', name: 'Keratosis', gravity: 'benign' },
  { code: 'mel', name: 'Melanoma', gravity: 'malignant' },
  { code: 'nv', name: 'Naevus', gravity: 'benign' },
] as const;
const verdict: Verdict = {
  ...{ kind: 'suspicious', reasons: ['melanoma'], malignancy: 0.5 },
  ...{ confidence: 'leaning', isLate: false },
};
const advice: Advice = {
  ...{ possible: ['mel'], coverage: 0.9, unfamiliarity: 1, unfamiliarityLimit: 2, entropy: 0.5 },
};

async function clinicWithImages(count: number, now = () => new Date()) {
  const { store, user } = await newClinic(temporaryFolder(), () => now());
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(store, patient.id);
  const images = Array.from({ length: count }, () => addImage(store, lesion.id).id);
  return { store, user, patient, lesion, images };
}

/** Has another head read from now on, which scores what there is. */
function rescore(store: ClinicStore, userId: string, scored: Advice | null) {
  const [{ networkSha256, headSha256 } = { networkSha256: '', headSha256: '' }] = store.rescorings
    .newestReadings(later, later, 1)
    .map((item) => ({
      ...{ networkSha256: item.networkSha256, headSha256: item.madeBy },
    }));
  store.models.putHead({ name: 'Later', sha256: later, networkSha256, json: '{}', classes });
  store.headVersions.activate({ number: null, headSha256: later }, userId);
  const job = store.rescorings.start(later, headSha256, userId);
  const items = store.rescorings.next(job, 100);
  const same = { kind: 'unclear', code: 'NV', probability: 0.5, malignancy: 0.5 } as const;
  const score = { probabilities: Float64Array.of(0.25, 0.5, 0.25), advice: scored, verdict };
  store.rescorings.keep(
    job,
    items.map((item) => ({ item, score, before: same, after: same })),
    items,
  );
}

test.each([[advice], [null]])(
  'the newest reading is shown as the head that reads now scores it, the older ones as they were made',
  async (scored) => {
    const { store, user, images } = await clinicWithImages(2);
    const [image = '', unread = ''] = images;
    const first = addReading(store, image, { durationMs: 1 });
    const second = addReading(store, image, { durationMs: 2 });
    expect(store.readings.listByImage(image)).toEqual([second, first]);
    rescore(store, user.id, scored);
    const shown = {
      ...{ ...second, headName: 'Later', headSha256: later, firstHeadName: 'Head' },
      // Of equals, in the order of the head’s classes.
      probabilities: [classes[1], classes[0], classes[2]].map((each, n) => ({
        ...{ ...each, probability: n === 0 ? 0.5 : 0.25 },
      })),
      ...{ advice: scored, verdict },
    };
    expect(store.readings.newestByImage(image)).toEqual(shown);
    expect(store.readings.listByImage(image)).toEqual([shown, first]);
    expect(store.readings.listByImage(unread)).toEqual([]);
    const third = addReading(store, image);
    expect(store.readings.newestByImage(image)).toEqual(third);
  },
);

test('what a reading said by some time is told as it was made', async () => {
  let now = new Date('2026-03-01T10:00:00.000Z');
  const { store, user, images } = await clinicWithImages(1, () => now);
  const [image = ''] = images;
  const first = addReading(store, image);
  now = new Date('2026-03-02T10:00:00.000Z');
  const second = addReading(store, image);
  rescore(store, user.id, null);
  const before = (instant: string) => store.readings.newestBefore(image, instant);
  expect(before('2026-03-01T09:59:59.999Z')).toBeNull();
  expect(before(first.createdAt)).toEqual(first);
  expect(before('2026-03-02T09:59:59.999Z')).toEqual(first);
  expect(before('2026-03-03T00:00:00.000Z')).toEqual(second);
});

test('counts are given by the network that made them, behind a reading or of the images that came last', async () => {
  const { store, images } = await clinicWithImages(3);
  const [{ networkSha256 } = { networkSha256: '' }] = images.map((id) => addReading(store, id));
  const all = store.readings.countsAfter(networkSha256, 0);
  expect(all.map(({ imageId }) => imageId)).toEqual(images);
  expect(all[0]?.counts).toEqual(Int32Array.from({ length: 256 }, (_, index) => index - 128));
  expect(store.readings.countsAfter(networkSha256, all[0]?.seq ?? 0)).toEqual(all.slice(1));
  expect(store.readings.countsAfter(sha256('another'), 0)).toEqual([]);
  expect(store.readings.newestCounts(networkSha256, 2)).toHaveLength(2);
  expect(store.readings.newestCounts(sha256('another'), 2)).toEqual([]);
  store.images.remove(images[2] ?? '');
  expect(store.readings.newestCounts(networkSha256, 3)).toEqual(
    all.slice(0, 2).map(({ counts }) => counts),
  );
});

test('what is read of a lesion at one visit stands together: by one network, each image by its newest reading', async () => {
  const { store, patient, images } = await clinicWithImages(4);
  const [first = '', second = '', unread = '', removed = ''] = images;
  const { networkSha256 } = addReading(store, first);
  const newest = addReading(store, first);
  const other = addReading(store, second);
  addReading(store, removed);
  store.images.remove(removed);
  addReading(store, addImage(store, addLesion(store, patient.id, 'B').id).id);
  const read = store.readings.ofLesionAtVisit(unread, networkSha256);
  expect(read.map(({ reading }) => reading)).toEqual([newest, other]);
  expect(read[0]?.counts).toEqual(store.readings.spikeCounts(newest.id));
  expect(store.readings.ofLesionAtVisit(first, sha256('another'))).toEqual([]);
});
