// Puts what a package holds into a folder of its own, from which electron-builder packs.
import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { nodeBinary, projectRoot } from '../project.mjs';
import { packageFiles, packedModules } from './contents.mjs';

/**
 * @param {import('./contents.mjs').Target} target
 * @param {string} folder made anew
 * @param {{ version: string, builtAt: Date }} options builtAt: when the commit was made
 */
export async function stage(target, folder, { version, builtAt }) {
  await rm(folder, { recursive: true, force: true });
  for (const file of packageFiles(target)) {
    const to = path.join(folder, file);
    await mkdir(path.dirname(to), { recursive: true });
    await copyFile(path.join(projectRoot, file), to);
    await chmod(to, 0o644);
    await utimes(to, builtAt, builtAt);
  }
  for (const file of prepareNetwork(path.join(folder, 'dist'))) {
    await chmod(file, 0o644);
    await utimes(file, builtAt, builtAt);
  }
  // What electron-builder and the program itself read. It packs those modules only that are named.
  const manifest = {
    name: 'dermaspike',
    productName: 'Dermaspike',
    version,
    description: 'Workstation for dermatology clinics',
    author: 'The Dermaspike project',
    license: 'Apache-2.0',
    type: 'module',
    main: 'dist/electron-main.mjs',
    dependencies: Object.fromEntries(
      await Promise.all(
        packedModules(target)
          .filter((name) => !name.includes('/node_modules/'))
          .map(async (name) => {
            const file = path.join(projectRoot, 'node_modules', name, 'package.json');
            return [name, JSON.parse(await readFile(file, 'utf8')).version];
          }),
      ),
    ),
  };
  const file = path.join(folder, 'package.json');
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o644 });
  await utimes(file, builtAt, builtAt);
}

/** The files that it made in `dist`. */
function prepareNetwork(/** @type {string} */ dist) {
  const script = path.join(projectRoot, 'build/package/prepared.mjs');
  const args = ['--no-opt', '--no-maglev', '--no-warnings', script, dist];
  return [path.join(dist, '.built-from'), execFileSync(nodeBinary(), args, { encoding: 'utf8' })];
}
