// The Debian package, made by dpkg-deb of what electron-builder unpacked: unlike the tool that
// electron-builder would fetch for it, it gives the same bytes for the same commit.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../project.mjs';
import { linuxSizes } from './icons.mjs';

const here = path.join(projectRoot, 'build/package/linux');
const installFolder = 'opt/Dermaspike';

/** The libraries that Electron's binary is linked with, and what opens links and finds keys. */
const dependencies = [
  'libgtk-3-0 | libgtk-3-0t64',
  'libnss3',
  'libasound2 | libasound2t64',
  'libgbm1',
  'libatspi2.0-0 | libatspi2.0-0t64',
  'libxss1',
  'libxtst6',
  'libnotify4',
  'libsecret-1-0',
  'libusb-1.0-0',
  'xdg-utils',
];

/**
 * Makes `<output>/dermaspike_<version>_<arch>.deb`.
 * @param {{ unpacked: string, icons: string, output: string, version: string, arch: 'x64' | 'arm64', builtAt: Date }} made
 *   unpacked: electron-builder's folder; icons: with `<size>x<size>.png`
 * @returns {Promise<string>} its path
 */
export async function makeDeb({ unpacked, icons, output, version, arch, builtAt }) {
  const root = path.join(output, 'deb');
  const debArch = arch === 'x64' ? 'amd64' : 'arm64';
  await rm(root, { recursive: true, force: true });
  const put = async (/** @type {string} */ from, /** @type {string} */ to) => {
    await mkdir(path.dirname(path.join(root, to)), { recursive: true });
    await cp(from, path.join(root, to), { recursive: true });
  };
  await put(unpacked, installFolder);
  await put(path.join(here, 'dermaspike.desktop'), 'usr/share/applications/dermaspike.desktop');
  await put(path.join(here, 'dermaspike.xml'), 'usr/share/mime/packages/dermaspike.xml');
  await put(path.join(here, 'apparmor-profile'), `${installFolder}/resources/apparmor-profile`);
  await put(
    path.join(projectRoot, 'build/60-dermaspike.rules'),
    'usr/lib/udev/rules.d/60-dermaspike.rules',
  );
  await put(path.join(projectRoot, 'LICENSE'), 'usr/share/doc/dermaspike/copyright');
  for (const size of linuxSizes)
    await put(
      path.join(icons, `${size}x${size}.png`),
      `usr/share/icons/hicolor/${size}x${size}/apps/dermaspike.png`,
    );
  await mkdir(path.join(root, 'usr/bin'), { recursive: true });
  await symlink(`/${installFolder}/dermaspike`, path.join(root, 'usr/bin/dermaspike'));

  const installedKiB = await sizeKiB(root);
  await put(path.join(here, 'postinst'), 'DEBIAN/postinst');
  await put(path.join(here, 'postrm'), 'DEBIAN/postrm');
  const control = {
    Package: 'dermaspike',
    Version: version,
    Architecture: debArch,
    Section: 'science',
    Priority: 'optional',
    Maintainer: 'The Dermaspike project <dermaspike@localhost>',
    'Installed-Size': installedKiB,
    Depends: dependencies.join(', '),
    Description:
      'Workstation for dermatology clinics\n' +
      ' Keeps images of skin lesions in an encrypted database on this computer and\n' +
      ' reads them with a quantized spiking network. Advice, not a diagnosis.',
  };
  const lines = Object.entries(control).map(([field, value]) => `${field}: ${value}\n`);
  await writeFile(path.join(root, 'DEBIAN/control'), lines.join(''));
  await settle(root, builtAt);
  const file = path.join(output, `dermaspike_${version}_${debArch}.deb`);
  execFileSync(
    'dpkg-deb',
    ['--root-owner-group', '-Zxz', '-z1', '--threads-max=1', '--build', root, file],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, SOURCE_DATE_EPOCH: String(Math.floor(builtAt.getTime() / 1000)) },
    },
  );
  await rm(root, { recursive: true });
  return file;
}

/** Gives every file and folder one time and the usual mode, and the sandbox's starter its own. */
async function settle(/** @type {string} */ folder, /** @type {Date} */ builtAt) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isSymbolicLink()) continue;
    if (entry.isDirectory()) await settle(place, builtAt);
    else await chmod(place, await modeOf(place));
    await utimes(place, builtAt, builtAt);
  }
  await chmod(folder, 0o755);
  await utimes(folder, builtAt, builtAt);
}

async function modeOf(/** @type {string} */ file) {
  // Root's, so that it can make the sandbox where the system grants no user namespaces.
  if (path.basename(file) === 'chrome-sandbox') return 0o4755;
  const start = (await readFile(file)).subarray(0, 4).toString('latin1');
  return start === '\x7fELF' || start.startsWith('#!') ? 0o755 : 0o644;
}

async function sizeKiB(/** @type {string} */ folder) {
  const [size] = execFileSync('du', ['-sk', '--apparent-size', folder], { encoding: 'utf8' }).split(
    '\t',
  );
  return Number(size);
}

/** Whether Debian packages can be made here. */
export const canMakeDeb = () => existsSync('/usr/bin/dpkg-deb');
