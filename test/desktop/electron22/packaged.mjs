// A packaged program, as far as Electron can tell: under a name of its own, with the product inside.
import {
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { appFolder, electronFolder, sqliteFolder } from './places.mjs';

const folder = `${path.dirname(appFolder)}/packaged`;
export const packagedBinary = path.join(folder, 'dermaspike');

/** Hard links to the fetched Electron where they can be made, else a copy. */
export function packageApp() {
  rmSync(folder, { recursive: true, force: true });
  try {
    run('cp', ['-al', electronFolder, folder]);
  } catch {
    rmSync(folder, { recursive: true, force: true });
    run('cp', ['-a', electronFolder, folder]);
  }
  renameSync(path.join(folder, 'electron'), packagedBinary);
  const inside = path.join(folder, 'resources/app');
  if (existsSync(inside)) rmSync(inside, { recursive: true });
  symlinkSync(appFolder, inside);
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
