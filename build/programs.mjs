// What the product is bundled from: by `bundle.mjs`, and for the desktop tests' older Electron.

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
