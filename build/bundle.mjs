// Bundles each process of the product into one file in dist/, and the user interface beside them.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { build as viteBuild } from 'vite';
import { projectRoot } from './project.mjs';

/** Node programs, by the name under which `src/processes` starts them. */
const programs = {
  cli: 'src/cli/main.ts',
  station: 'src/station/process.ts',
  decoder: 'src/imaging/process.ts',
  bridge: 'native-bridge/process.ts',
  'emulator-worker': 'native-bridge/accelerators/emulator-worker.ts',
  'web-shell': 'src/web-shell/main.ts',
  'electron-main': 'electron/main.ts',
};

/** Loaded from node_modules at run time: they carry native code. */
const external = [
  /^node:/,
  /^electron/,
  'better-sqlite3',
  'sharp',
  'onnxruntime-node',
  'usb',
  'node-hid',
];

async function bundlePrograms() {
  const bundle = await rolldown({
    input: Object.fromEntries(
      Object.entries(programs).map(([name, file]) => [name, path.join(projectRoot, file)]),
    ),
    platform: 'node',
    external,
    logLevel: 'warn',
  });
  await bundle.write({
    dir: path.join(projectRoot, 'dist'),
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'shared/[name]-[hash].mjs',
    sourcemap: true,
  });
  await bundle.close();
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
    file: path.join(projectRoot, 'dist/preload.cjs'),
    format: 'cjs',
    sourcemap: false,
  });
  await bundle.close();
}

async function bundleRenderer() {
  await viteBuild({
    configFile: path.join(projectRoot, 'renderer/vite.config.ts'),
    logLevel: 'warn',
  });
}

await rm(path.join(projectRoot, 'dist'), { recursive: true, force: true });
await Promise.all([bundlePrograms(), bundlePreload(), bundleRenderer()]);
