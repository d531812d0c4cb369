import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFiles, type Target } from '../../build/package/contents.mjs';
import { fuses, readFuses } from '../../build/package/fuses.mjs';
import { makePackages } from '../../build/package/packages.mjs';
import { releasedElectron } from '../desktop/electron22/packaged.mjs';
import { electronVersion } from '../desktop/electron22/places.mjs';
import { lacks } from '../requirements.ts';

const suite = 'packages of the desktop program';
const builtAt = new Date('2026-11-27T10:00:00Z');
const version = '1.2.3';
const target: Target = { platform: 'linux', arch: 'x64' };

/** Files of the program in a package: what is not one of these is a stranger. */
const expected = [
  /^(LICENSE|package\.json|build\/package\/update-keys\.pem)$/,
  /^dist\/(electron-main|station|desktop-decoder|bridge|virtual-device|emulator-worker|learning-worker|explaining-worker)\.mjs$/,
  /^dist\/(\.built-from|prepared\/[0-9a-f]{64}\.bin)$/,
  /^dist\/(preload\.cjs|third-party\.json|shared\/[\w-]+\.mjs)$/,
  /^dist\/renderer\/(index\.html|assets\/[\w.-]+\.(js|css|svg|woff2))$/,
  /^migrations\/\d{4}_[a-z_]+\.sql$/,
  /^models\/(qana-4|outline-1|change-1)\/[\w.-]+$/,
  /^native-bridge\/akida-runtime\/\w+\.py$/,
  /^node_modules\/(@\w+\/)?[\w-]+\/(package\.json|([\w-]+\/)?LICEN[CS]E[\w.-]*)$/,
  /^node_modules\/(@\w+\/)?[\w-]+\/([\w./-]+\.([cm]?js|wasm|so[\d.]*)|versions\.json)$/,
  /^node_modules\/@koromix\/koffi-linux-x64\/linux_x64\/koffi\.node$/,
  /^node_modules\/better-sqlite3\/prebuilds\/linux-x64\.node$/,
  /^node_modules\/node-hid\/prebuilds\/HID_hidraw-linux-x64\/[\w-]+\.node$/,
  /^node_modules\/usb\/prebuilds\/linux-x64\/node\.napi\.glibc\.node$/,
];

test.each<Target>([
  target,
  { platform: 'linux', arch: 'arm64' },
  { platform: 'win32', arch: 'x64' },
  { platform: 'darwin', arch: 'arm64' },
])('a package for $platform on $arch holds no other system’s libraries', (wanted) => {
  const native = packageFiles(wanted, { mayLack: true }).filter((file) =>
    /\.(node|so[\d.]*|dylib|dll)$/.test(file),
  );
  const { platform, arch } = wanted;
  for (const file of native)
    expect(file).toMatch(platform === 'darwin' ? /darwin-/ : new RegExp(`${platform}-${arch}`));
});

describe.skipIf(lacks('desktop', suite))(suite, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-package-'));
  const output = path.join(folder, 'made');
  const unpacked = path.join(output, 'linux-unpacked');
  const archive = path.join(unpacked, 'resources/app.asar');
  const electron = { folder: path.join(folder, 'electron'), version: electronVersion };
  const pack = (to: string) =>
    makePackages({ target, output: to, version, builtAt, only: 'dir', electron });
  beforeAll(async () => {
    releasedElectron(electron.folder);
    await pack(output);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('hold what is needed, and no stranger', () => {
    const files = listPackage(archive, { isPack: false })
      .map((file) => file.slice(1))
      .filter((file) => !readdirOf(archive, file));
    expect(files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(packageFiles(target).map(hoisted)));
    const beside = readdirSync(path.join(unpacked, 'resources')).sort();
    expect(beside).toEqual(['app.asar', 'app.asar.unpacked', 'dermaspike.cdx.json']);
  });

  test('take less than 280 MB', () => {
    expect(sizeOf(unpacked) / 1e6).toBeLessThan(280);
  });

  test('have every fuse set as it should be, read back from the binary', async () => {
    const set = await readFuses(path.join(unpacked, 'dermaspike'));
    expect(Object.keys(set).length).toBeGreaterThanOrEqual(7);
    for (const [name, isOn] of Object.entries(set))
      expect(isOn, name).toBe(fuses[name as keyof typeof fuses]);
  });

  test('carry a bill of materials that names what is bundled and what is compiled in', () => {
    const file = path.join(unpacked, 'resources/dermaspike.cdx.json');
    const bill = JSON.parse(readFileSync(file, 'utf8'));
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    const names = bill.components.map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'electron',
        'react',
        'react-dom',
        'zod',
        'usb',
        'node-hid',
        '@img/sharp-wasm32',
        'sharp',
      ]),
    );
    const inner = bill.components.flatMap(
      ({ components = [] }: { components?: { name: string }[] }) => components,
    );
    expect(inner.map(({ name }: { name: string }) => name)).toContain('vips');
    const texts = JSON.parse(extractFile(archive, 'dist/third-party.json').toString());
    for (const { name, text } of texts) expect(text.length, name).toBeGreaterThan(100);
  });

  test('of one commit are the same bytes', async () => {
    const again = path.join(folder, 'again');
    await pack(again);
    expect(hashesOf(path.join(again, 'linux-unpacked'))).toEqual(hashesOf(unpacked));
  }, 300_000);
});

/** Where electron-builder puts a module that lies within another one. */
const hoisted = (file: string) =>
  file.replace(/^node_modules\/.*\/node_modules\//, 'node_modules/');

function readdirOf(archive: string, file: string): boolean {
  try {
    extractFile(archive, file);
    return false;
  } catch {
    return true;
  }
}

function sizeOf(folder: string): number {
  return Number(execFileSync('du', ['-sb', folder], { encoding: 'utf8' }).split('\t')[0]);
}

function hashesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    files
      .filter((file) => statSync(path.join(folder, file)).isFile())
      .map((file) => [
        file,
        createHash('sha256')
          .update(readFileSync(path.join(folder, file)))
          .digest('hex'),
      ]),
  );
}
