// Makes the packages of one system: stages what they hold, has electron-builder pack it, sets the
// binary's fuses, with the bill of materials inside.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Arch, build, Platform } from 'electron-builder';
import { projectRoot } from '../project.mjs';
import { canMakeDeb, makeDeb } from './deb.mjs';
import { setFuses } from './fuses.mjs';
import { drawIcons } from './icons.mjs';
import { billOfMaterials } from './sbom.mjs';
import { stage } from './stage.mjs';

const platforms = { linux: Platform.LINUX, darwin: Platform.MAC, win32: Platform.WINDOWS };

/**
 * @param {{
 *   target: import('./contents.mjs').Target, output: string, version: string, builtAt: Date,
 *   only?: 'dir' | 'deb', electron?: { folder: string, version: string },
 *   alter?: (app: string) => Promise<void>,
 * }} wanted electron: an unpacked one in place of the one that is fetched; alter: what is packed may be
 *   changed there first
 * @returns {Promise<string[]>} what was made
 */
export async function makePackages({ target, output, version, builtAt, only, electron, alter }) {
  const app = path.join(output, 'app');
  const resources = path.join(output, 'resources');
  await stage(target, app, { version, builtAt });
  await alter?.(app);
  await drawIcons(resources);
  const packedElectron = electron?.version ?? (await electronVersion());
  const bill = path.join(resources, 'dermaspike.cdx.json');
  await writeFile(
    bill,
    await billOfMaterials({
      version,
      builtAt,
      electronVersion: packedElectron,
    }),
  );
  const platform = platforms[target.platform];
  const made = await build({
    projectDir: projectRoot,
    targets: platform.createTarget(only ? 'dir' : null, Arch[target.arch]),
    publish: 'never',
    config: {
      extends: path.join(projectRoot, 'build/package/electron-builder.yml'),
      directories: { app, output, buildResources: resources },
      electronVersion: packedElectron,
      ...(electron && { electronDist: electron.folder }),
      extraResources: [{ from: bill, to: path.basename(bill) }],
      afterPack: ({ appOutDir }) => setFuses(path.join(appOutDir, binaryName(target.platform))),
    },
  });
  await rm(app, { recursive: true });
  const unpacked = path.join(output, unpackedName(target));
  if (target.platform === 'linux' && only !== 'dir' && canMakeDeb())
    made.push(
      await makeDeb({
        unpacked,
        icons: path.join(resources, 'icons'),
        output,
        version,
        arch: target.arch,
        builtAt,
      }),
    );
  return [unpacked, ...made];
}

/** Electron's binary in what was unpacked. */
export function binaryName(/** @type {import('./contents.mjs').Target['platform']} */ platform) {
  if (platform === 'darwin') return 'Dermaspike.app';
  return platform === 'win32' ? 'Dermaspike.exe' : 'dermaspike';
}

function unpackedName(/** @type {import('./contents.mjs').Target} */ { platform, arch }) {
  const suffix = arch === 'x64' ? '' : `-${arch}`;
  if (platform === 'darwin') return `mac${suffix}`;
  return `${platform === 'win32' ? 'win' : 'linux'}${suffix}-unpacked`;
}

async function electronVersion() {
  const manifest = path.join(projectRoot, 'node_modules/electron/package.json');
  return JSON.parse(await readFile(manifest, 'utf8')).version;
}
