import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Connection } from '../../src/store/connection.ts';
import { failedUnlocksText, noteFailedUnlock } from '../../src/store/failed-unlocks.ts';
import { type ClinicStore, unlockClinic } from '../../src/store/index.ts';
import { closing, dataKeyOf, newClinic, passphrase, temporaryFolder, userName } from './harness.ts';

const someone = '01890000-0000-7000-8000-000000000001';
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 20, second));
const file = (folder: string) => path.join(folder, 'failed-unlocks.json');
const noted = (folder: string) => JSON.parse(readFileSync(file(folder), 'utf8'));
const failed = (second: number, userId: string | null) =>
  `session.unlock-failed user:${userId ?? 'unknown'} at:${at(second).toISOString()}`;

/** What is entered when somebody unlocks, oldest first. */
function entered(store: ClinicStore, isRestored = false): string[] {
  const before = store.audit.head().seq;
  store.enterFailedUnlocks(isRestored);
  const entries = store.audit.list(store.audit.head().seq - before);
  return entries.map(({ action, subject }) => `${action} ${subject}`).reverse();
}

function noteTwo(folder: string) {
  noteFailedUnlock(folder, someone, at(1));
  noteFailedUnlock(folder, null, at(2));
}

test('where nothing was noted, nothing is entered, and the notes stay as they are', async () => {
  const { folder, store } = await newClinic();
  const before = readFileSync(file(folder), 'utf8');
  expect(entered(store)).toEqual([]);
  expect(readFileSync(file(folder), 'utf8')).toBe(before);
  expect(noted(folder)).toMatchObject({ failures: [], more: 0 });
});

test('each is entered once, in its order, and the notes are begun anew', async () => {
  const { folder, store } = await newClinic();
  const { chain } = noted(folder);
  noteTwo(folder);
  expect(noted(folder).chain.id).toBe(chain.id);
  expect(entered(store)).toEqual([failed(1, someone), failed(2, null)]);
  expect(noted(folder)).toMatchObject({ failures: [], more: 0 });
  expect(noted(folder).chain.id).not.toBe(chain.id);
  expect(entered(store)).toEqual([]);
});

test('a hundred are entered one by one, and of more it is said how many', async () => {
  const { folder, store } = await newClinic();
  const noteMany = (count: number) => {
    for (let n = 0; n < count; n++) noteFailedUnlock(folder, null, at(n % 60));
  };
  noteMany(100);
  expect(entered(store)).toHaveLength(100);
  noteMany(102);
  const entries = entered(store);
  expect(entries).toHaveLength(101);
  expect(entries.at(-1)).toBe('session.unlock-failed more:2');
  expect(entries.every((entry) => entry.startsWith('session.unlock-failed'))).toBe(true);
});

test('more than a million are not told from a million', async () => {
  const { folder } = await newClinic();
  const failures = Array.from({ length: 100 }, () => ({
    at: at(1).toISOString(),
    userId: null,
    mac: null,
  }));
  for (const [more, then] of [
    [999_999, 1_000_000],
    [1_000_000, 1_000_000],
  ]) {
    writeFileSync(file(folder), JSON.stringify({ chain: null, failures, more }));
    noteFailedUnlock(folder, null, at(2));
    expect(noted(folder).more).toBe(then);
  }
  // What cannot have been written is as good as gone.
  const strange = [
    { chain: null, failures, more: 1_000_001 },
    { chain: null, failures, more: -1 },
    { chain: null, failures: [...failures, ...failures], more: 0 },
  ];
  for (const each of strange) {
    writeFileSync(file(folder), JSON.stringify(each));
    noteFailedUnlock(folder, null, at(2));
    expect(noted(folder)).toMatchObject({ chain: null, failures: [{ mac: null }], more: 0 });
  }
});

describe('notes', () => {
  const bytes = Buffer.alloc(32, 1).toString('base64');
  type Notes = { chain: { id: string; key: string } | null; failures: object[]; more: number };
  const harms: [string, (notes: Notes) => object][] = [
    ['of which the first was taken away', (notes) => ({ failures: notes.failures.slice(1) })],
    ['of which the last was taken away', (notes) => ({ failures: notes.failures.slice(0, -1) })],
    ['that were exchanged', (notes) => ({ failures: notes.failures.toReversed() })],
    ['of another time', (notes) => changed(notes, { at: at(9).toISOString() })],
    ['of another user', (notes) => changed(notes, { userId: null })],
    ['without a seal', (notes) => changed(notes, { mac: null })],
    ['with another seal', (notes) => changed(notes, { mac: bytes })],
    ['to which one was added', (notes) => ({ failures: [...notes.failures, notes.failures[0]] })],
    ['of more than there were', (notes) => ({ more: notes.more + 1 })],
    ['with another key', (notes) => ({ chain: { ...notes.chain, key: bytes } })],
    ['of another chain', (notes) => ({ chain: { ...notes.chain, id: someone } })],
    ['of no chain', () => ({ chain: null })],
  ];
  const changed = ({ failures }: Notes, change: object) => ({
    failures: [{ ...failures[0], ...change }, ...failures.slice(1)],
  });

  test('that are not as they were made are told of, and are entered as they are', async () => {
    const { folder, store } = await newClinic();
    for (const [how, harm] of harms) {
      noteTwo(folder);
      const notes = noted(folder);
      const harmed: Notes = { ...notes, ...harm(notes) };
      writeFileSync(file(folder), JSON.stringify(harmed));
      const [told, ...entries] = entered(store);
      expect(told, how).toBe('session.failures-changed notes:changed');
      const one = entries.filter((entry) => entry.includes(' user:'));
      expect(one, how).toHaveLength(harmed.failures.length);
      expect(entries.includes('session.unlock-failed more:1'), how).toBe(harmed.more === 1);
      expect(entered(store), how).toEqual([]);
    }
  });

  test.each([
    ['gone', (folder: string) => rmSync(file(folder))],
    ['unreadable', (folder: string) => writeFileSync(file(folder), 'x')],
  ])('that are %s are told of, once', async (_, harm) => {
    const { folder, store } = await newClinic();
    noteTwo(folder);
    harm(folder);
    expect(entered(store)).toEqual(['session.failures-changed notes:gone']);
    expect(entered(store)).toEqual([]);
  });

  test('of another clinic are no notes of this one', async () => {
    const [one, other] = [await newClinic(), await newClinic()];
    noteTwo(other.folder);
    writeFileSync(file(one.folder), readFileSync(file(other.folder)));
    expect(entered(one.store)[0]).toBe('session.failures-changed notes:changed');
    expect(entered(other.store)).toEqual([failed(1, someone), failed(2, null)]);
  });

  test('that were entered when the computer stopped are not entered again', async () => {
    const { folder, store } = await newClinic();
    noteTwo(folder);
    const former = readFileSync(file(folder));
    const [entry] = entered(store);
    expect(entry).toBe(failed(1, someone));
    writeFileSync(file(folder), former);
    expect(entered(store)).toEqual([]);
    expect(noted(folder).failures).toEqual([]);
    // Those of before the former ones are no crash.
    writeFileSync(file(folder), former);
    expect(entered(store)[0]).toBe('session.failures-changed notes:changed');
  });

  test('are none in a folder that was just restored, and those since are entered', async () => {
    const { folder, store } = await newClinic();
    rmSync(file(folder));
    expect(entered(store, true)).toEqual([]);
    expect(noted(folder).chain).not.toBeNull();
    rmSync(file(folder));
    noteTwo(folder);
    expect(noted(folder).chain).toBeNull();
    expect(entered(store, true)).toEqual([failed(1, someone), failed(2, null)]);
    // Notes of another chain are told of there, too.
    writeFileSync(
      file(folder),
      JSON.stringify({ ...noted(folder), chain: { id: someone, key: bytes } }),
    );
    expect(entered(store, true)).toEqual(['session.failures-changed notes:changed']);
  });

  test.each([0, 2])(
    'of a clinic of before there were any, which failed to open %i times, are none that are missed',
    async (count) => {
      const { folder, store } = await newClinic();
      store.close();
      const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
      connection.allowWriting();
      connection.script(`UPDATE clinic_state SET failures_chain = NULL, failures_former_chain = NULL,
      failures_key = NULL`);
      connection.close();
      rmSync(file(folder));
      if (count > 0) noteTwo(folder);
      const { store: opened } = closing(await unlockClinic(folder, { userName, passphrase }));
      const told = opened.audit.list(9).filter(({ action }) => action.startsWith('session.'));
      expect(told.map(({ action }) => action)).toEqual(Array(count).fill('session.unlock-failed'));
      expect(noted(folder)).toMatchObject({ chain: { id: expect.any(String) }, failures: [] });
    },
  );

  test('that cannot be written keep nobody from unlocking, nor are they entered twice', async () => {
    const { folder, store } = await newClinic();
    noteTwo(folder);
    const inTheWay = `${file(folder)}.tmp`;
    mkdirSync(path.join(inTheWay, 'full'), { recursive: true });
    noteFailedUnlock(folder, null, at(3));
    expect(noted(folder).failures).toHaveLength(2);
    expect(entered(store)).toHaveLength(2);
    expect(noted(folder).failures).toHaveLength(2);
    rmSync(inTheWay, { recursive: true });
    expect(entered(store)).toEqual([]);
    expect(noted(folder).failures).toEqual([]);
  });

  test('go into a copy of the clinic as they are, if there are any', async () => {
    const { folder } = await newClinic();
    expect(failedUnlocksText(folder)).toBe(readFileSync(file(folder), 'utf8'));
    expect(failedUnlocksText(temporaryFolder())).toBeUndefined();
  });
});
