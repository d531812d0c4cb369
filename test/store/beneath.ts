import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { pageBytes } from '../../src/store/connection.ts';
import { Pages } from '../../src/store/pages.ts';

// Changes that no Dermaspike makes, in the database of a closed clinic: what damage and other programs leave.

/** Changes what is in one page, which stays authentic. */
export function rewritePage(
  file: string,
  key: Uint8Array,
  number: number,
  change: (text: Buffer) => void,
): void {
  const descriptor = openSync(file, 'r+');
  const read = (page: number) => {
    const buffer = Buffer.alloc(pageBytes);
    readSync(descriptor, buffer, 0, pageBytes, (page - 1) * pageBytes);
    return buffer;
  };
  const pages = new Pages(key, read(1));
  const former = read(number);
  const text = pages.open(former, number);
  if (!text) throw new Error('not authentic');
  change(text);
  writeSync(descriptor, pages.seal(text, number, former), 0, pageBytes, (number - 1) * pageBytes);
  closeSync(descriptor);
}

function changed(file: string, key: Uint8Array, sql: string): void {
  const database = new Database(file) as Database.Database & { key(key: Buffer): number };
  database.pragma("cipher = 'sqlcipher'");
  database.pragma('legacy = 4');
  database.key(Buffer.concat([Buffer.from('raw:'), key]));
  // The schema is not to be written to otherwise.
  database.unsafeMode();
  database.exec(`PRAGMA foreign_keys = OFF; PRAGMA writable_schema = ON; ${sql}`);
  database.close();
}

/** Does `sql` without SQLite knowing of `index`, which stays as it was. */
export function behindIndex(file: string, key: Uint8Array, index: string, sql: string): void {
  changed(
    file,
    key,
    `CREATE TABLE hidden AS SELECT * FROM sqlite_schema WHERE name = '${index}';
     DELETE FROM sqlite_schema WHERE name = '${index}'`,
  );
  changed(file, key, sql);
  changed(file, key, 'INSERT INTO sqlite_schema SELECT * FROM hidden; DROP TABLE hidden');
}
