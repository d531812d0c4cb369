import { randomBytes } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Connection, scalar } from '../../src/store/connection.ts';
import { readNode } from '../../src/store/health/node.ts';
import { type ClinicStore, StoreError, unlockClinic } from '../../src/store/index.ts';
import { Pages } from '../../src/store/pages.ts';
import { behindIndex, rewritePage } from './beneath.ts';
import {
  addImage,
  addLesion,
  addReading,
  closing,
  dataKeyOf,
  details,
  kdf,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

const pageBytes = 4096;

afterEach(() => void vi.restoreAllMocks());

/** A clinic with patients, images and readings, from which a patient was erased: pages of it are free. */
async function filledClinic(patients = 120) {
  const { folder, store, user } = await newClinic();
  store.transaction(() => {
    for (let n = 0; n < patients; n++) {
      const note = 'x'.repeat(n * 20);
      const patient = { familyName: `Person ${n}`, recordNumber: `R-${n}`, note };
      const { id } = store.patients.enrol(details(patient));
      const image = addImage(store, addLesion(store, id).id, randomBytes(9000 + n * 200));
      if (n % 2 === 0) addReading(store, image.id);
    }
  });
  const { id } = store.patients.enrol(details({ familyName: 'Gone' }));
  addImage(store, addLesion(store, id).id, randomBytes(60_000));
  const order = { reason: 'request', userId: user.id, secondUserId: null } as const;
  store.erasures.erase({ subject: { kind: 'patient', id }, ...order }, () => {});
  await store.erasures.finish(temporaryFolder());
  return { folder, store, user };
}

const unlocked = async (folder: string): Promise<ClinicStore> =>
  closing(await unlockClinic(folder, { userName, passphrase, kdf })).store;

test('a clinic is whole: every page is used once, every row found by every index, and the audit log fits', async () => {
  const { folder, store } = await filledClinic();
  const shares: number[] = [];
  const verdict = await store.checkHealth({ onProgress: (share) => shares.push(share) });
  expect(verdict.problems).toEqual([]);
  expect(verdict).toMatchObject({ ok: true, isSound: true, problemsInAll: 0 });
  expect(verdict.audit?.intact).toBe(true);
  expect([...shares].sort((one, other) => one - other)).toEqual(shares);
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  expect(verdict.pages).toBeLessThanOrEqual(Number(connection.pragma('page_count')));
  expect(connection.pragma('integrity_check')).toBe('ok');
  const tables = connection.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  ) as { name: string }[];
  const rows = tables.map(({ name }) =>
    scalar(connection, `SELECT count(*) AS value FROM "${name}"`),
  );
  expect(verdict.rows).toBe(rows.reduce((sum, count) => sum + count, 0));
  connection.close();
});

test('others save, and are answered, while it is looked through', async () => {
  const { store } = await filledClinic(200);
  let isDone = false;
  const check = store.checkHealth().finally(() => {
    isDone = true;
  });
  const waits: number[] = [];
  let saved = 0;
  while (!isDone) {
    const asked = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 0));
    waits.push(performance.now() - asked);
    if (waits.length % 5 === 0) store.patients.enrol(details({ familyName: `New ${++saved}` }));
  }
  expect((await check).problems).toEqual([]);
  waits.sort((one, other) => one - other);
  expect(saved).toBeGreaterThan(2);
  expect(waits[Math.floor(waits.length * 0.95)]).toBeLessThan(50);
});

test('a lock ends it', async () => {
  const { store } = await filledClinic(200);
  const check = store.checkHealth({ onProgress: () => store.close() });
  await expect(check).rejects.toMatchObject({ name: 'AbortError' });
});

/** Changes what is in a page of the closed clinic, which stays authentic. */
async function rewrite(folder: string, number: number, change: (text: Buffer) => void) {
  rewritePage(path.join(folder, 'clinic.db'), await dataKeyOf(folder), number, change);
}

async function rootOf(folder: string, name: string): Promise<number> {
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  const row = connection.get('SELECT rootpage AS root FROM sqlite_schema WHERE name = :name', {
    name,
  });
  connection.close();
  return (row as { root: number }).root;
}

/** A leaf of a tree: the first below its root. */
async function leafOf(folder: string, name: string): Promise<number> {
  let number = await rootOf(folder, name);
  for (;;) {
    let next: number | undefined;
    await rewrite(folder, number, (text) => {
      const header = number === 1 ? 100 : 0;
      if (text[header] === 2 || text[header] === 5)
        next = text.readUInt32BE(text.readUInt16BE(header + 12));
    });
    if (next === undefined) return number;
    number = next;
  }
}

describe('damage that every page’s authentication passes over is found where', () => {
  test.each([
    [
      'an entry of an index is gone',
      'patient_current_by_name',
      (text: Buffer) => {
        // Its last entry, whose place is then neither free nor used.
        text.writeUInt16BE(text.readUInt16BE(3) - 1, 3);
      },
      /patient_current_by_name: page \d+ has entries that overlap/,
    ],
    [
      'two entries of an index have changed places',
      'patient_current_by_name',
      (text: Buffer) => {
        const [first, last] = [8, 8 + 2 * (text.readUInt16BE(3) - 1)];
        const kept = text.readUInt16BE(first);
        text.writeUInt16BE(text.readUInt16BE(last), first);
        text.writeUInt16BE(kept, last);
      },
      /rows of patient that cannot be found by patient_current_by_name: \d+/,
    ],
    [
      'two rows have changed places',
      'lesion',
      (text: Buffer) => {
        const kept = text.readUInt16BE(8);
        text.writeUInt16BE(text.readUInt16BE(10), 8);
        text.writeUInt16BE(kept, 10);
      },
      /lesion: row \d+ on page \d+ is out of order/,
    ],
    [
      'the free pages are miscounted',
      '',
      (text: Buffer) => text.writeUInt32BE(text.readUInt32BE(36) + 1, 36),
      /free pages: \d+ instead of \d+/,
    ],
  ])('%s', async (_, tree, change, problem) => {
    const { folder, store } = await filledClinic();
    store.close();
    const number = tree === '' ? 1 : await leafOf(folder, tree);
    await rewrite(folder, number, change);
    const opened = await unlocked(folder);
    const verdict = await opened.checkHealth();
    expect(verdict.isSound).toBe(false);
    expect(verdict.problems.join('\n')).toMatch(problem);
  });

  test('a chain of overflow pages leads elsewhere', async () => {
    const { folder, store } = await filledClinic();
    store.close();
    let second = 0;
    await rewrite(folder, await leafOf(folder, 'image_original'), (text) => {
      const node = readNode(text, 2);
      if (typeof node === 'string') throw new Error(node);
      second =
        node.cells.find(({ overflow }) => (overflow?.bytes ?? 0) > 8000)?.overflow?.page ?? 0;
    });
    await rewrite(folder, second, (text) => text.writeUInt32BE(2, 0));
    const { problems } = await (await unlocked(folder)).checkHealth();
    expect(problems).toEqual(['image_original: page 2 is used twice']);
  });

  test('a row refers to one that is not there', async () => {
    const { folder, store } = await filledClinic(10);
    store.close();
    const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
    connection.pragma('foreign_keys = OFF');
    connection.script(`UPDATE lesion SET patient_id = '0197a000-0000-7000-8000-000000000000'
      WHERE rowid = (SELECT min(rowid) FROM lesion)`);
    connection.close();
    const opened = await unlocked(folder);
    const { problems } = await opened.checkHealth();
    expect(problems).toContain('rows of lesion that refer to missing ones of patient: 1');
  });

  test('a page is damaged, which is named, and the audit log is said not to be verified where it reaches it', async () => {
    const { folder, store } = await filledClinic();
    store.close();
    const number = await leafOf(folder, 'image_original');
    const descriptor = openSync(path.join(folder, 'clinic.db'), 'r+');
    writeSync(descriptor, Buffer.from([1, 2, 3]), 0, 3, (number - 1) * pageBytes + 200);
    const opened = await unlocked(folder);
    const verdict = await opened.checkHealth();
    expect(verdict).toMatchObject({ ok: false, isSound: false, rows: 0, audit: null });
    expect(verdict.pages).toBeGreaterThan(number);
    expect(verdict.problems).toEqual([
      `image_original: page ${number} is damaged`,
      expect.stringMatching(
        /^sqlite_autoindex_image_original_1 has 120 entries, and image_original has/,
      ),
    ]);
    expect(verdict.problemsInAll).toBe(2);
  });

  test('an index has entries of rows that are gone, and is said to have more than its table', async () => {
    const { folder, store } = await filledClinic(10);
    store.close();
    const key = await dataKeyOf(folder);
    const gone = 'DELETE FROM visit WHERE rowid = (SELECT min(rowid) FROM visit)';
    behindIndex(path.join(folder, 'clinic.db'), key, 'visit_by_patient', gone);
    const { problems } = await (await unlocked(folder)).checkHealth();
    expect(problems).toContain('visit_by_patient has 10 entries, and visit has 9 rows');
  });
});

describe('the check as a whole', () => {
  /** Each look at the clock finds it ten milliseconds on: others' turn is always due. */
  const hurried = () => {
    let nowMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      nowMs += 10;
      return nowMs;
    });
  };
  /** Has the clinic's own connection, and a small clinic. */
  async function smallClinic() {
    const open = vi.spyOn(Connection, 'open');
    const { folder, store } = await newClinic();
    const connection = open.mock.results.at(-1)?.value as Connection;
    open.mockRestore();
    addLesion(store, store.patients.enrol(details({ familyName: 'Okafor' })).id);
    return { folder, store, connection };
  }

  test('is told from its beginning to its end: seven tenths are pages, then come rows, then the audit log', async () => {
    const { store } = await smallClinic();
    hurried();
    const shares: number[] = [];
    const { pages } = await store.checkHealth({ onProgress: (share) => shares.push(share) });
    expect(shares.toSorted((one, other) => one - other)).toEqual(shares);
    const ofPages = shares.filter((share) => share <= 0.7);
    expect(ofPages.length).toBeGreaterThanOrEqual(pages);
    expect(ofPages[0]).toBeCloseTo(0.7 / pages);
    expect(ofPages).toContain(0.7);
    const ofRows = shares.filter((share) => share > 0.7 && share <= 0.85);
    expect(ofRows.at(-1)).toBe(0.85);
    expect(shares.at(-1)).toBe(1);
    expect(shares.filter((share) => share > 0.85).length).toBeGreaterThan(0);
  });

  test('tells how far it is when others have their turn, and not at each page', async () => {
    const { store } = await smallClinic();
    vi.spyOn(performance, 'now').mockReturnValue(1000);
    const shares: number[] = [];
    await store.checkHealth({ onProgress: (share) => shares.push(share) });
    expect(shares.filter((share) => share < 0.85)).toEqual([]);
  });

  test('has whoever wants the file meanwhile wait for it, and lets them have it then', async () => {
    const { store, connection } = await smallClinic();
    hurried();
    const order: string[] = [];
    let other: Promise<unknown> | undefined;
    const check = store.checkHealth({
      onProgress: () => {
        other ??= connection.whileFileRests(async () => void order.push('backup'));
      },
    });
    expect(await check).toMatchObject({ ok: true });
    await other;
    expect(order).toEqual(['backup']);
  });

  test('leaves no key in memory, whether it ends or is broken off', async () => {
    const { store } = await smallClinic();
    const forget = vi.spyOn(Pages.prototype, 'forget');
    await store.checkHealth();
    expect(forget).toHaveBeenCalledTimes(1);
    hurried();
    const stop = AbortSignal.abort(new Error('Enough.'));
    await expect(store.checkHealth({ signal: stop })).rejects.toThrow('Enough.');
    expect(forget).toHaveBeenCalledTimes(2);
  });

  test('says what SQLite says where that cannot read at all, and passes on any other error', async () => {
    const { store, connection } = await smallClinic();
    const all = vi.spyOn(connection, 'all');
    const fails = (error: Error) =>
      all.mockImplementationOnce(() => {
        throw error;
      });
    fails(new StoreError('database-damaged', 'A page cannot be read.'));
    expect(await store.checkHealth()).toEqual({
      ...{ ok: false, isSound: false, pages: 0, rows: 0, audit: null },
      ...{ problems: ['A page cannot be read.'], problemsInAll: 1 },
    });
    fails(new StoreError('database-in-use', 'Wait.'));
    await expect(store.checkHealth()).rejects.toMatchObject({ code: 'database-in-use' });
    fails(Object.assign(new Error('Else.'), { code: 'database-damaged' }));
    await expect(store.checkHealth()).rejects.toThrow('Else.');
  });

  test('of a sound database whose audit log does not fit is not well, and says that it is the log', async () => {
    const { folder, store } = await smallClinic();
    store.close();
    const file = path.join(folder, 'clinic.db');
    const beneath = Connection.open(file, await dataKeyOf(folder));
    beneath.script("UPDATE patient SET note = 'changed'");
    beneath.close();
    const verdict = await (await unlocked(folder)).checkHealth();
    expect(verdict).toMatchObject({ ok: false, isSound: true, problems: [], problemsInAll: 0 });
    expect(verdict.audit).toMatchObject({ intact: false });
  });
});
