// Bundles each process of the product into one file in dist/, and the user interface beside them.
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { build as viteBuild } from 'vite';
import { packedModules } from './package/contents.mjs';
import { bundlePrograms } from './programs.mjs';
import { projectRoot } from './project.mjs';
import { recordPackages, thirdParties } from './third-party.mjs';

/** Built aside and moved into place whole, so that `dist/` is never half a build. */
const target = path.join(projectRoot, `dist.new-${process.pid}`);

/** The folders of what is bundled of others. */
const bundled = new Set();
const plugins = [recordPackages(bundled)];

/** The folders of what a package carries beside the bundles, Electron among it. */
function loadedBeside() {
  const target = /** @type {import('./package/contents.mjs').Target} */ ({
    platform: process.platform,
    arch: process.arch,
  });
  return [...packedModules(target), 'electron'].map((name) =>
    path.join(projectRoot, 'node_modules', name),
  );
}

/** The preload script runs sandboxed, where only CommonJS is loaded. */
async function bundlePreload() {
  const bundle = await rolldown({
    input: path.join(projectRoot, 'electron/preload.ts'),
    platform: 'browser',
    external: ['electron'],
    plugins,
    logLevel: 'warn',
  });
  await bundle.write({
    file: path.join(target, 'preload.cjs'),
    format: 'cjs',
    sourcemap: false,
  });
  await bundle.close();
}

async function bundleRenderer() {
  await viteBuild({
    configFile: path.join(projectRoot, 'renderer/vite.config.ts'),
    build: { outDir: path.join(target, 'renderer') },
    logLevel: 'warn',
    plugins,
  });
}

const current = path.join(projectRoot, 'dist');
const previous = path.join(projectRoot, `dist.old-${process.pid}`);
await Promise.all([
  bundlePrograms(projectRoot, target, plugins),
  bundlePreload(),
  bundleRenderer(),
]);
await writeFile(
  path.join(target, 'third-party.json'),
  JSON.stringify(await thirdParties([...bundled, ...loadedBeside()]), null, 1),
);
// A running program keeps the files that it started from.
if (existsSync(current)) await rename(current, previous);
await rename(target, current);
await rm(previous, { recursive: true, force: true });
