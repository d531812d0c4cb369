import Database from 'better-sqlite3';
import { accessProblem } from './access.ts';

export type StoreErrorCode =
  | 'wrong-passphrase'
  | 'weak-passphrase'
  | 'wrong-recovery-key'
  | 'no-clinic'
  | 'clinic-exists'
  | 'duplicate-record-number'
  | 'duplicate-user'
  | 'last-administrator'
  | 'duplicate-image'
  | 'duplicate-template'
  | 'too-many-templates'
  | 'changed-meanwhile'
  | 'lesion-removed'
  | 'invalid-merge'
  | 'opinion-asked'
  | 'patient-merged'
  | 'database-newer'
  | 'database-damaged'
  | 'database-older'
  | 'database-in-use'
  | 'database-library'
  | 'disk-full'
  | 'no-access'
  | 'not-found';

/** A refusal by the store. Its message is fit to show as it is and holds no patient data. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function notFound(what: string): StoreError {
  return new StoreError(
    'not-found',
    `This ${what} is not in the clinic's database. Go back to the list and open it again.`,
  );
}

/** Refuses an edit that began from an older revision of the record. */
export function assertUnchanged(what: string, current: number, begunFrom: number): void {
  if (current === begunFrom) return;
  throw new StoreError(
    'changed-meanwhile',
    `This ${what} was changed in another window meanwhile, so nothing was saved. Look at what changed, then save again.`,
  );
}

const diskFull =
  'The disk that holds the clinic is full, so nothing was saved. Free some space on it and try again.';

/** How Node says that a compiled library is not there, or not for this computer. */
const libraryFailures = ['ERR_DLOPEN_FAILED', 'MODULE_NOT_FOUND'];
const noLibrary =
  'The encrypted database’s library is missing, damaged, or made for another kind of computer. Install Dermaspike again; the clinic’s data stays as it is.';

/** SQLite's result codes, by their beginning, and what they mean to the clinic. */
const meanings: readonly (readonly [prefix: string, code: StoreErrorCode, message: string])[] = [
  ['SQLITE_FULL', 'disk-full', diskFull],
  [
    'SQLITE_BUSY',
    'database-in-use',
    'Another running Dermaspike has this clinic open. Close that one, then try again.',
  ],
  [
    'SQLITE_LOCKED',
    'database-in-use',
    'Another running Dermaspike has this clinic open. Close that one, then try again.',
  ],
  [
    'SQLITE_NOTADB',
    'database-damaged',
    "The clinic's database cannot be decrypted: the file is damaged, or it belongs to another clinic. Restore the clinic from a backup.",
  ],
  [
    'SQLITE_CORRUPT',
    'database-damaged',
    "A part of the clinic's database is damaged and was not read. Copy the data folder as it is, then restore it from a backup.",
  ],
  [
    'SQLITE_CANTOPEN',
    'no-access',
    'The file clinic.db cannot be opened. See that this user may write to it and to the data folder.',
  ],
  [
    'SQLITE_IOERR',
    'database-damaged',
    "The disk failed while the clinic's database was being read or written. Check the disk and its connection, then open the clinic again.",
  ],
  [
    'SQLITE_READONLY',
    'no-access',
    "The clinic's database may only be read, so nothing was saved. Give this user the right to write to the data folder, then open the clinic again.",
  ],
  [
    // Ids are never given twice, and names are taken apart into different words.
    'SQLITE_CONSTRAINT_PRIMARYKEY',
    'database-damaged',
    "Parts of the clinic's database contradict each other, as when pages of an older copy are put back. Copy the data folder as it is, then restore it from a backup.",
  ],
  [
    'SQLITE_CONSTRAINT_FOREIGNKEY',
    'not-found',
    'The record refers to one that is not in the database, so nothing was saved. Open the list again.',
  ],
];

/** The store's error for one of SQLite's or of the file system's; any other passes unchanged. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof Database.SqliteError) {
    const meaning = meanings.find(([prefix]) => error.code.startsWith(prefix));
    return meaning ? new StoreError(meaning[1], meaning[2], { cause: error }) : error;
  }
  if (error instanceof Error && 'code' in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code)))
    return new StoreError('disk-full', diskFull, { cause: error });
  if (error instanceof Error && 'code' in error && libraryFailures.includes(String(error.code)))
    return new StoreError('database-library', noLibrary, { cause: error });
  const problem = accessProblem(error);
  return problem ? new StoreError('no-access', problem, { cause: error }) : error;
}

/** Runs `work`; what it throws is thrown as a `StoreError` where there is one for it. */
export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asStoreError(error);
  }
}
