import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Connection, pageBytes } from '../../src/store/connection.ts';
import { erasedTables } from '../../src/store/erasure/delete.ts';
import { writeNote } from '../../src/store/erasure/overwriting.ts';
import {
  type ClinicStore,
  listBackups,
  listSetAside,
  unlockClinic,
} from '../../src/store/index.ts';
import { filesOf, holding } from './files-in-the-clear.ts';
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
  waitingLesions,
} from './harness.ts';

const person = {
  familyName: 'Wintergrün-Castellanos',
  givenName: 'Theodorus',
  recordNumber: 'REC-90210-77',
  note: 'grandmother had a melanoma',
};
const words = [
  ...Object.values(person),
  'wintergrun',
  'theodorus',
  'Wintergruen scalp.jpg',
  'beside the ear',
  'uncle drove him',
  'sent by her nephew',
  'H-90210/26',
  'her brother died of one',
  'signed by her niece',
  'Vandersmissen',
  '4711.25',
  'Ermintrude',
  'Wintergruen from behind.jpg',
];

/** A patient with two images, readings, a review, drafts and an example, among others. */
function enrolWhoGoes(store: ClinicStore, userId: string) {
  const patient = store.patients.enrol(details(person));
  const lesion = addLesion(store, patient.id, 'beside the ear');
  const originals = [randomBytes(3000), randomBytes(90_000)];
  const images = originals.map((bytes) => {
    const image = addImage(store, lesion.id, bytes, 'Wintergruen scalp.jpg');
    addReading(store, image.id);
    return image;
  });
  const [first] = images;
  if (!first) throw new Error('no image');
  store.reviews.add({
    imageId: first.id,
    readingId: null,
    reviewerId: userId,
    details: { impression: 'NV', decision: 'monitor', note: 'uncle drove him' },
  });
  const colleague = store.accounts.list().find(({ id }) => id !== userId);
  if (colleague) {
    const request = { askedOfId: colleague.id, isBlind: true, question: 'her brother died of one' };
    store.secondOpinions.ask(first.id, request, userId);
  }
  store.histology.add(
    lesion.id,
    {
      ...{ takenOn: '2026-02-03', number: 'H-90210/26', diagnosis: 'naevus', breslowMm: null },
      text: 'sent by her nephew',
    },
    userId,
  );
  store.followUps.plan(lesion.id, 'monitor', '2027-02-03', userId);
  const caseId = '3b241101-e2bb-4255-8caf-4136c566a962';
  const lesions = [{ ref: 'L1', lesionId: lesion.id }];
  store.sharedCases.add({
    ...{ id: caseId, userId, sealedFor: '', isDeidentified: true },
    ...{ answerKey: randomBytes(32), lesions },
  });
  const said = {
    lesionRef: 'L1',
    impression: 'nv',
    decision: 'monitor',
    text: 'as her cousin Ermintrude had',
  } as const;
  store.sharedCases.fileAnswer(
    {
      ...{ answerId: patient.id, caseId, clinicName: 'Elsewhere', authorName: 'Dr Wu' },
      ...{ answeredAt: '2026-02-03T10:00:00.000Z', answers: [said] },
    },
    '',
    userId,
  );
  store.recentChanges.note({
    ...{ userId, patientId: patient.id, subjectId: patient.id },
    did: {
      act: 'patient.update',
      before: { familyName: 'Wintergruen née Vandersmissen' },
      after: { familyName: person.familyName },
    },
  });
  store.consents.add(
    patient.id,
    {
      ...{ scope: 'research', answer: 'withdrawn', saidOn: '2026-02-03' },
      ...{ saidBy: 'representative', note: 'signed by her niece' },
    },
    userId,
  );
  const point = { x: 1, y: 2 };
  store.measuring.addScale(
    first.id,
    {
      ...{ mmPerPx: 0.0216, relativeError: 0.01 },
      origin: { source: 'clicks', from: point, to: { x: 4711.25, y: 2 }, lengthMm: 10 },
    },
    userId,
  );
  originals.push(randomBytes(70_000));
  const photograph = addOverview(
    store,
    patient.id,
    userId,
    originals.at(-1),
    'Wintergruen from behind.jpg',
  );
  store.overviews.mark(photograph.id, lesion.id, { x: 0.471101, y: 0.25 }, userId);
  const typed = { form: 'patient', details: details(person), begunFrom: null } as const;
  store.formDrafts.keep({ userId, form: 'patient', subjectId: patient.id }, typed);
  store.formDrafts.keep({ userId, form: 'patient', subjectId: null }, typed);
  const found = [{ code: 'veil', marks: [] }];
  const abcd = { asymmetry: null, border: null, colours: [], structures: [] };
  store.formDrafts.keep(
    { userId, form: 'checklist', subjectId: first.id },
    { form: 'checklist', details: { kind: 'seven-point', found, abcd }, begunFrom: null },
  );
  store.classExamples.add(first.id, 'nv', 'histology', userId);
  return { patient, lesion, images, originals, photograph };
}

function addOthers(store: ClinicStore, from: number, count: number) {
  for (let n = from; n < from + count; n++) {
    const other = store.patients.enrol(
      details({
        familyName: `Other${n}`,
        givenName: 'Ann',
        recordNumber: `N-${n}`,
        note: 'x'.repeat(n % 700),
      }),
    );
    const image = addImage(store, addLesion(store, other.id).id, randomBytes(500 + (n % 9) * 400));
    addReading(store, image.id);
  }
}

function needlesOf(originals: readonly Buffer[]): Buffer[] {
  return [
    ...words.flatMap((word) => [Buffer.from(word), Buffer.from(word, 'utf16le')]),
    ...originals.flatMap((bytes) =>
      [0, 100, 1000, bytes.length - 40].map((at) => bytes.subarray(at, at + 16)),
    ),
  ];
}

const request = { reason: 'request', secondUserId: null } as const;

async function clinicWithRemains() {
  const clinic = await newClinic();
  const { store, user } = clinic;
  await store.accounts.add({ name: 'Colleague', role: 'clinician', passphrase });
  const gone = store.transaction(() => enrolWhoGoes(store, user.id));
  store.transaction(() => addOthers(store, 0, 20));
  const namesakes = store.transaction(() =>
    Array.from({ length: 300 }, (_, n) => {
      const isOne = n % 3 === 0;
      const given = isOne ? { ...person, recordNumber: `${person.recordNumber}/${n}` } : {};
      const { id } = store.patients.enrol(details({ familyName: `Neighbour${n}`, ...given }));
      return { id, isOne };
    }),
  );
  // Rows that grow and shrink have pages split and joined, which leaves copies in unused parts of them.
  for (const length of [900, 20, 600])
    store.transaction(() => {
      for (const { id } of namesakes) {
        const { revision, ...former } = store.patients.get(id);
        store.patients.update(id, revision, { ...former, note: 'y'.repeat(length) });
      }
    });
  store.transaction(() => {
    for (const { id } of namesakes.filter(({ isOne }) => isOne)) {
      const subject = { kind: 'patient', id } as const;
      store.erasures.erase({ subject, userId: user.id, ...request }, () => {});
    }
  });
  return { ...clinic, ...gone };
}

test('an erased patient is in no file, neither in unused parts of the database’s pages nor as a hash to guess by', async () => {
  const { folder, store, user, patient, originals, images, photograph } = await clinicWithRemains();
  const key = await dataKeyOf(folder);
  const needles = needlesOf(originals);
  const others = findPatients(store).entries.length - 1;
  const [remaining] = findPatients(store, 'other').entries;
  const waiting = waitingLesions(store).length;
  const subject = { kind: 'patient', id: patient.id } as const;
  expect(store.erasures.plan(subject).counts).toMatchObject({
    ...{ lesions: 1, visits: 1, images: 2, readings: 2, reviews: 1, drafts: 2, examples: 1 },
    ...{ followUps: 1, histology: 1, opinions: 1, consents: 1, measures: 1, answers: 1 },
    overviews: 1,
  });
  const done = store.erasures.erase({ subject, userId: user.id, ...request }, () => {});
  expect(done).toMatchObject({ proof: null, counts: { images: 2 }, userName });
  expect(done.counts.entries).toBeGreaterThan(0);
  await store.erasures.finish(path.join(folder, 'set-aside'));

  const { proof } = store.erasures.get(done.id);
  expect(proof?.pagesWritten).toBeGreaterThan(0);
  expect(proof?.pagesLooked).toBeGreaterThan(proof?.pagesWritten ?? 0);
  expect(findPatients(store).entries).toHaveLength(others);
  expect(waitingLesions(store)).toHaveLength(waiting - 1);
  expect(await store.checkHealth()).toMatchObject({ ok: true });
  expect(await store.checkAudit()).toMatchObject({ intact: true, problems: [] });
  store.close();
  const files = filesOf(folder, key);
  expect(holding(files, needles)).toEqual([]);
  const clear = files.get('clinic.db in the clear') ?? Buffer.alloc(0);
  expect(clear.includes(remaining?.patient.familyName ?? '?')).toBe(true);
  for (const { sha256 } of [...images, photograph]) expect(clear.includes(sha256)).toBe(false);

  const opened = closing(await unlockClinic(folder, { userName, passphrase, kdf }));
  expect(opened.store.audit.list(400).map(({ action }) => action)).toContain('patient.erase');
  expect(await opened.store.checkAudit()).toMatchObject({ intact: true });
});

test('a lock before the list of what was erased is written leaves the rest to the next unlocking', async () => {
  const { folder, store, user } = await newClinic(path.join(temporaryFolder(), 'clinic'));
  const copies = path.join(path.dirname(folder), 'set-aside');
  const { patient } = enrolWhoGoes(store, user.id);
  const subject = { kind: 'patient', id: patient.id } as const;
  const { id } = store.erasures.erase({ subject, userId: user.id, ...request }, () => {});
  // Behind the pages, while the list is read.
  await store.erasures.finish(copies, (share) => {
    if (share === 1) queueMicrotask(() => store.close());
  });
  const opened = closing(await unlockClinic(folder, { userName, passphrase, kdf })).store;
  expect(opened.erasures.get(id).proof).toBeNull();
  expect(opened.erasures.isPending).toBe(true);
  await opened.erasures.finish(copies);
  expect(opened.erasures.get(id).proof).not.toBeNull();
});

test('without the overwriting its remains are found, so the search would tell', async () => {
  const { folder, store, user, patient, originals } = await clinicWithRemains();
  const key = await dataKeyOf(folder);
  const subject = { kind: 'patient', id: patient.id } as const;
  store.erasures.erase({ subject, userId: user.id, ...request }, () => {});
  store.close();
  expect(holding(filesOf(folder, key), needlesOf(originals))).not.toEqual([]);
});

test('an erased image takes its readings along and leaves the lesion, which waits for the other one', async () => {
  const { folder, store, user } = await newClinic();
  const { patient, lesion, images, originals } = enrolWhoGoes(store, user.id);
  const [first, second] = images;
  if (!first || !second) throw new Error('no image');
  const subject = { kind: 'image', id: second.id } as const;
  store.erasures.erase({ subject, userId: user.id, ...request }, () => {});
  await store.erasures.finish(path.join(folder, 'set-aside'));
  expect(store.images.listByLesion(lesion.id).map(({ id }) => id)).toEqual([first.id]);
  expect(store.patients.get(patient.id)).toMatchObject(person);
  await expectRefusal('not-found', () => store.images.original(second.id));
  expect(await store.checkAudit()).toMatchObject({ intact: true });
  const key = await dataKeyOf(folder);
  store.close();
  const files = filesOf(folder, key);
  expect(holding(files, needlesOf(originals.slice(1, 2)).slice(-4))).toEqual([]);
  expect(holding(files, [originals[0]?.subarray(0, 16) ?? Buffer.from('?')])).toHaveLength(1);
});

test('what the review of an erased image had planned of a lesion that stays is awaited all the same', async () => {
  const { store, user } = await newClinic();
  const { lesion, images } = enrolWhoGoes(store, user.id);
  const [first] = images;
  if (!first) throw new Error('no image');
  const [review] = store.reviews.listByImage(first.id);
  if (!review) throw new Error('no review');
  store.followUps.follow(first, { ...review, dueOn: '2027-05-06' }, user.id);
  const awaited = () => store.followUps.listByLesion(lesion.id).find(({ ended }) => ended === null);
  expect(awaited()).toMatchObject({ kind: 'monitor', dueOn: '2027-05-06', reviewId: review.id });
  const before = awaited();
  const subject = { kind: 'image', id: first.id } as const;
  store.erasures.erase({ subject, userId: user.id, ...request }, () => {});
  expect(awaited()).toEqual({ ...before, reviewId: null });
  await expectRefusal('not-found', () => store.reviews.get(review.id));
  expect(await store.checkHealth()).toMatchObject({ ok: true });
});

test('an overview photograph is erased by itself, with its marks; patient, lesion and images stay', async () => {
  const { folder, store, user } = await newClinic();
  const { patient, lesion, images, originals, photograph } = enrolWhoGoes(store, user.id);
  const did = { act: 'overview.remove', removedAt: '2026-02-03T10:00:00.000Z' } as const;
  const change = { userId: user.id, patientId: patient.id, subjectId: photograph.id, did };
  store.recentChanges.note(change);
  const other = addOverview(store, patient.id, user.id);
  store.overviews.mark(other.id, lesion.id, { x: 0.5, y: 0.5 }, user.id);
  const subject = { kind: 'overview', id: photograph.id } as const;
  expect(store.erasures.plan(subject)).toMatchObject({
    ...{ since: photograph.importedAt, movedAway: 0, versions: [] },
    counts: { overviews: 1, lesions: 0, images: 0, consents: 0, followUps: 0, drafts: 0 },
  });
  store.erasures.erase({ subject, userId: user.id, ...request }, () => {});
  await store.erasures.finish(path.join(folder, 'set-aside'));
  await expectRefusal('not-found', () => store.overviews.get(photograph.id));
  await expectRefusal('not-found', () => store.erasures.plan(subject));
  expect(store.overviews.markersOfLesion(lesion.id)).toMatchObject([{ overviewId: other.id }]);
  expect(store.recentChanges.listByUser(user.id).map(({ did: { act } }) => act)).toEqual([
    'patient.update',
  ]);
  expect(store.images.listByLesion(lesion.id)).toHaveLength(images.length);
  expect(store.patients.get(patient.id)).toMatchObject(person);
  expect(await store.checkAudit()).toMatchObject({ intact: true, problems: [] });
  expect(await store.checkHealth()).toMatchObject({ ok: true });
  const key = await dataKeyOf(folder);
  store.close();
  const files = filesOf(folder, key);
  expect(holding(files, needlesOf(originals.slice(2)).slice(-4))).toEqual([]);
  expect(holding(files, [Buffer.from('Wintergruen from behind.jpg')])).toEqual([]);
  expect(holding(files, [originals[0]?.subarray(0, 16) ?? Buffer.from('?')])).toHaveLength(1);
});

test('a version that learned from an erased image loses its weights and figures, and one that names it the name', async () => {
  const { folder, store, user } = await newClinic();
  const { patient, images } = enrolWhoGoes(store, user.id);
  const [first] = images;
  if (!first) throw new Error('no image');
  const { headSha256, networkSha256 } = store.readings.listByImage(first.id)[0] ?? {};
  if (!headSha256 || !networkSha256) throw new Error('no reading');
  const addVersion = (name: string, examples: readonly string[], conflicts: readonly string[]) => {
    const sha256 = name.repeat(64);
    store.models.putHead({ name, sha256, networkSha256, json: `{"weights": "${name} 0.25"}` });
    return store.headVersions.add({
      ...{ headSha256: sha256, parentNumber: null, learner: 'analytic', changes: [] },
      evaluation: {
        ...{ learner: 'analytic', folds: 5, images: 40, lesions: 30, added: [], known: [] },
        ...{ melanoma: null, camera: null },
        confusion: { rows: ['nv'], columns: ['nv'], before: [[1]], after: [[1]] },
        guards: [{ kind: 'conflict', images: [...conflicts] }],
      },
      authorId: user.id,
      examples: examples.map((imageId) => ({ imageId, code: 'nv' })),
    });
  };
  store.transaction(() => {
    addVersion('a', [first.id], []);
    addVersion('b', [], [first.id]);
  });
  const subject = { kind: 'patient', id: patient.id } as const;
  expect(store.erasures.plan(subject).versions).toEqual([{ number: 1, state: 'evaluated' }]);
  store.erasures.erase({ subject, userId: user.id, ...request }, () => {});
  await store.erasures.finish(path.join(folder, 'set-aside'));
  expect(store.headVersions.get(1)).toMatchObject({ state: 'erased', evaluation: { images: 0 } });
  expect(store.models.getHead('a'.repeat(64)).json).toBe('{}');
  expect(store.headVersions.get(2)).toMatchObject({
    state: 'evaluated',
    evaluation: { images: 40, guards: [{ kind: 'conflict', images: [] }] },
  });
  expect(await store.checkAudit()).toMatchObject({ intact: true, problems: [] });
  expect(store.headVersions.list()).toHaveLength(2);
});

test('older copies of the clinic and damaged logs that hold it are deleted, those of before it came are kept', async () => {
  const dataFolder = temporaryFolder();
  const { folder, store, user } = await newClinic(path.join(dataFolder, 'clinic'));
  const copies = path.join(dataFolder, 'set-aside');
  const former = await store.setAside(copies, '1.0.0');
  const { patient } = enrolWhoGoes(store, user.id);
  await store.setAside(copies, '1.1.0');
  const log = path.join(folder, 'clinic.db-wal.set-aside-01890000');
  writeFileSync(log, 'frames');
  const subject = { kind: 'patient', id: patient.id } as const;
  const { id } = store.erasures.erase({ subject, userId: user.id, ...request }, () => {});
  await store.erasures.finish(copies);
  expect(listSetAside(copies)).toEqual([former]);
  expect(existsSync(log)).toBe(false);
  expect(store.erasures.get(id).proof).toMatchObject({ copiesDropped: 2 });
});

test('a medium’s next backup after an erasure is written anew and read back, and the former ones are gone', async () => {
  const { folder, store, user } = await newClinic();
  const medium = path.join(temporaryFolder(), 'backups');
  const { patient } = enrolWhoGoes(store, user.id);
  store.transaction(() => addOthers(store, 0, 20));
  await store.backUp(medium, '1');
  await store.backUp(medium, '1');
  const before = readdirSync(medium).filter((name) => name.endsWith('.blocks'));
  const subject = { kind: 'patient', id: patient.id } as const;
  store.erasures.erase({ subject, userId: user.id, ...request }, () => {});
  await store.erasures.finish(path.join(folder, 'set-aside'));
  const made = await store.backUp(medium, '1');
  expect(made.newBlocks).toBe(made.blocks);
  expect((await listBackups(medium)).map(({ id }) => id)).toEqual([made.id]);
  for (const name of before) expect(existsSync(path.join(medium, name))).toBe(false);
  expect((await store.backUp(medium, '1')).newBlocks).toBeLessThan(made.blocks);
  expect(await listBackups(medium)).toHaveLength(2);
});

test('a page that a power cut tore while it was overwritten is made good, by the note of that moment alone', async () => {
  const { folder, store } = await newClinic();
  store.transaction(() => addOthers(store, 0, 40));
  store.close();
  const file = path.join(folder, 'clinic.db');
  const key = await dataKeyOf(folder);
  const whole = readFileSync(file);
  const number = whole.length / pageBytes;
  const page = Buffer.from(whole.subarray((number - 1) * pageBytes));
  const tear = () => {
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, Buffer.alloc(1000, 7), 0, 1000, (number - 1) * pageBytes + 2000);
    closeSync(descriptor);
  };
  const { mark } = JSON.parse(readFileSync(path.join(folder, 'clinic.json'), 'utf8'));
  for (const [commits, ok] of [
    [mark.commits - 1, false],
    [mark.commits, true],
  ] as const) {
    const copy = path.join(temporaryFolder(), 'copy');
    cpSync(folder, copy, { recursive: true });
    tear();
    writeNote(file, key, commits, new Map([[number, page]]));
    expect(await isWhole(folder)).toBe(ok);
    expect(existsSync(`${file}-pages`)).toBe(false);
    cpSync(copy, folder, { recursive: true, force: true });
  }
});

test('every table that refers to a patient’s records is erased with them', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  const rows = connection.all(
    `SELECT DISTINCT t.name AS name, f."table" AS target
     FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f WHERE t.type = 'table'`,
  ) as { name: string; target: string }[];
  connection.close();
  const referring = rows.filter(({ target }) => erasedTables.includes(target));
  expect(referring.length).toBeGreaterThan(15);
  expect(referring.filter(({ name }) => !erasedTables.includes(name))).toEqual([]);
});

test('entries that are emptied without an erasure do not pass', async () => {
  const { folder, store, user } = await newClinic();
  const { patient } = enrolWhoGoes(store, user.id);
  const subject = { kind: 'patient', id: patient.id } as const;
  store.erasures.erase({ subject, userId: user.id, ...request }, () => {});
  await store.erasures.finish(path.join(folder, 'set-aside'));
  addOthers(store, 0, 3);
  expect(await store.checkAudit()).toMatchObject({ intact: true });
  const { seq } = store.audit.head();
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  const empty = `UPDATE audit_entry SET records = '[]', records_salt = NULL WHERE seq = ${seq}`;
  expect(() => connection.script(empty)).toThrow(/never changed/);
  connection.script(`DROP TRIGGER audit_entry_is_final; ${empty}`);
  connection.close();
  const opened = closing(await unlockClinic(folder, { userName, passphrase, kdf }));
  const { problems } = await opened.store.checkAudit();
  expect(problems).toContainEqual({ what: 'chain', subject: `entry:${seq}` });
});

async function isWhole(folder: string): Promise<boolean> {
  try {
    const { store } = closing(await unlockClinic(folder, { userName, passphrase, kdf }));
    const { ok } = await store.checkHealth();
    store.close();
    return ok;
  } catch (error) {
    expect(error).toMatchObject({ code: 'database-damaged' });
    return false;
  }
}

const kills = 5;

test(`an erasure that is killed at ${kills} random moments is whole, or goes on when the clinic is next opened`, async () => {
  const { folder, store, user } = await newClinic();
  const { patient, originals } = store.transaction(() => {
    addOthers(store, 0, 60);
    return enrolWhoGoes(store, user.id);
  });
  store.transaction(() => addOthers(store, 60, 60));
  const key = await dataKeyOf(folder);
  store.close();
  const script = path.join(import.meta.dirname, 'eraser.ts');
  for (let n = 0; n < kills; n++) {
    const copy = path.join(temporaryFolder(), 'clinic');
    cpSync(folder, copy, { recursive: true });
    const args = ['--no-warnings', script, copy, userName, passphrase, patient.id];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * 250);
    await once(child, 'exit');
    clearTimeout(timer);
    const { store: opened } = await unlockClinic(copy, { userName, passphrase, kdf });
    await opened.erasures.finish(path.join(copy, 'set-aside'));
    expect(await opened.checkHealth()).toMatchObject({ ok: true });
    expect(await opened.checkAudit()).toMatchObject({ intact: true });
    const isGone = opened.erasures.list().length > 0;
    expect(opened.erasures.isPending).toBe(false);
    opened.close();
    const found = holding(filesOf(copy, key), needlesOf(originals));
    if (isGone) expect(found).toEqual([]);
    else expect(found).not.toEqual([]);
  }
}, 240_000);

test('an erasure lets everybody be done for whom the file rests, whoever was waiting beside it too', async () => {
  const open = vi.spyOn(Connection, 'open');
  const { store, user } = await newClinic();
  const connection = open.mock.results.at(-1)?.value as Connection;
  open.mockRestore();
  const { id } = store.patients.enrol(details(person));
  const who = { userId: user.id, secondUserId: null };
  store.erasures.erase({ subject: { kind: 'patient', id }, reason: 'request', ...who }, () => {});
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const rests = (until: Promise<void>) => connection.whileFileRests(() => until, { isBrief: true });
  const one = rests(first.promise);
  const finished = store.erasures.finish(path.join(temporaryFolder(), 'set-aside'));
  await turn();
  await turn();
  const other = rests(second.promise);
  first.resolve();
  await one;
  await turn();
  expect(store.erasures.isPending).toBe(true);
  second.resolve();
  await Promise.all([other, finished]);
  expect(store.erasures.isPending).toBe(false);
});
