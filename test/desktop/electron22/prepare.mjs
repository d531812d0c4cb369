// Everything that the desktop tests need of this machine, fetched and compiled once.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fetchElectron } from './fetch.mjs';
import { electronBinary, electronVersion } from './places.mjs';
import { compileSqlite, hasSqlite } from './sqlite.mjs';

/** Whether the desktop tests can run here as it is. */
export function isPrepared() {
  return existsSync(electronBinary) && hasSqlite() && missingCommands().length === 0;
}

/** Makes it so. @throws Error that says what is missing and how to get it. */
export async function prepare() {
  const missing = missingCommands();
  if (missing.length > 0)
    throw new Error(
      `The desktop tests need ${missing.join(', ')}: apt-get install xvfb strace util-linux.`,
    );
  const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
  if (!existsSync(electronBinary)) say(`Fetching Electron ${electronVersion} (102 MB, once) …`);
  await fetchElectron();
  if (!hasSqlite()) say('Compiling the encrypted database’s library for it (once, a minute) …');
  await compileSqlite();
}

function missingCommands() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return ['Xvfb', 'strace', 'unshare'].filter(
    (name) => !folders.some((folder) => existsSync(path.join(folder, name))),
  );
}

if (process.argv[1] === import.meta.filename) {
  prepare().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
}
