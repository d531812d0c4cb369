// Bundles each process of the product into one file in dist/, and the user interface beside them.
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { build as viteBuild } from 'vite';
import { desktopDecoder, external, programs, withPortableSharp } from './programs.mjs';
import { projectRoot } from './project.mjs';

/** Built aside and moved into place whole, so that `dist/` is never half a build. */
const target = path.join(projectRoot, `dist.new-${process.pid}`);

async function bundlePrograms() {
  await bundle(programs, { external });
  await bundle(desktopDecoder, withPortableSharp);
}

async function bundle(
  /** @type {Record<string, string>} */ input,
  /** @type {import('rolldown').InputOptions} */ options,
) {
  const made = await rolldown({
    input: Object.fromEntries(
      Object.entries(input).map(([name, file]) => [name, path.join(projectRoot, file)]),
    ),
    platform: 'node',
    logLevel: 'warn',
    ...options,
  });
  await made.write({
    dir: target,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'shared/[name]-[hash].mjs',
    sourcemap: true,
  });
  await made.close();
}

/** The preload script runs sandboxed, where only CommonJS is loaded. */
async function bundlePreload() {
  const bundle = await rolldown({
    input: path.join(projectRoot, 'electron/preload.ts'),
    platform: 'browser',
    external: ['electron'],
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
  });
}

const current = path.join(projectRoot, 'dist');
const previous = path.join(projectRoot, `dist.old-${process.pid}`);
await Promise.all([bundlePrograms(), bundlePreload(), bundleRenderer()]);
// A running program keeps the files that it started from.
if (existsSync(current)) await rename(current, previous);
await rename(target, current);
await rm(previous, { recursive: true, force: true });
