import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Connection } from '../../src/store/connection.ts';
import { loadMigrations, migrate } from '../../src/store/migrations.ts';
import {
  addLesion,
  addOverview,
  details,
  expectRefusal,
  newClinic,
  sha256,
  temporaryFolder,
} from './harness.ts';

const middle = { x: 0.5, y: 0.5 };

async function clinicWithOverview() {
  const { store, user } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(store, patient.id, 'A');
  const original = randomBytes(5000);
  const overview = addOverview(store, patient.id, user.id, original);
  return { store, user, patient, lesion, original, overview };
}

test('a photograph is stored as it came, with whose, of what and by whom, and is no image of a lesion', async () => {
  const { store, user, patient, original, overview } = await clinicWithOverview();
  expect(overview).toMatchObject({
    ...{ patientId: patient.id, region: 'back', byteLength: 5000, importedByName: user.name },
    ...{ sha256: sha256(original), capturedAt: '2026-03-01T10:20:30', removedAt: null },
  });
  expect(Buffer.from(store.overviews.original(overview.id)).equals(original)).toBe(true);
  expect(store.overviews.thumbnail(overview.id)).toHaveLength(200);
  expect(store.overviews.findBySha256(overview.sha256)).toEqual(overview);
  expect(store.images.listUnread()).toEqual([]);
  expect(store.images.findBySha256(overview.sha256)).toBeNull();
  const regrouped = store.overviews.setRegion(overview.id, 'head');
  expect(regrouped).toEqual({ ...overview, region: 'head' });
  expect(store.overviews.get(overview.id)).toEqual(regrouped);
  await expectRefusal('not-found', () => store.overviews.original(randomUUID()));
  await expectRefusal('not-found', () => store.overviews.thumbnail(randomUUID()));
});

test('a patient’s photographs stand with the newest capture first, or else import', async () => {
  const { store, user, patient, overview } = await clinicWithOverview();
  const add = (capturedAt: string | null) =>
    store.overviews.add(
      {
        ...{ patientId: patient.id, region: 'left-arm', sha256: sha256(randomUUID()) },
        ...{ fileName: 'x.jpg', format: 'png', widthPx: 10, heightPx: 10, capturedAt },
        ...{ device: null, original: randomBytes(9), thumbnail: randomBytes(9) },
      },
      user.id,
    ).id;
  const [older, undated] = [add('2024-03-01T10:20:30'), add(null)];
  const listed = store.overviews.listByPatient(patient.id).map(({ id }) => id);
  expect(listed).toEqual([undated, overview.id, older]);
});

test('a lesion is marked once on a photograph: marking it again moves it, and a mark that is taken away comes back', async () => {
  const { store, user, lesion, overview } = await clinicWithOverview();
  const { overviews } = store;
  expect(overviews.mark(overview.id, lesion.id, middle, user.id)).toMatchObject({
    ...{ overviewId: overview.id, lesionId: lesion.id, ...middle, placedByName: user.name },
  });
  overviews.mark(overview.id, lesion.id, { x: 1, y: 0 }, user.id);
  expect(overviews.markersIn(overview.id)).toMatchObject([{ x: 1, y: 0 }]);
  expect(overviews.mark(overview.id, lesion.id, null, user.id)).toBeNull();
  expect(overviews.markersIn(overview.id)).toEqual([]);
  expect(overviews.markersOfLesion(lesion.id)).toEqual([]);
  overviews.mark(overview.id, lesion.id, middle, user.id);
  expect(overviews.markersOfPatient(overview.patientId)).toMatchObject([middle]);
  expect(overviews.mark(overview.id, addLesion(store, overview.patientId).id, null, user.id)).toBe(
    null,
  );
});

test('refused: beside the picture, another patient’s lesion, one that is removed, a removed or unknown photograph, nobody', async () => {
  const { store, user, patient, lesion, overview } = await clinicWithOverview();
  const other = store.patients.enrol(details({ familyName: 'Nakamura' }));
  const foreign = addLesion(store, other.id, 'X');
  const mark = (overviewId: string, lesionId: string, at = middle) =>
    store.overviews.mark(overviewId, lesionId, at, user.id);
  for (const at of [
    { x: 1.01, y: 0 },
    { x: 0, y: -0.1 },
    { x: Number.NaN, y: 0 },
  ])
    expect(() => mark(overview.id, lesion.id, at)).toThrow();
  expect(await expectRefusal('not-found', () => mark(overview.id, foreign.id))).toContain(
    'not of the patient',
  );
  await expectRefusal('not-found', () => mark(randomUUID(), lesion.id));
  await expectRefusal('not-found', () => mark(overview.id, randomUUID()));
  store.corrections.removeLesion(lesion.id);
  await expectRefusal('lesion-removed', () => mark(overview.id, lesion.id));
  store.corrections.restoreLesion(lesion.id);
  store.overviews.remove(overview.id);
  await expectRefusal('changed-meanwhile', () => mark(overview.id, lesion.id));
  await expectRefusal('changed-meanwhile', () => store.overviews.setRegion(overview.id, 'head'));
  await expectRefusal('not-found', () => addOverview(store, randomUUID(), user.id));
  expect(store.overviews.markersOfPatient(patient.id)).toEqual([]);
});

test('a removed lesion’s marks are hidden and come back with it', async () => {
  const { store, user, lesion, overview } = await clinicWithOverview();
  store.overviews.mark(overview.id, lesion.id, middle, user.id);
  store.corrections.removeLesion(lesion.id);
  expect(store.overviews.markersIn(overview.id)).toEqual([]);
  store.corrections.restoreLesion(lesion.id);
  expect(store.overviews.markersIn(overview.id)).toHaveLength(1);
});

test('of merged lesions one mark is shown, its own before the other’s; taken apart both are as they were', async () => {
  const { store, user, patient, lesion, overview } = await clinicWithOverview();
  const [second, third] = [addLesion(store, patient.id, 'B'), addLesion(store, patient.id, 'C')];
  const shown = () => store.overviews.markersIn(overview.id);
  store.overviews.mark(overview.id, third.id, { x: 0.3, y: 0.3 }, user.id);
  store.corrections.mergeLesions(third.id, second.id, user.id);
  store.corrections.mergeLesions(second.id, lesion.id, user.id);
  expect(shown()).toMatchObject([{ lesionId: lesion.id, x: 0.3 }]);
  expect(store.overviews.markersOfLesion(lesion.id)).toEqual(shown());
  store.overviews.mark(overview.id, second.id, middle, user.id);
  expect(shown()).toMatchObject([{ lesionId: lesion.id, x: 0.5 }]);
  store.overviews.mark(overview.id, lesion.id, null, user.id);
  expect(shown()).toEqual([]);
  store.corrections.restoreLesion(second.id);
  expect(shown()).toMatchObject([{ lesionId: second.id, x: 0.3 }]);
  store.corrections.restoreLesion(third.id);
  expect(shown()).toMatchObject([{ lesionId: third.id, x: 0.3 }]);
});

test('a removed photograph is restored with its marks, unless its file came again meanwhile', async () => {
  const { store, user, patient, lesion, original, overview } = await clinicWithOverview();
  store.overviews.mark(overview.id, lesion.id, middle, user.id);
  const { removedAt } = store.overviews.remove(overview.id);
  expect(store.overviews.listByPatient(patient.id)).toEqual([]);
  expect(store.overviews.listRemoved(patient.id)).toMatchObject([{ id: overview.id, removedAt }]);
  expect(store.overviews.markersOfLesion(lesion.id)).toEqual([]);
  store.overviews.restore(overview.id);
  expect(store.overviews.markersOfLesion(lesion.id)).toHaveLength(1);
  store.overviews.remove(overview.id);
  const again = addOverview(store, patient.id, user.id, original);
  await expectRefusal('duplicate-image', () => store.overviews.restore(overview.id));
  store.overviews.remove(again.id);
  expect(store.overviews.restore(overview.id).removedAt).toBeNull();
});

test('the log vouches for photographs, thumbnails and marks, and the checks look at them', async () => {
  const { store, user, lesion, overview } = await clinicWithOverview();
  store.transaction(() => {
    store.overviews.mark(overview.id, lesion.id, middle, user.id);
    store.audit.append({ userId: user.id, action: 'overview.mark', subject: 'overview' });
  });
  expect(await store.checkAudit()).toMatchObject({ intact: true });
  expect(await store.checkHealth()).toMatchObject({ ok: true });
});

test('what users did and what was merged before there were photographs is kept by the migration', () => {
  const connection = Connection.create(
    path.join(temporaryFolder(), 'clinic.db'),
    new Uint8Array(32).fill(7),
  );
  const program = loadMigrations();
  const clock = () => new Date('2026-01-02T03:04:05.678Z');
  const at = program.findIndex(({ name }) => name.endsWith('_overviews.sql'));
  migrate(connection, program.slice(0, at), clock);
  const id = (name: string) => name.padEnd(36, '0');
  const now = clock().toISOString();
  const patient = (name: string) => `
    INSERT INTO patient (id, record_number, family_name, given_name, sex, note, created_at,
      updated_at, sort_name)
    VALUES ('${id(name)}', '', 'Okafor', '', 'unknown', '', '${now}', '${now}', 'okafor');`;
  connection.script(`
    INSERT INTO user (id, name, login_name, role, created_at)
    VALUES ('${id('u')}', 'Ada', 'ada', 'clinician', '${now}');
    ${patient('p')} ${patient('q')}
    INSERT INTO patient_merge (id, from_patient_id, into_patient_id, user_id, merged_at)
    VALUES ('${id('m')}', '${id('p')}', '${id('q')}', '${id('u')}', '${now}');
    INSERT INTO patient_merge_record VALUES ('${id('m')}', 'lesion', '${id('l')}');
    INSERT INTO recent_change (seq, id, user_id, at, act, patient_id, subject_id, left_as)
    VALUES (7, '${id('c')}', '${id('u')}', '${now}', 'patient.merge', '${id('q')}', '${id('m')}', '{}');`);
  const kept = () =>
    ['recent_change', 'patient_merge_record'].map((table) =>
      connection.all(`SELECT * FROM ${table}`),
    );
  const before = kept();
  expect(before.map((rows) => rows.length)).toEqual([1, 1]);
  migrate(connection, program, clock);
  expect(kept()).toEqual(before);
  expect(connection.all('PRAGMA foreign_key_check')).toEqual([]);
  connection.close();
});

test('erasures of before photographs could be erased are kept, and stay final', () => {
  const connection = Connection.create(
    path.join(temporaryFolder(), 'clinic.db'),
    new Uint8Array(32).fill(7),
  );
  const program = loadMigrations();
  const clock = () => new Date('2026-01-02T03:04:05.678Z');
  const at = program.findIndex(({ name }) => name.endsWith('_overview_erasure.sql'));
  migrate(connection, program.slice(0, at), clock);
  const id = (name: string) => name.padEnd(36, '0');
  const now = clock().toISOString();
  connection.script(`
    INSERT INTO user (id, name, login_name, role, created_at)
    VALUES ('${id('u')}', 'Ada', 'ada', 'clinician', '${now}');
    INSERT INTO erasure (seq, id, kind, subject_id, since, reason, user_id, at, entry, erased,
      finished_at, pages_looked, pages_written, copies_dropped, commits)
    VALUES (3, '${id('e')}', 'image', '${id('i')}', '${now}', 'mistake', '${id('u')}', '${now}', 7,
      '{}', '${now}', 1, 2, 3, 4);`);
  const erasures = () => connection.all('SELECT * FROM erasure');
  const before = erasures();
  migrate(connection, program, clock);
  expect(erasures()).toEqual(before);
  expect(() => connection.script("UPDATE erasure SET reason = 'request'")).toThrow(/never changed/);
  expect(() => connection.script('DELETE FROM erasure')).toThrow(/never deleted/);
  connection.close();
});
