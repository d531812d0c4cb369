import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ChangedBlocks } from '../../src/store/backup/changed-blocks.ts';
import { blockBytes } from '../../src/store/backup/manifest.ts';
import { pageBytes } from '../../src/store/connection.ts';
import { temporaryFolder } from './harness.ts';

describe('what was written since', () => {
  const clinicId = 'clinic';
  const at = '2026-03-01T10:00:00.000Z';
  const ids = Array.from({ length: 5 }, (_, n) => `01980000-0000-4000-8000-00000000000${n}`);
  const [first = '', second = ''] = ids;
  /** The pages with which blocks 0, 1, … begin. */
  const page = (block: number) => (block * blockBytes) / pageBytes + 1;
  const known = (changes: ChangedBlocks, id: string) => {
    const since = changes.since(id);
    return since && { blocks: [...since.blocks].sort(), wholeAt: since.wholeAt };
  };
  const key = randomBytes(32);
  const opened = (file: string, given = key) => new ChangedBlocks(file, clinicId, given);
  const noteIn = () => path.join(temporaryFolder(), 'clinic.db-changes');

  test('is counted by blocks for each backup, from when it was begun, until it is ended', () => {
    const changes = opened(noteIn());
    changes.note([page(9)]);
    const watched = changes.watch();
    changes.note([page(2), page(2) + 1, page(3) - 1]);
    expect(changes.since(first)).toBeUndefined();
    watched.keep(first, at);
    watched.end();
    expect(known(changes, first)).toEqual({ blocks: [2], wholeAt: at });
    const other = changes.watch();
    changes.note([page(4)]);
    other.keep(second, '2026-03-02T10:00:00.000Z');
    other.end();
    changes.note([page(5)]);
    expect(known(changes, first)).toEqual({ blocks: [2, 4, 5], wholeAt: at });
    expect(known(changes, second)).toEqual({ blocks: [4, 5], wholeAt: '2026-03-02T10:00:00.000Z' });
    const ended = changes.watch();
    ended.end();
    changes.note([page(7)]);
    expect(ended.take()).toEqual([]);
  });

  test('is taken in parts, none twice', () => {
    const changes = opened(noteIn());
    const watched = changes.watch();
    changes.note([page(2), page(3)]);
    expect(watched.take()).toEqual([2, 3]);
    expect(watched.take()).toEqual([]);
    changes.note([page(3)]);
    expect(watched.take()).toEqual([3]);
  });

  test('is known for four backups, and of no other database', () => {
    const changes = opened(noteIn());
    for (const id of ids) {
      const watched = changes.watch();
      watched.keep(id, at);
      watched.end();
    }
    expect(ids.map((id) => changes.since(id) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
    changes.begin(randomBytes(32));
    expect(ids.map((id) => changes.since(id))).toEqual(ids.map(() => undefined));
  });

  /** A note of the closing with the first backup's blocks, for the twelfth commit. */
  function closed(file: string, given = key): void {
    const changes = opened(file, given);
    const watched = changes.watch();
    changes.note([page(2), page(3)]);
    watched.keep(first, at);
    watched.end();
    changes.close(12);
  }

  test.each([
    ['is known again after the clinic was closed', 12, true, key, true],
    ['is not where it was not closed', 12, false, key, false],
    ['is not for another commit', 13, true, key, false],
    ['is not under another key', 12, true, randomBytes(32), false],
  ])('%s', (_, commits, wasClosed, given, isKnown) => {
    const file = noteIn();
    closed(file);
    const changes = opened(file, given);
    changes.take(commits, wasClosed);
    expect(known(changes, first)).toEqual(isKnown ? { blocks: [2, 3], wholeAt: at } : undefined);
    // It counts once.
    expect(existsSync(file)).toBe(false);
    changes.take(commits, wasClosed);
  });

  test('is not believed where its note was changed', () => {
    const file = noteIn();
    closed(file);
    const said = JSON.parse(readFileSync(file, 'utf8'));
    for (const change of [
      { commits: 13 },
      { bases: [{ id: first, wholeAt: at, blocks: [2] }] },
      { mac: 'AAAA' },
      { mac: undefined },
    ]) {
      writeFileSync(file, JSON.stringify({ ...said, ...change }));
      const changes = opened(file);
      changes.take(change.commits ?? 12, true);
      expect(changes.since(first)).toBeUndefined();
    }
    writeFileSync(file, JSON.stringify(said));
    const changes = opened(file);
    changes.take(12, true);
    expect(changes.since(first)).toBeDefined();
  });

  test('is kept of a database that got another key, under that, and forgotten at the closing', () => {
    const file = noteIn();
    const other = randomBytes(32);
    const changes = opened(file);
    changes.begin(other);
    const watched = changes.watch();
    watched.keep(first, at);
    changes.close(3);
    const again = opened(file, other);
    again.take(3, true);
    expect(again.since(first)).toBeDefined();
    // The key is zeroes then: what is written once more opens by none.
    changes.close(3);
    const last = opened(file, other);
    last.take(3, true);
    expect(last.since(first)).toBeUndefined();
  });

  test('leaves no note where nothing is known, and none that cannot be written keeps the clinic from closing', () => {
    const file = noteIn();
    opened(file).close(1);
    expect(existsSync(file)).toBe(false);
    mkdirSync(`${file}.tmp`);
    expect(() => closed(file)).not.toThrow();
    expect(existsSync(file)).toBe(false);
  });
});
