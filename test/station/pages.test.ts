import { expect, test } from 'vitest';
import { reviewDetails } from '../../src/clinic/entities/index.ts';
import { imageHandlers } from '../../src/station/handlers/images.ts';
import { lesionHandlers } from '../../src/station/handlers/lesions.ts';
import { overviewHandlers } from '../../src/station/handlers/overviews.ts';
import { patientMergeHandlers } from '../../src/station/handlers/patient-merges.ts';
import { patientHandlers } from '../../src/station/handlers/patients.ts';
import { addLesion, addOverview, addReading, details, sha256 } from '../store/harness.ts';
import { calling, newScreen, type Screen, takeImage } from './screen.ts';

const network = sha256('a network');
const heads = { model: { sha256: network } };
const pagesOf = ({ context }: Screen) =>
  patientHandlers({ ...context, heads } as unknown as typeof context);

async function clinicWithPatient() {
  const screen = await newScreen();
  const { id: patientId } = screen.store.patients.enrol(details({ familyName: 'Okafor' }));
  return { screen, store: screen.store, user: screen.user, patientId };
}

/** Read by the network in use, with these counts. */
function addCounts({ store }: Screen, imageId: string, counts: readonly number[]) {
  const { id: _, createdAt: __, imageId: ___, ...reading } = addReading(store, imageId);
  store.transaction(() => {
    store.models.putNetwork({ name: 'In use', sha256: network, card: {} });
    store.models.putHead({
      ...{ name: 'In use', sha256: sha256('its head'), networkSha256: network, json: '{}' },
    });
    const spikeCounts = Int32Array.from({ length: 256 }, (_, at) => counts[at] ?? 0);
    const by = { networkSha256: network, headSha256: sha256('its head') };
    store.readings.add({ ...reading, ...by, imageId, spikeCounts });
  });
}

test('a patient’s page shows the newest dozen of a lesion’s images and counts all, and what is awaited still', async () => {
  const { screen, store, user, patientId } = await clinicWithPatient();
  const lesion = addLesion(store, patientId);
  const ids = Array.from({ length: 13 }, () => takeImage(store, lesion.id).id);
  const open = store.followUps.plan(lesion.id, 'monitor', '2026-09-01', user.id);
  const ended = store.followUps.plan(lesion.id, 'biopsy', '2026-09-01', user.id);
  store.followUps.end(ended.id, user.id, '');
  const [shown] = (await pagesOf(screen)['patients.get']({ patientId }, calling)).lesions;
  expect(shown?.images.map(({ image }) => image.id)).toEqual(ids.slice(1));
  expect([shown?.imageCount, shown?.awaited.map(({ id }) => id)]).toEqual([13, [open.id]]);
  const imageId = ids[0] ?? '';
  const { awaited } = await imageHandlers(screen.context)['images.get']({ imageId }, calling);
  expect(awaited.map(({ id }) => id)).toEqual([open.id]);
});

test('side by side the lesion most unlike the others stands first, then by likeness, and those that the network in use has not read last', async () => {
  const { screen, store, patientId } = await clinicWithPatient();
  const lesions = ['unread', 'usual', 'odd', 'usual too', 'read by another', 'nearly usual'].map(
    (label) => addLesion(store, patientId, label),
  );
  const [unread, usual, odd, usualToo, other, nearly] = lesions.map(({ id }) =>
    takeImage(store, id),
  );
  if (!unread || !usual || !odd || !usualToo || !other || !nearly) throw new Error('six lesions');
  addReading(store, other.id);
  const beside = async () =>
    (await pagesOf(screen)['patients.sideBySide']({ patientId }, calling)).map(
      ({ lesion, oddness }) => [lesion.label, oddness],
    );
  addCounts(screen, usual.id, [9, 9, 9, 9]);
  addCounts(screen, odd.id, [0, 0, 0, 0, 9, 9, 9, 9]);
  expect((await beside()).map(([, oddness]) => oddness)).toEqual(Array(6).fill(null));
  addCounts(screen, usualToo.id, [9, 9, 9, 9]);
  addCounts(screen, nearly.id, [9, 9, 9, 5]);
  const found = await beside();
  expect(found.map(([label]) => label)).toEqual([
    ...['odd', 'nearly usual', 'usual', 'usual too', 'unread', 'read by another'],
  ]);
  expect(found.map(([, oddness]) => oddness === null)).toEqual([
    ...[false, false, false, false, true, true],
  ]);
});

test('of a lesion that was merged the page is the other one’s, of a removed one its own, each image with all its reviews', async () => {
  const { screen, store, user, patientId } = await clinicWithPatient();
  const [into, merged, removed] = ['A', 'B', 'C'].map((label) =>
    addLesion(store, patientId, label),
  );
  if (!into || !merged || !removed) throw new Error('three lesions');
  const image = takeImage(store, merged.id);
  const reviewed = ['nv', 'mel'].map((impression) =>
    store.reviews.add({
      ...{ imageId: image.id, readingId: null, reviewerId: user.id },
      details: reviewDetails.parse({ impression, decision: 'no-action', note: '' }),
    }),
  );
  const bare = takeImage(store, into.id);
  const overview = addOverview(store, patientId, user.id);
  const unmarked = addOverview(store, patientId, user.id);
  store.overviews.mark(overview.id, merged.id, { x: 0.25, y: 0.75 }, user.id);
  store.corrections.mergeLesions(merged.id, into.id, user.id);
  store.overviews.mark(unmarked.id, removed.id, { x: 0.5, y: 0.5 }, user.id);
  store.corrections.removeLesion(removed.id);
  const lesions = lesionHandlers(screen.context);
  for (const lesionId of [merged.id, into.id]) {
    const page = await lesions['lesions.get']({ lesionId }, calling);
    expect(page.lesion.id).toBe(into.id);
    expect(page.images.map(({ image: { id }, review, reviews }) => [id, review, reviews])).toEqual(
      expect.arrayContaining([
        [image.id, reviewed[1], reviewed.toReversed()],
        [bare.id, null, []],
      ]),
    );
  }
  const gone = await lesions['lesions.get']({ lesionId: removed.id }, calling);
  expect(gone.lesion.id).toBe(removed.id);
  const overviews = overviewHandlers(screen.context);
  const marksOf = async (lesionId: string) =>
    (await overviews['overviews.ofLesion']({ lesionId }, calling)).map((each) => [
      ...[each.overview.id, each.marker.x],
    ]);
  expect(await marksOf(merged.id)).toEqual([[overview.id, 0.25]]);
  expect(await marksOf(into.id)).toEqual([[overview.id, 0.25]]);
  expect(await marksOf(removed.id)).toEqual([]);
});

test('of people who may be enrolled twice fifty pairs are shown at once, each with its last visit, and all are counted', async () => {
  const { screen, store, patientId } = await clinicWithPatient();
  const doubles = patientMergeHandlers(screen.context);
  const born = (n: number) => `19${10 + n}-03-14`;
  for (let n = 0; n < 51; n++)
    for (const familyName of [`Quillfeather ${n}`, `Quillfeather ${n}`])
      store.patients.enrol(details({ familyName, givenName: 'Ottoline', birthDate: born(n) }));
  const { pairs, count } = await doubles['doubles.list']({}, calling);
  expect([pairs.length, count]).toEqual([50, 51]);
  const otherId = pairs[0]?.one.patient.id ?? '';
  const compare = async () =>
    (await doubles['doubles.compare']({ patientId, otherId }, calling)).one.lastVisitAt;
  expect(await compare()).toBeNull();
  const lesion = addLesion(store, patientId);
  takeImage(store, lesion.id);
  const first = await compare();
  screen.turnTo('2026-03-12T12:00:00');
  takeImage(store, lesion.id);
  const newest = [1, 2, 3, 4].map(() => takeImage(store, lesion.id).id);
  const last = await compare();
  const { one } = await doubles['doubles.compare']({ patientId, otherId }, calling);
  expect([one.imageCount, one.imageIds]).toEqual([6, newest.toReversed()]);
  expect([first, last].map((at) => new Date(at ?? '').getDate())).toEqual([10, 12]);
});

test('of somebody who was merged it is told with whom, of the other one with whom else, and of whom neither is true nothing', async () => {
  const { screen, store, user, patientId } = await clinicWithPatient();
  const { id: otherId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const merges = patientMergeHandlers(screen.context);
  const told = async (id: string) => {
    const { of, into } = await merges['patients.merges']({ patientId: id }, calling);
    return [of?.into.id ?? null, into.map(({ from }) => from.id)];
  };
  expect(await told(patientId)).toEqual([null, []]);
  const { id: mergeId } = store.patientMerges.merge(patientId, otherId, user.id);
  expect(await told(patientId)).toEqual([otherId, []]);
  expect(await told(otherId)).toEqual([null, [patientId]]);
  screen.told();
  await merges['patients.unmerge']({ mergeId }, calling);
  expect(screen.told()).toBe('consents images lesions overviews patients');
  expect(screen.entries()[0]).toBe(`patient.unmerge patient:${patientId} patient:${otherId}`);
  expect(await told(otherId)).toEqual([null, []]);
});

test('an overview photograph is told with its markers, and one without any as well', async () => {
  const { screen, store, user, patientId } = await clinicWithPatient();
  const lesion = addLesion(store, patientId);
  const [marked, bare] = [
    addOverview(store, patientId, user.id),
    addOverview(store, patientId, user.id),
  ];
  store.overviews.mark(marked.id, lesion.id, { x: 0.25, y: 0.75 }, user.id);
  const overviews = overviewHandlers(screen.context);
  const page = await overviews['overviews.ofPatient']({ patientId }, calling);
  expect(
    new Map(page.overviews.map(({ overview, markers }) => [overview.id, markers.length])),
  ).toEqual(
    new Map([
      [marked.id, 1],
      [bare.id, 0],
    ]),
  );
});
