// What the product is bundled from: by `bundle.mjs`, and for the desktop tests' older Electron.

/** Node programs, by the name under which `src/processes` starts them. */
export const programs = {
  cli: 'src/cli/main.ts',
  station: 'src/station/process.ts',
  decoder: 'src/imaging/process.ts',
  bridge: 'native-bridge/process.ts',
  'emulator-worker': 'native-bridge/accelerators/emulator-worker.ts',
  'learning-worker': 'src/clinic/learning-worker.ts',
  'web-shell': 'src/web-shell/main.ts',
  'electron-main': 'electron/main.ts',
};

/** Loaded from node_modules at run time: they carry native code. */
export const external = [
  /^node:/,
  /^electron/,
  'better-sqlite3',
  'sharp',
  'onnxruntime-node',
  'usb',
  'node-hid',
];
