// What a package holds, file by file: everything that the desktop program needs at run time on one
// system, and nothing else. Paths are the project's, and keep their place in the package.
import { globSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../project.mjs';

/** @typedef {{ platform: 'linux' | 'darwin' | 'win32', arch: 'x64' | 'arm64' }} Target */

/** The product's own files. The command line and the web shell need a Node, and stay out. */
const own = [
  'LICENSE',
  'build/package/update-keys.pem',
  'dist/{electron-main,station,desktop-decoder,bridge,virtual-device,emulator-worker,learning-worker,explaining-worker}.mjs',
  'dist/preload.cjs',
  'dist/third-party.json',
  'dist/shared/*.mjs',
  'dist/renderer/**/*',
  'migrations/*.sql',
  'models/qana-4/*',
  'models/outline-1/*',
  'models/change-1/*',
  'native-bridge/akida-runtime/*.py',
];

/**
 * Packages that carry native code and are loaded from node_modules, with what they need there.
 * @param {Target} target
 * @returns {Record<string, string[]>}
 */
function modules({ platform, arch }) {
  const hid = platform === 'linux' ? 'HID_hidraw' : 'HID';
  const usb = {
    linux: `linux-${arch}/node.napi.glibc.node`,
    darwin: 'darwin-x64+arm64/*.node',
    win32: `win32-${arch}/node.napi.node`,
  }[platform];
  return {
    'better-sqlite3': ['LICENSE', 'lib/**/*.js', `prebuilds/${platform}-${arch}.node`],
    'node-hid': [
      'LICENSE-bsd.txt',
      'nodehid.js',
      'binding-options.js',
      `prebuilds/${hid}-${platform}-${arch}/*.node`,
    ],
    'pkg-prebuilds': ['LICENSE', 'bindings.js', 'lib/prebuild.js'],
    usb: ['LICENSE', 'dist/**/*.js', `prebuilds/${usb}`],
    'node-gyp-build': ['LICENSE', 'index.js', 'node-gyp-build.js'],
    // By which the station's memory is kept from other programs.
    ...(platform === 'linux' && {
      koffi: ['LICENSE.txt', 'index.cjs', 'src/koffi/{index.cjs,src/static.cjs}'],
      [`@koromix/koffi-linux-${arch}`]: ['index.js', `linux_${arch}/koffi.node`],
    }),
    // Codecs in WebAssembly: the same files for every system.
    'libheif-js': ['LICENSE', 'libheif-wasm/{LICENSE,libheif-bundle.js}'],
    '@cornerstonejs/codec-openjpeg': ['dist/openjpegwasm_decode.{js,wasm}'],
    '@img/sharp-wasm32': ['LICENSE', 'index.cjs', 'lib/*', 'versions.json'],
    '@img/sharp-wasm32/node_modules/@emnapi/runtime': [
      'LICENSE',
      'index.js',
      'dist/emnapi.cjs{,.min}.js',
    ],
  };
}

/**
 * The files of a package for `target`, relative to the project, sorted.
 * @param {Target} target
 * @param {{ mayLack?: boolean }} [options] mayLack: leave out what is not installed here, as another
 *   system's libraries are
 */
export function packageFiles(target, { mayLack = false } = {}) {
  const files = own.flatMap((pattern) => matching(pattern, '.', mayLack));
  for (const [name, patterns] of Object.entries(modules(target))) {
    const folder = path.join('node_modules', name);
    const found = ['package.json', ...patterns].flatMap((pattern) =>
      matching(pattern, folder, mayLack),
    );
    files.push(...found);
  }
  return [...new Set(files)].sort();
}

/** The packages whose files are in it, apart from what is bundled. */
export const packedModules = (/** @type {Target} */ target) => Object.keys(modules(target));

/**
 * @param {string} pattern
 * @param {string} folder
 * @param {boolean} mayLack
 */
function matching(pattern, folder, mayLack) {
  const cwd = path.join(projectRoot, folder);
  const found = globSync(pattern, { cwd, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(projectRoot, path.join(entry.parentPath, entry.name)));
  if (found.length === 0 && !mayLack)
    throw new Error(`A package needs ${path.join(folder, pattern)}, which is not here.`);
  return found;
}
