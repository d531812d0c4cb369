import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { ErasureSubject, EvaluationGuard, Verdict } from '../../src/clinic/entities/index.ts';
import { Connection, scalar } from '../../src/store/connection.ts';
import { erasedListFile } from '../../src/store/erasure/erased-list.ts';
import { type ClinicStore, listSetAside, unlockClinic } from '../../src/store/index.ts';
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
  kdf,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

const request = { reason: 'request', secondUserId: null } as const;

async function clinic() {
  let now = new Date('2026-03-01T10:00:00.000Z');
  const dataFolder = temporaryFolder();
  const copies = path.join(dataFolder, 'set-aside');
  const made = await newClinic(path.join(dataFolder, 'clinic'), () => now);
  const { store, user } = made;
  const enrol = (familyName = 'Okafor') => store.patients.enrol(details({ familyName })).id;
  const erase = (kind: ErasureSubject['kind'], id: string, alongside = () => {}) =>
    store.erasures.erase({ subject: { kind, id }, userId: user.id, ...request }, alongside);
  const at = (time: string) => {
    now = new Date(time);
  };
  const isWell = async (opened: ClinicStore = store) => {
    expect(await opened.checkHealth()).toMatchObject({ ok: true });
    expect(await opened.checkAudit()).toMatchObject({ intact: true, problems: [] });
  };
  return { ...made, dataFolder, copies, enrol, erase, at, isWell };
}

/** Of the database of a clinic that is closed. */
async function counted(folder: string, sql: string): Promise<number> {
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  try {
    return scalar(connection, `SELECT count(*) AS value FROM ${sql}`);
  } finally {
    connection.close();
  }
}

describe('what is planned to be erased', () => {
  const point = { x: 1, y: 2 };
  const axis = { px: 200, errorPx: 8, from: point, to: { x: 201, y: 2 } };
  const lab = [40, 12, 18] as const;

  test('is counted by kind: of a patient all of them, of an image its own, and no entry before it is done', async () => {
    const { store, user, enrol } = await clinic();
    const patientId = enrol();
    const lesion = addLesion(store, patientId);
    const [first, second] = [addImage(store, lesion.id), addImage(store, lesion.id)];
    addReading(store, first.id);
    const found = [{ code: 'veil', marks: [] }];
    store.checklists.add(first.id, { kind: 'seven-point', found }, user.id);
    store.measuring.addScale(
      first.id,
      {
        ...{ mmPerPx: 0.02, relativeError: 0.01 },
        origin: { source: 'clicks', from: point, to: { x: 4, y: 2 }, lengthMm: 10 },
      },
      user.id,
    );
    for (let n = 0; n < 2; n++)
      store.measuring.addOutline(
        first.id,
        {
          controls: [point, { x: 9, y: 2 }, { x: 9, y: 9 }, { x: 1, y: 9.5 }],
          ...{ isCut: false, network: null, drawnBy: 'person' },
          measures: {
            ...{ longAxis: axis, shortAxis: axis, clarity: 0.8 },
            ...{ area: { px: 30_000, errorPx: 900 }, perimeter: { px: 630, errorPx: 20 } },
            appearance: {
              colour: { lesion: [...lab], variegation: 4, skin: null, contrast: null },
              asymmetry: [
                { shape: 0.1, colour: 2 },
                { shape: 0.2, colour: 3 },
              ],
              compactness: 0.9,
            },
          },
        },
        user.id,
      );
    store.reviews.keepDraft(
      { imageId: first.id, reviewerId: user.id },
      { impression: 'NV', decision: null, firstImpression: null, overrideReason: null, note: '' },
    );
    store.formDrafts.keep(
      { userId: user.id, form: 'patient', subjectId: patientId },
      { form: 'patient', details: details({ familyName: 'Typed' }), begunFrom: null },
    );
    const of = (kind: ErasureSubject['kind'], id: string) =>
      store.erasures.plan({ kind, id }).counts;
    const own = { images: 1, checklists: 1, measures: 3, readings: 1, entries: 0, versions: 0 };
    expect(of('image', first.id)).toMatchObject({ ...own, drafts: 1, lesions: 0, visits: 0 });
    expect(of('image', second.id)).toMatchObject({
      images: 1,
      checklists: 0,
      measures: 0,
      drafts: 0,
    });
    expect(of('patient', patientId)).toMatchObject({
      ...own,
      ...{ images: 2, drafts: 2, lesions: 1, visits: 1 },
    });
  });

  test('is nothing of a patient who was merged into another, nor of what is not there', async () => {
    const { store, user, enrol } = await clinic();
    const [double, kept] = [enrol(), enrol()];
    store.patientMerges.merge(double, kept, user.id);
    await expectRefusal('patient-merged', () =>
      store.erasures.plan({ kind: 'patient', id: double }),
    );
    for (const kind of ['patient', 'image', 'overview'] as const) {
      const message = await expectRefusal('not-found', () =>
        store.erasures.plan({ kind, id: 'no' }),
      );
      expect(message).toContain(kind === 'overview' ? 'overview photograph' : kind);
    }
    await expectRefusal('not-found', () => store.erasures.get('no'));
  });
});

describe('an erased image', () => {
  test('takes its visit along where that has no other image, and leaves the lesion', async () => {
    const { store, enrol, erase, isWell } = await clinic();
    const patientId = enrol();
    const lesion = addLesion(store, patientId);
    const [first, second] = [addImage(store, lesion.id), addImage(store, lesion.id)];
    const visits = () => store.visits.listByPatient(patientId).length;
    expect(first.visitId).toBe(second.visitId);
    erase('image', first.id);
    expect(visits()).toBe(1);
    erase('image', second.id);
    expect(visits()).toBe(0);
    expect(store.lesions.get(lesion.id)).toMatchObject({ id: lesion.id });
    await isWell();
  });
});

describe('a draft of a new patient', () => {
  const own = { familyName: 'Grünwald', givenName: 'Théa', recordNumber: 'R-77' };
  test.each([
    [
      'of the same names, however they are typed',
      { familyName: 'GRÜNWALD', givenName: 'thea' },
      false,
    ],
    ['of the same record number', { familyName: 'Else', recordNumber: 'R-77' }, false],
    ['of the same family name alone', { familyName: 'Grünwald', givenName: 'Ann' }, true],
    ['of the same given name alone', { familyName: 'Else', givenName: 'Théa' }, true],
    ['of another record number', { familyName: 'Else', recordNumber: 'R-78' }, true],
  ])('%s goes with the patient, or stays', async (_, typed, stays) => {
    const { store, user, erase } = await clinic();
    const { id } = store.patients.enrol(details(own));
    const key = { userId: user.id, form: 'patient', subjectId: null } as const;
    store.formDrafts.keep(key, { form: 'patient', details: details(typed), begunFrom: null });
    erase('patient', id);
    expect(store.formDrafts.get(key) !== null).toBe(stays);
  });

  test('without a record number is not taken for another’s without', async () => {
    const { store, user, enrol, erase } = await clinic();
    const key = { userId: user.id, form: 'patient', subjectId: null } as const;
    const typed = details({ familyName: 'Else' });
    store.formDrafts.keep(key, { form: 'patient', details: typed, begunFrom: null });
    erase('patient', enrol());
    expect(store.formDrafts.get(key)).not.toBeNull();
  });

  test('of an older program, which cannot be read, keeps nobody from erasing', async () => {
    const { folder, store, user, enrol } = await clinic();
    const id = enrol();
    const key = { userId: user.id, form: 'patient', subjectId: null } as const;
    const typed = details({ familyName: 'Okafor' });
    store.formDrafts.keep(key, { form: 'patient', details: typed, begunFrom: null });
    store.close();
    const beneath = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
    beneath.allowWriting();
    beneath.script(`UPDATE form_draft SET content = '{"form": "patient"}'`);
    beneath.close();
    const opened = closing(await unlockClinic(folder, { userName, passphrase, kdf })).store;
    const subject = { kind: 'patient', id } as const;
    opened.erasures.erase({ subject, userId: user.id, ...request }, () => {});
    expect(findPatients(opened).entries).toEqual([]);
  });
});

describe('a version of the classes', () => {
  async function withVersions() {
    const made = await clinic();
    const { store, user, enrol } = made;
    const image = () => {
      const { id } = addImage(store, addLesion(store, enrol()).id);
      return { id, reading: addReading(store, id) };
    };
    const images = [image(), image(), image()];
    const { networkSha256 = '' } = images[0]?.reading ?? {};
    const add = (name: string, examples: readonly string[], guards: EvaluationGuard[] = []) => {
      const sha256 = name.repeat(64);
      store.models.putHead({ name, sha256, networkSha256, json: `{"weights": "${name}"}` });
      return store.transaction(() =>
        store.headVersions.add({
          ...{ headSha256: sha256, parentNumber: null, learner: 'prototype', changes: [] },
          evaluation: {
            ...{ learner: 'prototype', folds: 5, images: 40, lesions: 30, added: [], known: [] },
            ...{ melanoma: null, camera: null, guards },
            confusion: { rows: ['nv'], columns: ['nv'], before: [[1]], after: [[1]] },
          },
          authorId: user.id,
          examples: examples.map((imageId) => ({ imageId, code: 'nv' })),
        }),
      );
    };
    return { ...made, images: images.map(({ id }) => id), add };
  }

  test('that learned from an erased image keeps no figure, weight, example or score, of the other images neither', async () => {
    const { folder, store, user, images, add, erase, isWell } = await withVersions();
    const [gone = '', stays = ''] = images;
    const { number } = add('a', [gone, stays]);
    const other = add('c', [stays]);
    const { headSha256: former } = store.readings.listByImage(stays)[0] ?? {};
    const sha256 = 'a'.repeat(64);
    const job = store.rescorings.start(sha256, former ?? '', user.id);
    const items = store.rescorings.next(job, 100);
    expect(items).toHaveLength(3);
    const same = { kind: 'unclear', malignancy: 1 / 3, code: 'NV', probability: 2 / 3 } as const;
    const verdict: Verdict = {
      ...{ kind: 'unclear', reasons: ['uncalibrated'], malignancy: 0.25 },
      ...{ confidence: 'undecided', isLate: false },
    };
    store.rescorings.keep(
      job,
      items.map((item) => ({
        ...{ item, before: same, after: same },
        score: {
          probabilities: Float64Array.of(0.75, 0.25),
          advice: null,
          verdict,
        },
      })),
      items,
    );
    erase('image', gone);
    expect(store.headVersions.get(number)).toMatchObject({ state: 'erased', examples: 0 });
    expect(store.headVersions.get(number).evaluation).toEqual({
      ...{ learner: 'prototype', folds: 0, images: 0, lesions: 0, added: [], known: [] },
      ...{ melanoma: null, camera: null, guards: [] },
      confusion: { rows: [], columns: [], before: [], after: [] },
    });
    expect(store.models.getHead(sha256).json).toBe('{}');
    expect(store.headVersions.get(other.number)).toMatchObject({ state: 'evaluated', examples: 1 });
    expect(store.models.getHead('c'.repeat(64)).json).not.toBe('{}');
    await isWell();
    store.close();
    expect(await counted(folder, `reading_score WHERE head_sha256 = '${sha256}'`)).toBe(0);
  });

  test('that names an erased image in what it warns of does not any more, and warns of the others', async () => {
    const { store, images, add, erase } = await withVersions();
    const [gone = '', one = '', other = ''] = images;
    const few = { kind: 'few-lesions', code: 'nv', lesions: 3, least: 10 } as const;
    const { number } = add(
      'a',
      [],
      [
        few,
        { kind: 'conflict', images: [one, gone, other] },
        {
          kind: 'near-duplicates',
          images: [
            [gone, one],
            [one, other],
            [other, gone],
          ],
        },
      ],
    );
    const before = add('b', [], [{ kind: 'conflict', images: [one] }]);
    erase('image', gone);
    const { evaluation, state } = store.headVersions.get(number);
    expect(state).toBe('evaluated');
    expect(evaluation).toMatchObject({ folds: 5, images: 40, lesions: 30 });
    expect(evaluation.guards).toEqual([
      few,
      { kind: 'conflict', images: [one, other] },
      { kind: 'near-duplicates', images: [[one, other]] },
    ]);
    expect(store.headVersions.get(before.number)).toEqual(before);
  });
});

describe('an erasure', () => {
  test('by two users is entered for both, and says which entry tells of it and when it was finished', async () => {
    const { store, user, enrol, copies, at } = await clinic();
    const second = await store.accounts.add({ name: 'Second', role: 'clinician', passphrase });
    const id = enrol();
    expect(store.erasures).toMatchObject({ count: 0, isPending: false });
    const subject = { kind: 'patient', id } as const;
    const order = { subject, reason: 'mistake', userId: user.id, secondUserId: second.id } as const;
    const done = store.erasures.erase(order, () => {});
    expect(done).toMatchObject({
      ...{ subject, reason: 'mistake', userName, secondUserName: 'Second', proof: null },
    });
    expect(store.erasures).toMatchObject({ count: 1, isPending: true });
    expect(done.entry).toBe(store.audit.head().seq);
    at('2026-03-02T10:00:00.000Z');
    await store.erasures.finish(copies);
    expect(store.erasures.isPending).toBe(false);
    const { proof } = store.erasures.get(done.id);
    expect(proof).toMatchObject({ finishedAt: '2026-03-02T10:00:00.000Z', copiesDropped: 0 });
    const told = store.audit.list(3);
    expect(told.map((entry) => [entry.userName, entry.action, entry.subject])).toEqual([
      ['Dermaspike', 'erasure.finish', `erasure:${done.id}`],
      [userName, 'patient.erase', `patient:${id}`],
      ['Second', 'patient.approve-erasure', `patient:${id}`],
    ]);
    // There is nothing left to finish, so nothing is entered.
    await store.erasures.finish(copies);
    expect(store.audit.list(1)).toEqual(told.slice(0, 1));
    expect(store.erasures.list()).toEqual([store.erasures.get(done.id)]);
  });

  test('has what belongs to it done in the same transaction, and nothing erased where that fails', async () => {
    const { store, enrol, erase } = await clinic();
    const id = enrol();
    const fails = () => {
      throw new Error('It does not learn.');
    };
    expect(() => erase('patient', id, fails)).toThrow('It does not learn.');
    expect(store.patients.get(id)).toMatchObject({ id });
    expect(store.erasures.count).toBe(0);
    const alongside = vi.fn();
    erase('patient', id, alongside);
    expect(alongside).toHaveBeenCalledOnce();
  });

  test('is refused while the data key is being changed', async () => {
    const { store, user, enrol, erase } = await clinic();
    const id = enrol();
    await store.dataKeyChange.begin(user.id);
    await expectRefusal('database-in-use', () => erase('patient', id));
    expect(store.patients.get(id)).toMatchObject({ id });
  });

  test.each([
    ['of one other', []],
    ['of others', ['Kept']],
  ])('has what the log said %s said again, as they are by now', async (_whom, more) => {
    const { store, enrol, erase, isWell } = await clinic();
    // One entry tells of all of them.
    const [gone = '', changed = '', kept] = store.transaction(() =>
      ['Gone', 'Changed', ...more].map((name) => enrol(name)),
    );
    const { revision, ...former } = store.patients.get(changed);
    store.patients.update(changed, revision, { ...former, note: 'later' });
    await isWell();
    const done = erase('patient', gone);
    expect(done.counts.entries).toBe(1);
    await isWell();
    erase('patient', changed);
    await isWell();
    if (kept) expect(store.patients.get(kept)).toMatchObject({ familyName: 'Kept' });
  });

  test('drops the copies that were made since the first of those came whose erasure is finished, and none before', async () => {
    const { store, enrol, erase, copies, at } = await clinic();
    at('2026-03-01T10:00:00.000Z');
    const before = await store.setAside(copies, '1');
    at('2026-03-02T10:00:00.000Z');
    const early = enrol('Early');
    at('2026-03-03T10:00:00.000Z');
    await store.setAside(copies, '1');
    at('2026-03-04T10:00:00.000Z');
    const late = enrol('Late');
    at('2026-03-05T10:00:00.000Z');
    const [second, first] = [erase('patient', late), erase('patient', early)];
    await store.erasures.finish(copies);
    expect(listSetAside(copies)).toEqual([before]);
    for (const { id } of [first, second])
      expect(store.erasures.get(id).proof).toMatchObject({ copiesDropped: 1 });
    expect(store.audit.list(2).map(({ action }) => action)).toEqual([
      'erasure.finish',
      'erasure.finish',
    ]);
  });

  test('that finds its list as it should be enters nothing of it, and one of a photograph is listed too', async () => {
    const { store, user, enrol, erase, copies, dataFolder } = await clinic();
    const photograph = addOverview(store, enrol(), user.id, randomBytes(500));
    erase('overview', photograph.id);
    await store.erasures.finish(copies);
    await store.erasures.mendList(erasedListFile(dataFolder), user.id);
    expect(store.audit.list(50).map(({ action }) => action)).not.toContain('erased-list.mend');
  });

  test('that a lock ends before the first page goes on at the next unlocking, too', async () => {
    const { folder, store, enrol, erase, copies } = await clinic();
    erase('patient', enrol());
    const finishing = store.erasures.finish(copies);
    store.close();
    await expect(finishing).resolves.toBeUndefined();
    const opened = closing(await unlockClinic(folder, { userName, passphrase, kdf })).store;
    expect(opened.erasures.isPending).toBe(true);
    // Whoever asks meanwhile waits for the same.
    await Promise.all([opened.erasures.finish(copies), opened.erasures.finish(copies)]);
    expect(opened.erasures.isPending).toBe(false);
    const finished = opened.audit.list(10).filter(({ action }) => action === 'erasure.finish');
    expect(finished).toHaveLength(1);
  });

  test('that a lock ends while its damaged list is made good goes on at the next unlocking', async () => {
    const { folder, store, enrol, erase, copies, dataFolder } = await clinic();
    erase('patient', enrol());
    writeFileSync(erasedListFile(dataFolder), 'damaged');
    await store.erasures.finish(copies, (share) => {
      if (share === 1) queueMicrotask(() => store.close());
    });
    expect(existsSync(`${erasedListFile(dataFolder)}.damaged`)).toBe(true);
    const opened = closing(await unlockClinic(folder, { userName, passphrase, kdf })).store;
    expect(opened.erasures.isPending).toBe(true);
    const shares: number[] = [];
    await opened.erasures.finish(copies, (share) => shares.push(share));
    expect(opened.erasures.isPending).toBe(false);
    expect(shares.at(-1)).toBe(1);
  });
});
