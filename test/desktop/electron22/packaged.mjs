// A packaged program, as far as Electron can tell: under a name of its own, with the product inside.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../build/project.mjs';
import { run } from './command.mjs';
import { appFolder, electronFolder, sqliteFolder } from './places.mjs';

const besideApp = (/** @type {string} */ name) => path.join(path.dirname(appFolder), name);
export const packagedBinary = path.join(besideApp('packaged'), 'dermaspike');

export function packageApp() {
  symlinkSync(appFolder, emptyPackage(besideApp('packaged')));
}

/**
 * A packaged program of another version, as an AppImage is mounted: a folder and what starts it.
 * @param {string} version
 * @param {{ updateKeys: string, newMigration?: string }} content newMigration: SQL by which its database is
 *   a newer one
 * @returns {{ folder: string, binary: string, database: number }}
 */
export function packageVersion(version, { updateKeys, newMigration }) {
  const folder = besideApp(`packaged-${version}`);
  const app = emptyPackage(folder);
  cpSync(appFolder, app, { recursive: true, verbatimSymlinks: true });
  const manifest = path.join(app, 'package.json');
  writeFileSync(
    manifest,
    JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), version }),
  );
  mkdirSync(path.join(app, 'build/package'), { recursive: true });
  writeFileSync(path.join(app, 'build/package/update-keys.pem'), updateKeys);
  const migrations = path.join(app, 'migrations');
  const names = readdirSync(migrations);
  if (newMigration) {
    rmSync(migrations);
    cpSync(path.join(projectRoot, 'migrations'), migrations, { recursive: true });
    const number = String(names.length + 1).padStart(4, '0');
    writeFileSync(path.join(migrations, `${number}_of_a_newer_version.sql`), newMigration);
  }
  const database = names.length + (newMigration ? 1 : 0);
  return { folder, binary: path.join(folder, 'dermaspike'), database };
}

/** Electron under the program's name in `folder`; returns where the program belongs, which is free. */
function emptyPackage(/** @type {string} */ folder) {
  rmSync(folder, { recursive: true, force: true });
  try {
    // Hard links to the fetched Electron where they can be made, else a copy.
    run('cp', ['-al', electronFolder, folder]);
  } catch {
    rmSync(folder, { recursive: true, force: true });
    run('cp', ['-a', electronFolder, folder]);
  }
  renameSync(path.join(folder, 'electron'), path.join(folder, 'dermaspike'));
  const inside = path.join(folder, 'resources/app');
  if (existsSync(inside)) rmSync(inside, { recursive: true });
  return inside;
}

/** Electron as it is released: with nothing of the program that carried it here. */
export function releasedElectron(/** @type {string} */ to) {
  cpSync(electronFolder, to, {
    recursive: true,
    filter: (file) => !/\/(usr|AppRun|fiftyone.*|\.DirIcon|resources\/.+)$/.test(file),
  });
}

/** Puts what the older Electron can run in the place of what is to be packed in `app`. */
export async function forOlderElectron(/** @type {string} */ app) {
  for (const part of ['dist', 'shims']) {
    rmSync(path.join(app, part), { recursive: true, force: true });
    cpSync(path.join(appFolder, part), path.join(app, part), { recursive: true });
  }
  const library = 'prebuilds/linux-x64.node';
  cpSync(path.join(sqliteFolder, library), path.join(app, 'node_modules/better-sqlite3', library));
  const file = path.join(app, 'package.json');
  const { type: _type, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
  const { main } = JSON.parse(readFileSync(path.join(appFolder, 'package.json'), 'utf8'));
  writeFileSync(file, JSON.stringify({ ...manifest, main }));
}
