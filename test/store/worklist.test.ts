import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type {
  BodySite,
  Cursor,
  LesionImage,
  VerdictKind,
  WaitingVerdict,
  WorklistView,
} from '../../src/clinic/entities/index.ts';
import { lesionDetails, worklistView } from '../../src/clinic/entities/index.ts';
import { Connection } from '../../src/store/connection.ts';
import { type ClinicStore, createClinic } from '../../src/store/index.ts';
import {
  addImage,
  addReading,
  closing,
  dataKeyOf,
  details,
  kdf,
  passphrase,
  temporaryFolder,
  userName,
  waitingLesions,
} from './harness.ts';

const start = Date.UTC(2026, 0, 5, 8);
const dayMs = 86_400_000;

/** A clinic whose clock stands still until it is set. */
async function clinic() {
  const folder = temporaryFolder();
  let now = start;
  const wanted = { clinicName: 'C', demo: false, userName, passphrase, kdf };
  const opened = closing(await createClinic(folder, { ...wanted, clock: () => new Date(now) }));
  const { store, user } = opened;
  return {
    folder,
    store,
    user,
    at: (days: number) => {
      now = start + days * dayMs;
    },
    patient: (familyName: string) => store.patients.enrol(details({ familyName })),
    lesion: (patientId: string, label = 'A', bodySite: BodySite = 'face') =>
      store.lesions.add(patientId, lesionDetails.parse({ label, bodySite })),
    image: (lesionId: string, verdict?: VerdictKind): LesionImage => {
      const image = addImage(store, lesionId);
      if (verdict) addReading(store, image.id, { verdict });
      return image;
    },
    review: (imageId: string) =>
      store.reviews.add({
        imageId,
        readingId: null,
        reviewerId: user.id,
        details: { impression: 'nv', decision: 'monitor', note: '' },
      }),
    ask: (view: Partial<WorklistView> = {}, more: { text?: string; only?: string[] } = {}) => ({
      ...worklistView.parse(view),
      text: more.text ?? '',
      only: more.only ?? null,
      reviewerId: user.id,
    }),
  };
}

const shown = (store: ClinicStore, view: Partial<WorklistView> = {}) =>
  waitingLesions(store, view).map(({ patient, lesion }) => `${patient.familyName} ${lesion.label}`);

const by = (order: WorklistView['sort']['by'], reversed = false): Partial<WorklistView> => ({
  sort: { by: order, reversed },
});

test('of 600 waiting images the newest, the suspicious one, comes first', async () => {
  const { store, at, patient, lesion, image } = await clinic();
  let newest = '';
  store.transaction(() => {
    for (let number = 0; number < 600; number++) {
      at(number / 100);
      const { id } = lesion(patient(`Patient ${number}`).id);
      newest = image(id, number === 599 ? 'suspicious' : 'no-sign').id;
    }
  });
  const [first, second] = waitingLesions(store);
  expect(first).toMatchObject({ image: { id: newest }, verdict: 'suspicious' });
  expect(second).toMatchObject({ verdict: 'no-sign', patient: { familyName: 'Patient 598' } });
});

test('a lesion is one row: its newest waiting image, how many wait, and the most urgent of them', async () => {
  const { store, at, patient, lesion, image, review } = await clinic();
  const { id } = lesion(patient('Okafor').id);
  const oldest = image(id, 'suspicious');
  at(1);
  const newest = image(id, 'no-sign');
  const [row] = waitingLesions(store);
  expect(row).toMatchObject({
    patient: { familyName: 'Okafor' },
    lesion: { label: 'A' },
    image: { id: newest.id },
    reading: { verdict: { kind: 'no-sign' } },
    review: null,
    verdict: 'suspicious',
    imageCount: 2,
    oldestImportedAt: oldest.importedAt,
    isBegun: false,
  });
  review(oldest.id);
  expect(waitingLesions(store)).toMatchObject([{ verdict: 'no-sign', imageCount: 1 }]);
  review(newest.id);
  expect(waitingLesions(store)).toEqual([]);
});

describe('the order', () => {
  async function clinicOfThree() {
    const made = await clinic();
    const { at, patient, lesion, image } = made;
    const [zander, adams, öberg] = ['Zander', 'adams', 'Öberg'].map(patient);
    if (!zander || !adams || !öberg) throw new Error('three patients');
    image(lesion(zander.id, 'A', 'foot').id, 'no-sign');
    at(1);
    image(lesion(adams.id, 'A', 'hand').id, 'unclear');
    at(2);
    image(lesion(öberg.id, 'A', 'face').id, 'unclear');
    at(3);
    image(lesion(zander.id, 'B', 'scalp').id, 'suspicious');
    image(lesion(adams.id, 'B', 'unspecified').id);
    at(4);
    return made;
  }

  test.each([
    ['verdict', ['Zander B', 'Zander A', 'Öberg A', 'adams A', 'adams B']],
    ['imported', ['adams B', 'adams A', 'Zander B', 'Zander A', 'Öberg A']],
    ['waiting', ['Zander A', 'Zander B', 'adams A', 'adams B', 'Öberg A']],
    ['patient', ['adams A', 'adams B', 'Öberg A', 'Zander A', 'Zander B']],
    ['site', ['Zander B', 'Öberg A', 'adams A', 'Zander A', 'adams B']],
  ] as const)(
    'by %s keeps a patient’s lesions together, and can be reversed',
    async (order, rows) => {
      const { store } = await clinicOfThree();
      expect(shown(store, by(order))).toEqual(rows);
      expect(shown(store, by(order, true))).toEqual(rows.toReversed());
    },
  );

  test.each(['verdict', 'imported', 'waiting', 'patient', 'site'] as const)(
    'by %s is the same page by page, each row once',
    async (order) => {
      const { store, ask } = await clinicOfThree();
      const seen: string[] = [];
      let after: Cursor | null = null;
      do {
        const query = { ...ask(by(order)), after, limit: 2 };
        const page: ReturnType<typeof store.worklist.page> = store.worklist.page(query);
        seen.push(...page.entries.map((row) => `${row.patient.familyName} ${row.lesion.label}`));
        after = page.next;
      } while (after);
      expect(seen).toEqual(shown(store, by(order)));
      const all = { ...ask(by(order)), after: null, limit: seen.length };
      expect(store.worklist.page(all).next).toBeNull();
    },
  );

  test('within one verdict has the newest first', async () => {
    const { store, at, patient, lesion, image } = await clinic();
    for (const [index, name] of ['One', 'Two', 'Three'].entries()) {
      at(index);
      const { id } = lesion(patient(name).id);
      image(id, 'suspicious');
    }
    at(10);
    // A newer image without a sign does not make an old suspicion newer.
    image(lesion((waitingLesions(store).at(-1) ?? fail()).patient.id, 'B').id, 'no-sign');
    expect(shown(store)).toEqual(['Three A', 'Two A', 'One A', 'One B']);
  });
});

describe('a filter', () => {
  test('narrows by verdict, site, waiting time, what was begun and who is searched for', async () => {
    const { store, user, at, patient, lesion, image, ask } = await clinic();
    const okafor = patient('Okafor');
    const lind = patient('Lind');
    const old = image(lesion(okafor.id, 'A', 'face').id, 'suspicious');
    at(20);
    image(lesion(okafor.id, 'B', 'hand').id, 'no-sign');
    image(lesion(lind.id, 'A', 'hand').id, 'unclear');
    image(lesion(lind.id, 'B', 'foot').id);
    at(21);
    const draft = { impression: 'mel', decision: null, note: '' };
    store.reviews.keepDraft({ imageId: old.id, reviewerId: user.id }, draft);

    expect(shown(store, { verdicts: ['suspicious', 'unclear'] })).toEqual(['Okafor A', 'Lind A']);
    expect(shown(store, { verdicts: ['not-read'] })).toEqual(['Lind B']);
    expect(shown(store, { sites: ['hand', 'foot'], ...by('site') })).toEqual([
      'Lind A',
      'Okafor B',
      'Lind B',
    ]);
    expect(shown(store, { overDays: 7 })).toEqual(['Okafor A']);
    expect(shown(store, { begun: true })).toEqual(['Okafor A']);
    expect(waitingLesions(store).map(({ isBegun }) => isBegun)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const find = (text: string, only?: string[]) => {
      const query = ask({}, { text, ...(only && { only }) });
      return store.worklist.page({ ...query, after: null, limit: 10 }).entries.length;
    };
    expect([find('lin'), find('nobody'), find('%')]).toEqual([2, 0, 0]);
    const [first] = waitingLesions(store);
    expect(find('', [first?.lesion.id ?? ''])).toBe(1);
  });

  test('is counted: what it shows, each verdict beside it, and everything', async () => {
    const { store, patient, lesion, image, ask } = await clinic();
    const okafor = patient('Okafor');
    const a = lesion(okafor.id, 'A', 'face');
    image(a.id, 'suspicious');
    image(a.id, 'no-sign');
    image(lesion(okafor.id, 'B', 'hand').id, 'no-sign');
    image(lesion(patient('Lind').id, 'A', 'hand').id, 'unclear');
    expect(store.worklist.counts(ask({ verdicts: ['suspicious'] }))).toEqual({
      patients: 1,
      lesions: 1,
      images: 2,
      byVerdict: { suspicious: 1, unusable: 0, unclear: 1, 'not-read': 0, 'no-sign': 1 },
      all: { lesions: 3, images: 4 },
    });
    expect(store.worklist.counts(ask({ sites: ['hand'] }))).toMatchObject({
      patients: 2,
      lesions: 2,
      byVerdict: { suspicious: 0, unclear: 1, 'no-sign': 1 },
      all: { lesions: 3, images: 4 },
    });
  });
});

describe('going through it image by image', () => {
  async function clinicToGoThrough() {
    const made = await clinic();
    const { at, patient, lesion, image } = made;
    const okafor = lesion(patient('Okafor').id);
    const lind = lesion(patient('Lind').id);
    const oldest = image(okafor.id, 'suspicious').id;
    const older = image(okafor.id, 'suspicious').id;
    at(1);
    const newer = image(okafor.id, 'suspicious').id;
    const single = image(lind.id, 'no-sign').id;
    return { ...made, okafor, newer, older, oldest, single };
  }

  test('takes a lesion’s waiting images, the newest first, then the next row’s', async () => {
    const { store, ask, newer, older, oldest, single } = await clinicToGoThrough();
    const around = (imageId: string) => store.worklist.around(ask(), imageId);
    expect(around(newer)).toEqual({ previous: null, next: older, position: 1, images: 4 });
    expect(around(older)).toEqual({ previous: newer, next: oldest, position: 2, images: 4 });
    expect(around(oldest)).toEqual({ previous: older, next: single, position: 3, images: 4 });
    expect(around(single)).toEqual({ previous: oldest, next: null, position: 4, images: 4 });
  });

  test('leads an image that is not there to the lesion’s other images, else to the first row', async () => {
    const { store, ask, review, newer, older, oldest, single } = await clinicToGoThrough();
    review(newer);
    const around = (imageId: string, view?: Partial<WorklistView>) =>
      store.worklist.around(ask(view), imageId);
    expect(around(newer)).toEqual({ previous: null, next: older, position: null, images: 3 });
    expect(around(older, { verdicts: ['no-sign'] })).toEqual({
      previous: null,
      next: single,
      position: null,
      images: 1,
    });
    review(older);
    review(oldest);
    expect(around(older)).toMatchObject({ next: single, position: null });
    review(single);
    expect(around(older)).toEqual({ previous: null, next: null, position: null, images: 0 });
  });

  test('stays among the lesions that it is narrowed to', async () => {
    const { store, ask, okafor, older, oldest } = await clinicToGoThrough();
    const query = ask({}, { only: [okafor.id] });
    expect(store.worklist.around(query, oldest)).toEqual({
      previous: older,
      next: null,
      position: 3,
      images: 3,
    });
  });
});

/** The worklist's rows as they are kept, and as they would be made of the records. */
const kept = 'SELECT * FROM waiting_lesion ORDER BY lesion_id';
const made = `
  WITH one AS (
    SELECT lesion_id, image.patient_id,
      (SELECT id FROM image AS other WHERE other.lesion_id = image.lesion_id
        AND has_review = 0 AND removed_at IS NULL ORDER BY seq DESC LIMIT 1) AS image_id,
      count(*) AS image_count,
      max(CASE verdict_rank WHEN 3 THEN 4 WHEN 2 THEN 3 WHEN 1 THEN 2 WHEN 0 THEN 0 ELSE 1 END)
        AS urgency,
      max(imported_at) AS newest_at, min(imported_at) AS oldest_at
    FROM image JOIN patient ON patient.id = image.patient_id
    WHERE has_review = 0 AND removed_at IS NULL AND archived_at IS NULL GROUP BY lesion_id),
  two AS (
    SELECT one.*, (SELECT max(imported_at) FROM waiting_image
      WHERE waiting_image.lesion_id = one.lesion_id AND waiting_image.urgency = one.urgency)
      AS urgent_at FROM one)
  SELECT two.lesion_id, two.patient_id, image_id, image_count, urgency, urgent_at, newest_at,
    oldest_at, body_site, body_site.position AS site_position, sort_name,
    max(urgency) OVER whole AS patient_urgency,
    first_value(urgent_at) OVER (PARTITION BY two.patient_id ORDER BY urgency DESC, urgent_at DESC)
      AS patient_urgent_at,
    max(newest_at) OVER whole AS patient_newest_at, min(oldest_at) OVER whole AS patient_oldest_at
  FROM two JOIN lesion ON lesion.id = two.lesion_id JOIN patient ON patient.id = two.patient_id
    JOIN body_site ON body_site.name = body_site
  WINDOW whole AS (PARTITION BY two.patient_id) ORDER BY two.lesion_id`;

test('after a thousand random changes its rows are what the records make of them', async () => {
  const { folder, store, at, patient, lesion, image, review } = await clinic();
  let state = 12345;
  const below = (end: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % end;
  };
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const verdicts = ['suspicious', 'unusable', 'unclear', 'no-sign', undefined] as const;
  const patients = Array.from({ length: 8 }, (_, index) => patient(`Patient ${index}`));
  const lesions = Array.from({ length: 40 }, () => lesion(pick(patients).id));
  const images = Array.from({ length: 120 }, () => image(pick(lesions).id, pick(verdicts)));
  const changes: (() => unknown)[] = [
    () => patients.push(patient(`Patient ${below(100)}`)),
    () => lesions.push(lesion(pick(patients).id, 'L', pick(['face', 'hand', 'foot']))),
    () => images.push(image(pick(lesions).id, pick(verdicts))),
    () => images.push(image(pick(lesions).id, pick(verdicts))),
    () => addReading(store, pick(images).id, { verdict: pick(verdicts) ?? 'no-sign' }),
    () => review(pick(images).id),
    () => store.images.remove(pick(images).id),
    () => store.corrections.restoreImage(pick(images).id),
    () => store.patients.archive(pick(patients).id),
    () => store.patients.restore(pick(patients).id),
    () => {
      const { id } = pick(patients);
      const { revision } = store.patients.get(id);
      store.patients.update(id, revision, details({ familyName: `Renamed ${below(50)}` }));
    },
    () => {
      const before = store.lesions.get(pick(lesions).id);
      const bodySite = pick(['scalp', 'ear', 'unspecified'] as const);
      store.lesions.update(before.id, before.revision, { ...before, bodySite });
    },
    () =>
      store.corrections.moveImage(
        pick(images).id,
        pick(lesions).id,
        store.accounts.list()[0]?.id ?? '',
      ),
    () => store.corrections.removeLesion(pick(lesions).id),
    () => store.corrections.restoreLesion(pick(lesions).id),
  ];
  store.transaction(() => {
    for (let turn = 0; turn < 1000; turn++) {
      at(turn / 50);
      try {
        store.transaction(pick(changes));
      } catch {
        // What is refused changes nothing.
      }
    }
  });
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  const rows = connection.all(kept);
  expect(rows.length).toBeGreaterThan(20);
  expect(rows).toEqual(connection.all(made));
  connection.close();
});

function fail(): never {
  throw new Error('There is nothing to choose from.');
}

test('the verdicts of the worklist are those of the readings, and one for none', () => {
  const all: readonly WaitingVerdict[] = [
    'suspicious',
    'unusable',
    'unclear',
    'not-read',
    'no-sign',
  ];
  expect(worklistView.parse({ verdicts: all }).verdicts).toEqual(all);
});
