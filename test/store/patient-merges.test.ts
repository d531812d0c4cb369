import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { expect, test } from 'vitest';
import { consentDetails } from '../../src/clinic/entities/index.ts';
import { Connection } from '../../src/store/connection.ts';
import { type ClinicStore, unlockClinic } from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  addOverview,
  addReading,
  closing,
  dataKeyOf,
  details,
  expectRefusal,
  findPatients,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
  waitingLesions,
} from './harness.ts';

const tables = [
  ...['patient', 'patient_word', 'lesion', 'visit', 'image', 'image_move', 'consent', 'follow_up'],
  ...['histology', 'review', 'class_example', 'waiting_lesion', 'patient_merge'],
  ...['patient_merge_record', 'overview', 'overview_original', 'overview_marker'],
];

/** Every row of what a merge may touch, with the times of changes left out; the clinic is closed for it. */
async function rowsOf(folder: string): Promise<Record<string, string[]>> {
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  try {
    return Object.fromEntries(
      tables.map((table) => [
        table,
        connection
          .all(`SELECT * FROM ${table}`)
          .map((row) => JSON.stringify(row, (key, value) => (key === 'updated_at' ? '' : value)))
          .sort(),
      ]),
    );
  } finally {
    connection.close();
  }
}

async function reopened(folder: string) {
  return closing(await unlockClinic(folder, { userName, passphrase }));
}

/** Two records of one person, each with lesions, images of the same days, a consent and more. */
function enrolTwice(store: ClinicStore, userId: string) {
  const record = (familyName: string, recordNumber: string, label: string) => {
    const patient = store.patients.enrol(
      details({ familyName, recordNumber, givenName: 'Jörg', birthDate: '1961-03-04' }),
    );
    const lesion = addLesion(store, patient.id, label);
    const images = [addImage(store, lesion.id), addImage(store, lesion.id)];
    for (const { id } of images) addReading(store, id);
    const [first] = images;
    if (!first) throw new Error('no image');
    store.reviews.add({
      ...{ imageId: first.id, readingId: null, reviewerId: userId },
      details: { impression: 'NV', decision: 'monitor', note: '' },
    });
    store.consents.add(
      patient.id,
      consentDetails.parse({ scope: 'care', answer: 'given', saidOn: '2026-02-03' }),
      userId,
    );
    store.followUps.plan(lesion.id, 'monitor', '2027-01-01', userId);
    const overview = addOverview(store, patient.id, userId);
    store.overviews.mark(overview.id, lesion.id, { x: 0.5, y: 0.25 }, userId);
    return { patient, lesion, image: first, overview };
  };
  const gone = addLesion(store, record('Other', 'N-3', 'X').patient.id, 'Y');
  store.corrections.removeLesion(gone.id);
  return { from: record('Mülller', 'N-1', 'A'), into: record('Müller', 'N-2', 'B') };
}

async function clinicWithDouble() {
  const { folder, store, user } = await newClinic();
  const people = store.transaction(() => enrolTwice(store, user.id));
  store.close();
  return { folder, user, people, before: await rowsOf(folder) };
}

test('all of a double becomes the other’s, who is found by both names and numbers', async () => {
  const { folder, user, people } = await clinicWithDouble();
  const { store } = await reopened(folder);
  const { from, into } = people;
  const waited = waitingLesions(store).length;
  const merge = store.patientMerges.merge(from.patient.id, into.patient.id, user.id);
  expect(merge).toMatchObject({ userName: user.name, intoPatientId: into.patient.id });
  const lesions = store.lesions.listByPatient(into.patient.id);
  expect(lesions.map(({ label }) => label).toSorted()).toEqual(['A', 'B']);
  expect(store.lesions.listByPatient(from.patient.id)).toEqual([]);
  expect(store.consents.listByPatient(into.patient.id)).toHaveLength(2);
  for (const text of ['Mülller', 'N-1', 'Müller N-2']) {
    const [found, ...others] = findPatients(store, text).entries;
    expect(others).toEqual([]);
    expect(found).toMatchObject({ patient: { id: into.patient.id }, imageCount: 4 });
  }
  expect(waitingLesions(store)).toHaveLength(waited);
  expect(store.patientMerges.of(from.patient.id)).toEqual(merge);
  expect(store.patientMerges.into(into.patient.id)).toEqual([merge]);
  expect(await store.checkHealth()).toMatchObject({ ok: true });
  expect(await store.checkAudit()).toMatchObject({ intact: true });
});

test('taken apart, also after a restart, every record is as it was', async () => {
  const { folder, user, people, before } = await clinicWithDouble();
  const { from, into } = people;
  const first = await reopened(folder);
  const { id } = first.store.patientMerges.merge(from.patient.id, into.patient.id, user.id);
  first.store.close();
  expect((await rowsOf(folder)).patient_merge).toHaveLength(1);
  const second = await reopened(folder);
  expect(second.store.patientMerges.plan(id)).toEqual(second.store.patientMerges.unmerge(id));
  expect(await second.store.checkHealth()).toMatchObject({ ok: true });
  second.store.close();
  expect(await rowsOf(folder)).toEqual(before);
});

test('overview photographs go along with their markers; a mark across the two is not shown once they are apart', async () => {
  const { folder, user, people } = await clinicWithDouble();
  const { from, into } = people;
  const { store } = await reopened(folder);
  const { id } = store.patientMerges.merge(from.patient.id, into.patient.id, user.id);
  expect(store.overviews.listByPatient(into.patient.id)).toHaveLength(2);
  expect(store.overviews.listByPatient(from.patient.id)).toEqual([]);
  expect(store.overviews.markersOfPatient(into.patient.id)).toHaveLength(2);
  store.overviews.mark(from.overview.id, into.lesion.id, { x: 0.1, y: 0.2 }, user.id);
  expect(store.overviews.markersOfLesion(into.lesion.id)).toHaveLength(2);
  store.patientMerges.unmerge(id);
  const marked = (lesionId: string) =>
    store.overviews.markersOfLesion(lesionId).map(({ overviewId }) => overviewId);
  expect(marked(from.lesion.id)).toEqual([from.overview.id]);
  expect(marked(into.lesion.id)).toEqual([into.overview.id]);
  expect(store.overviews.markersIn(from.overview.id)).toMatchObject([{ lesionId: from.lesion.id }]);
  await expectRefusal('not-found', () =>
    store.overviews.mark(from.overview.id, into.lesion.id, { x: 0.1, y: 0.2 }, user.id),
  );
  await expectRefusal('patient-merged', () => {
    store.patientMerges.merge(from.patient.id, into.patient.id, user.id);
    addOverview(store, from.patient.id, user.id);
  });
  const subject = { kind: 'patient', id: into.patient.id } as const;
  const erasing = { subject, reason: 'request', userId: user.id, secondUserId: null } as const;
  store.erasures.erase(erasing, () => {});
  expect((await store.checkHealth()).ok).toBe(true);
});

test('an archived double is archived again when the two are taken apart', async () => {
  const { folder, user, people } = await clinicWithDouble();
  const { store } = await reopened(folder);
  const { archivedAt } = store.patients.archive(people.from.patient.id);
  const { id } = store.patientMerges.merge(people.from.patient.id, people.into.patient.id, user.id);
  expect(store.patients.get(people.from.patient.id).archivedAt).toBe(archivedAt);
  store.patientMerges.unmerge(id);
  expect(store.patients.get(people.from.patient.id).archivedAt).toBe(archivedAt);
});

test('what was added since stays with the one who was kept, and is told; reviews go with their image', async () => {
  const { folder, user, people } = await clinicWithDouble();
  const { from, into } = people;
  const { store } = await reopened(folder);
  const { id } = store.patientMerges.merge(from.patient.id, into.patient.id, user.id);
  const newLesion = addLesion(store, into.patient.id, 'C');
  addImage(store, newLesion.id);
  const newImage = addImage(store, from.lesion.id);
  const newOverview = addOverview(store, into.patient.id, user.id);
  const movedOn = from.image;
  store.corrections.moveImage(movedOn.id, into.lesion.id, user.id);
  const review = store.reviews.add({
    ...{ imageId: movedOn.id, readingId: null, reviewerId: user.id },
    details: { impression: 'MEL', decision: 'excise', note: '' },
  });
  expect(store.patientMerges.unmerge(id)).toEqual({
    back: { lesions: 1, images: 1, visits: 1, consents: 1, overviews: 1 },
    stays: { lesions: 1, overviews: 1, images: [{ label: 'A', count: 1 }], movedOn: 1 },
  });
  const kept = store.lesions.listByPatient(into.patient.id);
  expect(kept.map(({ label }) => label)).toEqual(['B', 'C', 'A']);
  expect(store.images.listByLesion(kept[2]?.id ?? '').map((image) => image.id)).toEqual([
    newImage.id,
  ]);
  expect(store.images.listByLesion(into.lesion.id)).toHaveLength(3);
  expect(store.reviews.newestByImage(movedOn.id)?.id).toBe(review.id);
  const back = store.lesions.listByPatient(from.patient.id);
  expect(back.map((lesion) => lesion.id)).toEqual([from.lesion.id]);
  expect(store.images.listByLesion(from.lesion.id)).toHaveLength(1);
  expect(
    store.overviews
      .listByPatient(into.patient.id)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual([into.overview.id, newOverview.id].toSorted());
  expect(await store.checkHealth()).toMatchObject({ ok: true });
});

/** Two records of one person, seen on days that the test says; the clock stands still. */
async function clinicOverDays() {
  const now = new Date('2026-03-01T10:00:00.000Z');
  const { store, user } = await newClinic(temporaryFolder(), () => now);
  const enrol = (familyName: string) => {
    const { id } = store.patients.enrol(details({ familyName }));
    return { id, lesion: addLesion(store, id).id };
  };
  const image = (lesionId: string, at: string) =>
    addImage(store, lesionId, randomBytes(99), 'IMG.JPG', at).id;
  const visits = (patientId: string) =>
    store.visits.listByPatient(patientId).map(({ startedAt }) => startedAt);
  const lastVisit = (familyName: string) =>
    findPatients(store, familyName).entries.map((entry) => entry.lastVisitAt);
  return { store, user, enrol, image, visits, lastVisit };
}

const [winter, morning, noon, spring] = [
  ...['2026-01-05T09:00:00.000Z', '2026-02-03T08:00:00.000Z'],
  ...['2026-02-03T12:00:00.000Z', '2026-02-10T09:00:00.000Z'],
] as const;

test('an image that was in the other’s visit meanwhile has one of its own patient’s once they are apart', async () => {
  const { store, user, enrol, image, visits, lastVisit } = await clinicOverDays();
  const [from, into, third] = [enrol('Mülller'), enrol('Müller'), enrol('Okafor')];
  const second = addLesion(store, from.id, 'second').id;
  const moved = image(from.lesion, noon);
  image(second, spring);
  image(into.lesion, winter);
  const others = image(into.lesion, morning);
  expect([...lastVisit('Müller'), ...lastVisit('Mülller')]).toEqual([morning, spring]);
  const { id } = store.patientMerges.merge(from.id, into.id, user.id);
  expect(lastVisit('Müller')).toEqual([spring]);
  expect(visits(into.id)).toEqual([spring, noon, morning, winter]);
  // There and back it joins the first visit of the day, and its own is over.
  store.corrections.moveImage(moved, into.lesion, user.id);
  store.corrections.moveImage(moved, from.lesion, user.id);
  store.corrections.moveImage(others, third.lesion, user.id);
  expect(visits(into.id)).toEqual([spring, morning, winter]);
  expect(store.patientMerges.unmerge(id)).toEqual({
    back: { lesions: 2, images: 2, visits: 1, consents: 0, overviews: 0 },
    stays: { lesions: 0, overviews: 0, images: [], movedOn: 0 },
  });
  expect([visits(from.id), visits(into.id)]).toEqual([[spring, morning], [winter]]);
  expect(store.visits.get(store.images.get(moved).visitId).patientId).toBe(from.id);
  expect([...lastVisit('Müller'), ...lastVisit('Mülller')]).toEqual([winter, spring]);
  expect(await store.checkHealth()).toMatchObject({ ok: true });
});

test('a visit goes back with its patient, and an image that was moved on from it has one of where it stays', async () => {
  const { store, user, enrol, image, visits } = await clinicOverDays();
  const [from, into] = [enrol('Mülller'), enrol('Müller')];
  const moved = image(from.lesion, noon);
  const visit = store.images.get(moved).visitId;
  const { id } = store.patientMerges.merge(from.id, into.id, user.id);
  store.corrections.moveImage(moved, into.lesion, user.id);
  expect(store.patientMerges.unmerge(id)).toMatchObject({
    back: { images: 0, visits: 1 },
    stays: { images: [], movedOn: 1 },
  });
  expect([visits(from.id), visits(into.id)]).toEqual([[noon], [noon]]);
  expect(store.visits.get(visit).patientId).toBe(from.id);
  expect(store.images.get(moved).visitId).not.toBe(visit);
  expect(await store.checkHealth()).toMatchObject({ ok: true });
});

test('lesions of the two that were made one since are two again before they part', async () => {
  for (const isOwnMerged of [true, false]) {
    const { folder, user, people, before } = await clinicWithDouble();
    const { from, into } = people;
    const { store } = await reopened(folder);
    const { id } = store.patientMerges.merge(from.patient.id, into.patient.id, user.id);
    const [one, other] = isOwnMerged ? [from, into] : [into, from];
    store.corrections.mergeLesions(one.lesion.id, other.lesion.id, user.id);
    store.patientMerges.unmerge(id);
    expect(await store.checkHealth()).toMatchObject({ ok: true });
    store.close();
    // Two visits of one day became one with the lesions; which of them it was does not matter.
    const after = await rowsOf(folder);
    const withoutVisit = (row: string) => row.replace(/"visit_id":"[^"]*"/, '');
    for (const table of ['lesion', 'image', 'image_move', 'consent', 'patient_word'])
      expect(after[table]?.map(withoutVisit), table).toEqual(before[table]?.map(withoutVisit));
  }
});

test('of three records of one person the last merge is taken back first', async () => {
  const { folder, user, people, before } = await clinicWithDouble();
  const { from, into } = people;
  const { store } = await reopened(folder);
  const [third] = findPatients(store, 'Other').entries;
  const thirdId = third?.patient.id ?? '';
  const one = store.patientMerges.merge(from.patient.id, into.patient.id, user.id);
  const two = store.patientMerges.merge(into.patient.id, thirdId, user.id);
  expect(findPatients(store, 'Mülller').entries[0]?.patient.id).toBe(thirdId);
  await expectRefusal('invalid-merge', () => store.patientMerges.unmerge(one.id));
  store.patientMerges.unmerge(two.id);
  store.patientMerges.unmerge(one.id);
  store.close();
  expect(await rowsOf(folder)).toEqual(before);
});

test('what makes no sense is refused: oneself, one who is merged, a collection, nobody', async () => {
  const { folder, user, people } = await clinicWithDouble();
  const { store } = await reopened(folder);
  const [from, into] = [people.from.patient.id, people.into.patient.id];
  const merge = (a: string, b: string) => () => store.patientMerges.merge(a, b, user.id);
  await expectRefusal('invalid-merge', merge(from, from));
  await expectRefusal('not-found', merge(from, people.from.lesion.id));
  const collection = store.patients.enrol(details({ familyName: 'Atlas' })).id;
  store.classExamples.addCollection('Atlas', collection);
  await expectRefusal('invalid-merge', merge(collection, into));
  store.patientMerges.merge(from, into, user.id);
  await expectRefusal('invalid-merge', merge(from, into));
  await expectRefusal('invalid-merge', merge(into, from));
  await expectRefusal('patient-merged', () => addLesion(store, from));
  await expectRefusal('patient-merged', () => addOverview(store, from, user.id));
  const consent = consentDetails.parse({ scope: 'care', answer: 'given', saidOn: '2026-02-03' });
  await expectRefusal('patient-merged', () => store.consents.add(from, consent, user.id));
  await expectRefusal('patient-merged', () => store.patients.restore(from));
  await expectRefusal('patient-merged', () =>
    store.patients.update(from, 1, details({ familyName: 'X' })),
  );
  await expectRefusal('patient-merged', () => store.erasures.plan({ kind: 'patient', id: from }));
  await expectRefusal('not-found', () => store.patientMerges.unmerge(people.from.lesion.id));
});

test('who is erased is erased with the records that were merged into theirs', async () => {
  const { folder, user, people } = await clinicWithDouble();
  const { store } = await reopened(folder);
  const [from, into] = [people.from.patient.id, people.into.patient.id];
  store.doubles.dismiss(from, into, user.id);
  store.patientMerges.merge(from, into, user.id);
  store.erasures.erase(
    {
      ...{ subject: { kind: 'patient', id: into }, reason: 'request', userId: user.id },
      secondUserId: null,
    },
    () => {},
  );
  await store.erasures.finish(temporaryFolder());
  await expectRefusal('not-found', () => store.patients.get(from));
  store.close();
  const rows = await rowsOf(folder);
  expect(rows.patient).toHaveLength(1);
  expect(rows.patient_merge).toEqual([]);
  expect(rows.patient_merge_record).toEqual([]);
});

test('of a whole clinic the likely doubles are paired, once each, until somebody says that they are two', async () => {
  const { store, user } = await newClinic();
  const enrol = (familyName: string, givenName: string, birthDate: string | null) =>
    store.patients.enrol(details({ familyName, givenName, birthDate })).id;
  const a = enrol('Müller', 'Jörg', '1961-03-04');
  const b = enrol('Möller', 'Jörg', '1961-03-04');
  enrol('Okafor', 'Ada', '1961-03-04');
  const c = enrol('Okafor', 'Bo', '1970-01-02');
  const d = enrol('Bo', 'Okafor', '1970-01-02');
  const e = enrol('Wu', 'Li', null);
  const f = enrol('Wu', 'Li', '1999-09-09');
  const named = async () =>
    (await store.doubles.pairs(10)).pairs.map(({ one, other, likeness }) => [
      [one.id, other.id].sort().join(),
      likeness,
    ]);
  const pair = (one: string, other: string) => [one, other].sort().join();
  expect(await named()).toEqual([
    [pair(c, d), 'names-exchanged'],
    [pair(a, b), 'similar-name'],
    [pair(e, f), 'date-missing'],
  ]);
  expect(await store.doubles.pairs(1)).toMatchObject({ count: 3, pairs: [{}] });
  store.doubles.dismiss(b, a, user.id);
  store.patientMerges.merge(d, c, user.id);
  expect(await named()).toEqual([[pair(e, f), 'date-missing']]);
  store.doubles.offerAgain(a, b);
  expect(await named()).toHaveLength(2);
  // Who is enrolled under the double's name is the one who was kept.
  const found = store.doubles.find(
    details({ familyName: 'Bo', givenName: 'Okafor', birthDate: '1970-01-02' }),
  );
  expect(found.map(({ patient, likeness }) => [patient.id, likeness])).toEqual([[c, 'same']]);
});

test('a crowd of one birth date is paired while others have their turn, until it is called off', async () => {
  const { store } = await newClinic();
  store.transaction(() => {
    for (let n = 0; n < 3000; n++)
      store.patients.enrol(
        details({
          familyName: `${String.fromCharCode(65 + (n % 26))}${n.toString(36)}berg`,
          givenName: `Ann${(n * 7919).toString(36)}`,
          birthDate: '1900-01-01',
        }),
      );
    for (const familyName of ['Lindqvist', 'Lindqvits'])
      store.patients.enrol(details({ familyName, givenName: 'Tomas', birthDate: '1900-01-01' }));
  });
  let turns = 0;
  const count = () => {
    turns += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const { pairs } = await store.doubles.pairs(1000);
  clearImmediate(counting);
  expect(turns).toBeGreaterThan(2);
  const calledOff = store.doubles.pairs(1000, AbortSignal.abort(new Error('called off')));
  await expect(calledOff).rejects.toThrow('called off');
  expect(pairs.some(({ one }) => one.familyName === 'Lindqvist')).toBe(true);
});
