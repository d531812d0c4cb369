import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { electronBinary, FetchStamp, fetchElectron, hasDisplay } from '../../build/electron.mjs';
import { choose } from '../../build/start.mjs';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-start-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('npm start', () => {
  const machine = { display: true, binary: true, insist: false, triedBefore: false };

  test('opens the desktop window where there is a display and Electron', () => {
    expect(choose(machine)).toBe('window');
    expect(choose({ ...machine, triedBefore: true })).toBe('window');
  });

  test('serves the web shell where there is no display', () => {
    expect(choose({ ...machine, display: false })).toBe('web');
    expect(choose({ ...machine, display: false, binary: false })).toBe('web');
  });

  test('fetches Electron once, and uses the web shell after a failure', () => {
    expect(choose({ ...machine, binary: false })).toBe('fetch');
    expect(choose({ ...machine, binary: false, triedBefore: true })).toBe('web');
  });

  test('insists on the window when asked for it by name', () => {
    const insisting = { ...machine, insist: true };
    expect(choose({ ...insisting, binary: false, triedBefore: true })).toBe('fetch');
    expect(choose({ ...insisting, display: false })).toBe('no-display');
  });
});

test('a display is what the system says', () => {
  expect(hasDisplay({}, 'linux')).toBe(false);
  expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false);
  expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
  expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
  expect(hasDisplay({}, 'darwin')).toBe(true);
  expect(hasDisplay({}, 'win32')).toBe(true);
});

describe('Electron’s binary', () => {
  test('counts only when its installer has finished', async () => {
    const electron = path.join(folder, 'package');
    await mkdir(path.join(electron, 'dist'), { recursive: true });
    await writeFile(path.join(electron, 'dist/electron'), '');
    expect(electronBinary({}, 'linux', electron)).toBeUndefined();
    await writeFile(path.join(electron, 'path.txt'), 'electron');
    expect(electronBinary({}, 'linux', electron)).toBe(path.join(electron, 'dist/electron'));
  });

  test('is taken from ELECTRON_OVERRIDE_DIST_PATH when that is set', async () => {
    const own = path.join(folder, 'own');
    await mkdir(own);
    const env = { ELECTRON_OVERRIDE_DIST_PATH: own };
    expect(electronBinary(env, 'linux')).toBeUndefined();
    await writeFile(path.join(own, 'electron'), '');
    expect(electronBinary(env, 'linux')).toBe(path.join(own, 'electron'));
  });

  test('is fetched by Electron’s own installer', async () => {
    expect(await fetchElectron(await installer('process.exit(0)'))).toBeUndefined();
  });

  test('is not waited for when the installer fails; its reason is passed on', async () => {
    const failing = await installer(
      'console.error(new TypeError("no way out").stack); process.exit(1)',
    );
    expect(await fetchElectron(failing)).toBe('no way out');
  });

  test('is not waited for longer than the limit', async () => {
    const slow = await installer('setInterval(() => {}, 1000)');
    expect(await fetchElectron(slow, 200)).toBe('not done after 0.2 s');
  });

  test('is not fetched again after a failure, until that is forgotten', () => {
    const stamp = new FetchStamp(path.join(folder, 'stamp'));
    expect(stamp.isSet()).toBe(false);
    stamp.set('no way out');
    expect(new FetchStamp(path.join(folder, 'stamp')).isSet()).toBe(true);
    stamp.clear();
    expect(stamp.isSet()).toBe(false);
  });
});

async function installer(script: string): Promise<string> {
  const file = path.join(await mkdtemp(path.join(folder, 'installer-')), 'install.mjs');
  await writeFile(file, script);
  return file;
}
