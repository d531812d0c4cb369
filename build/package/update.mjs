// Makes a signed update file of a package: `<package>.dermaspike-update`.
import { createPrivateKey } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { productName } from '../../src/interchange/updates/manifest.ts';
import { makeUpdateFile, updateExtension } from '../../src/interchange/updates/update-file.ts';
import { projectRoot } from '../project.mjs';

/** The form of a package, by its ending; others are no packages that a program is updated with. */
const kinds = /** @type {const} */ ({
  '.AppImage': 'appimage',
  '.deb': 'deb',
  '.exe': 'nsis',
  '.zip': 'zip',
});

/**
 * @param {string} packageFile
 * @param {{
 *   target: import('./contents.mjs').Target, version: string, builtAt: Date, keyFile: string,
 *   notes?: string,
 * }} options keyFile: the private key, PEM; notes: what is new
 * @returns {Promise<string | undefined>} the update file; none of what cannot be updated with
 */
export async function makeUpdate(packageFile, { target, version, builtAt, keyFile, notes = '' }) {
  const ending = /** @type {keyof typeof kinds} */ (path.extname(packageFile));
  if (!(ending in kinds)) return undefined;
  // The portable program for Windows is replaced by hand.
  if (ending === '.exe' && !path.basename(packageFile).includes(' Setup ')) return undefined;
  const key = createPrivateKey(await readFile(keyFile));
  const file = `${packageFile}.${updateExtension}`;
  const described = {
    product: productName,
    version,
    ...target,
    kind: kinds[ending],
    fileName: path.basename(packageFile).replace(/[^\w.+-]/g, '-'),
    database: (await readdir(path.join(projectRoot, 'migrations'))).filter((name) =>
      name.endsWith('.sql'),
    ).length,
    // Every migration since the first is in the program.
    leastDatabase: 1,
    madeAt: builtAt.toISOString(),
    notes,
  };
  await makeUpdateFile(packageFile, file, described, key);
  return file;
}
