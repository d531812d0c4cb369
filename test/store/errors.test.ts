import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { asStoreError, assertUnchanged, StoreError, translated } from '../../src/store/errors.ts';
import { expectRefusal } from './harness.ts';

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code }, more);

describe('an error', () => {
  test.each([
    ['SQLITE_FULL', 'disk-full', 'Free some space'],
    ['SQLITE_BUSY', 'database-in-use', 'Another running Dermaspike'],
    ['SQLITE_BUSY_SNAPSHOT', 'database-in-use', 'Another running Dermaspike'],
    ['SQLITE_LOCKED', 'database-in-use', 'Another running Dermaspike'],
    ['SQLITE_NOTADB', 'database-damaged', 'cannot be decrypted'],
    ['SQLITE_CORRUPT_VTAB', 'database-damaged', 'A part of the clinic'],
    ['SQLITE_CANTOPEN', 'no-access', 'cannot be opened'],
    ['SQLITE_IOERR_SHORT_READ', 'database-damaged', 'The disk failed'],
    ['SQLITE_READONLY_DIRECTORY', 'no-access', 'may only be read'],
    ['SQLITE_CONSTRAINT_PRIMARYKEY', 'database-damaged', 'contradict each other'],
    ['SQLITE_CONSTRAINT_FOREIGNKEY', 'not-found', 'refers to one that is not'],
  ])('of SQLite’s by the code %s is told as %s: %s', (code, told, message) => {
    const error = new Database.SqliteError('as SQLite has it', code);
    const found = asStoreError(error);
    expect(found).toBeInstanceOf(StoreError);
    expect(found).toMatchObject({ code: told, cause: error });
    expect((found as StoreError).message).toContain(message);
  });

  test.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['ERR_DLOPEN_FAILED', 'database-library'],
    ['MODULE_NOT_FOUND', 'database-library'],
  ])('of Node’s by the code %s is told as %s', (code, told) => {
    const error = coded(code);
    expect(asStoreError(error)).toMatchObject({ name: 'StoreError', code: told, cause: error });
  });

  test('of a file that is in the way is told with the file', () => {
    const error = coded('EIO', { path: '/data/clinic.db' });
    const found = asStoreError(error);
    expect(found).toMatchObject({ name: 'StoreError', code: 'no-access', cause: error });
    expect((found as StoreError).message).toContain('/data/clinic.db');
  });

  test.each([
    ['that only a mistake of the program causes', new Database.SqliteError('x', 'SQLITE_MISUSE')],
    ['without a code', new Error('ENOSPC')],
    ['of another code', coded('ENOSPCX')],
    ['that is none', { code: 'ENOSPC' }],
    ['that is none, and no library', { code: 'MODULE_NOT_FOUND' }],
    ['that is a text', 'ENOSPC'],
    ['that the store has told already', new StoreError('not-found', 'x')],
  ])('%s passes as it is', (_, error) => {
    expect(asStoreError(error)).toBe(error);
  });
});

test('what throws while it is translated is told as the store’s, and what does not comes back', async () => {
  const work = () => {
    throw coded('ENOSPC');
  };
  await expectRefusal('disk-full', () => translated(work));
  expect(translated(() => 7)).toBe(7);
});

test('an edit is refused that began from any other revision than the one that is there', async () => {
  expect(() => assertUnchanged('lesion', 3, 3)).not.toThrow();
  for (const begunFrom of [2, 4]) {
    const edit = () => assertUnchanged('lesion', 3, begunFrom);
    expect(await expectRefusal('changed-meanwhile', edit)).toContain('This lesion was changed');
  }
});
