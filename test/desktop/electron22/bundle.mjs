// Bundles the product for the older Electron: the same sources, as CommonJS where it knows no ES
// modules, for its Chrome, and with the shims of `shims/` before them. Nothing else differs.
import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { build as viteBuild } from 'vite';
import { desktopDecoder, external, programs, withPortableSharp } from '../../../build/programs.mjs';
import { projectRoot } from '../../../build/project.mjs';
import { appFolder, sqliteFolder } from './places.mjs';

const shims = path.join(import.meta.dirname, 'shims');
const chrome = 'chrome108';
const { cli: _, decoder: __, 'web-shell': ___, 'web-relay': ____, ...inDesktop } = programs;

/** Builds the program folder aside and moves it into place whole. */
export async function bundleApp() {
  const target = `${appFolder}.new-${process.pid}`;
  await rm(target, { recursive: true, force: true });
  await mkdir(path.join(target, 'dist'), { recursive: true });
  await Promise.all([
    ...Object.entries(inDesktop).map((program) => bundleProgram(target, program, { external })),
    ...Object.entries(desktopDecoder).map((program) =>
      bundleProgram(target, program, withPortableSharp),
    ),
    bundlePreload(target),
    bundleRenderer(target),
    cp(shims, path.join(target, 'shims'), { recursive: true }),
    linkParts(target),
    describe(target),
  ]);
  await rm(appFolder, { recursive: true, force: true });
  await rename(target, appFolder);
}

async function bundleProgram(
  /** @type {string} */ target,
  /** @type {[name: string, file: string]} */ [name, file],
  /** @type {import('rolldown').InputOptions} */ options,
) {
  const bundle = await rolldown({
    input: path.join(projectRoot, file),
    platform: 'node',
    logLevel: 'warn',
    transform: {
      target: chrome,
      define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    },
    ...options,
  });
  await bundle.write({
    file: path.join(target, 'dist', `${name}.cjs`),
    format: 'cjs',
    banner: "require('../shims/node.cjs');",
    codeSplitting: false,
    sourcemap: true,
  });
  await bundle.close();
}

async function bundlePreload(/** @type {string} */ target) {
  const bundle = await rolldown({
    input: path.join(projectRoot, 'electron/preload.ts'),
    platform: 'browser',
    external: ['electron'],
    logLevel: 'warn',
    transform: { target: chrome },
  });
  await bundle.write({ file: path.join(target, 'dist/preload.cjs'), format: 'cjs' });
  await bundle.close();
}

async function bundleRenderer(/** @type {string} */ target) {
  const source = await readFile(path.join(shims, 'builtins.cjs'), 'utf8');
  await viteBuild({
    configFile: path.join(projectRoot, 'renderer/vite.config.ts'),
    build: { outDir: path.join(target, 'dist/renderer') },
    logLevel: 'error',
    plugins: [
      {
        name: 'for-the-older-chrome',
        // Its own list would be added to; CSS nesting is Chrome 112's.
        config(config) {
          Object.assign(config.build ?? {}, { target: chrome });
          // The page's threads see nothing of what the page was given.
          const renderChunk = (/** @type {string} */ code) => `{${source}}\n${code}`;
          config.worker = { plugins: () => [{ name: 'for-the-older-chrome', renderChunk }] };
        },
        generateBundle() {
          this.emitFile({ type: 'asset', fileName: 'shims.js', source: `{${source}}` });
        },
        transformIndexHtml: () => [
          { tag: 'script', attrs: { src: './shims.js' }, injectTo: 'head-prepend' },
        ],
      },
    ],
  });
}

/** What the bundles load at run time; the encrypted database's library is the compiled one. */
async function linkParts(/** @type {string} */ target) {
  for (const name of ['migrations', 'models', 'native-bridge'])
    await symlink(path.join(projectRoot, name), path.join(target, name));
  const modules = path.join(target, 'node_modules');
  await mkdir(path.join(modules, '@img'), { recursive: true });
  for (const scope of ['@cornerstonejs', '@koromix']) await mkdir(path.join(modules, scope));
  await symlink(sqliteFolder, path.join(modules, 'better-sqlite3'));
  for (const name of [
    'usb',
    'node-hid',
    '@img/sharp-wasm32',
    'libheif-js',
    '@cornerstonejs/codec-openjpeg',
    'koffi',
    '@koromix/koffi-linux-x64',
  ])
    await symlink(path.join(projectRoot, 'node_modules', name), path.join(modules, name));
}

async function describe(/** @type {string} */ target) {
  const text = await readFile(path.join(projectRoot, 'package.json'), 'utf8');
  const { name, productName, version, description, license } = JSON.parse(text);
  const description22 = {
    name,
    productName,
    version,
    description,
    license,
    main: 'shims/entry.cjs',
  };
  await writeFile(path.join(target, 'package.json'), JSON.stringify(description22, null, 2));
}
