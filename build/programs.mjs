// What the product is bundled from: by `bundle.mjs`, for mutants, and for the desktop tests' older
// Electron.
import path from 'node:path';
import { rolldown } from 'rolldown';

/** Node programs, by the name under which `src/processes` starts them. */
export const programs = {
  cli: 'src/cli/main.ts',
  station: 'src/station/process.ts',
  decoder: 'src/imaging/process.ts',
  bridge: 'native-bridge/process.ts',
  'virtual-device': 'native-bridge/virtual-device/process.ts',
  'emulator-worker': 'native-bridge/accelerators/emulator-worker.ts',
  'learning-worker': 'src/clinic/learning-worker.ts',
  'explaining-worker': 'src/clinic/explaining-worker.ts',
  'web-shell': 'src/web-shell/main.ts',
  'web-relay': 'src/web-shell/relay-process.ts',
  'electron-main': 'electron/main.ts',
};

/**
 * Electron's: the decoder with libvips in WebAssembly. The native one brings a GLib of its own, and
 * under Linux there is the system's already in Electron's processes.
 */
export const desktopDecoder = { 'desktop-decoder': programs.decoder };

/** Loaded from node_modules at run time: they carry native code, or libvips. */
export const external = [
  /^node:/,
  /^electron/,
  'better-sqlite3',
  'sharp',
  'onnxruntime-node',
  'usb',
  'node-hid',
  '@img/sharp-wasm32/sharp.node',
];

/**
 * How `desktopDecoder` is bundled otherwise: sharp goes in, and looks for no native libvips.
 * @type {{ external: import('rolldown').ExternalOption, plugins: import('rolldown').RolldownPluginOption }}
 */
export const withPortableSharp = {
  external: external.filter((name) => name !== 'sharp'),
  plugins: [
    {
      name: 'portable-sharp',
      load: {
        filter: { id: /[\\/]sharp[\\/]dist[\\/]sharp\.mjs$/ },
        handler: () => "export { default } from '@img/sharp-wasm32/sharp.node';",
      },
    },
  ],
};

/**
 * Bundles the Node programs, one file each and what they share.
 * @param {string} root the project that holds their sources
 * @param {string} target
 * @param {import('rolldown').RolldownPluginOption} [plugins]
 */
export async function bundlePrograms(root, target, plugins) {
  await bundle(root, target, programs, { external, plugins });
  await bundle(root, target, desktopDecoder, {
    external: withPortableSharp.external,
    plugins: [withPortableSharp.plugins, plugins],
  });
}

/**
 * @param {string} root
 * @param {string} target
 * @param {Record<string, string>} input
 * @param {import('rolldown').InputOptions} options
 */
async function bundle(root, target, input, options) {
  const made = await rolldown({
    input: Object.fromEntries(
      Object.entries(input).map(([name, file]) => [name, path.join(root, file)]),
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
