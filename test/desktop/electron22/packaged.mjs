// A packaged program, as far as Electron can tell: under a name of its own, with the product inside.
import { existsSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { appFolder, electronFolder } from './places.mjs';

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
