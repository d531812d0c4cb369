import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { electronBinary, FetchStamp, fetchElectron, hasDisplay } from '../../build/electron.mjs';
import { projectRoot } from '../../build/project.mjs';
import { choose } from '../../build/start.mjs';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-start-'));
});
afterAll(() => rm(folder, { recursive: true }));
const { ELECTRON_MIRROR, electron_config_cache } = process.env;
afterEach(() => {
  for (const [name, value] of Object.entries({ ELECTRON_MIRROR, electron_config_cache }))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
});

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

  test('is fetched with progress from a mirror, checked, and unpacked by Electron’s own installer', async () => {
    const progress: string[] = [];
    const { electronFolder, mirror } = await anElectron();
    try {
      process.env.ELECTRON_MIRROR = mirror.url;
      const onProgress = (line: string) => progress.push(line);
      expect(await fetchElectron({ electronFolder, onProgress })).toBeUndefined();
      expect(progress.at(-1)).toBe('100 % of 2 MB');
      expect(await readFile(path.join(electronFolder, 'installed'), 'utf8')).toBe('yes');
    } finally {
      await mirror.close();
    }
  });

  test('is refused when it is not what its package’s checksums say', async () => {
    const { electronFolder, mirror } = await anElectron('another archive');
    try {
      process.env.ELECTRON_MIRROR = mirror.url;
      expect(await fetchElectron({ electronFolder })).toMatch(/checksum/i);
    } finally {
      await mirror.close();
    }
  });

  test('is not waited for where there is nobody to answer; the reason is passed on', async () => {
    const { electronFolder, mirror } = await anElectron();
    await mirror.close();
    process.env.ELECTRON_MIRROR = mirror.url;
    expect(await fetchElectron({ electronFolder })).toMatch(/ECONNREFUSED/);
  });

  test('is not waited for longer than nothing arrives', async () => {
    const { electronFolder, mirror } = await anElectron(undefined, 'silent');
    try {
      process.env.ELECTRON_MIRROR = mirror.url;
      expect(await fetchElectron({ electronFolder, stallMs: 1500 })).toBe(
        'nothing arrived for 1.5 s',
      );
    } finally {
      await mirror.close();
    }
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

/** A package that stands in for Electron's, and a mirror that serves its archive. */
async function anElectron(served?: string, manner: 'answers' | 'silent' = 'answers') {
  const electronFolder = await mkdtemp(path.join(folder, 'electron-'));
  process.env.electron_config_cache = path.join(electronFolder, 'cache');
  const archive = Buffer.alloc(2e6, 'electron');
  const name = `electron-v41.0.0-${process.platform}-${process.arch}.zip`;
  const checksum = createHash('sha256').update(archive).digest('hex');
  const write = (file: string, text: string) => writeFile(path.join(electronFolder, file), text);
  await write('package.json', '{"name":"electron","version":"41.0.0"}');
  await write('checksums.json', JSON.stringify({ [name]: checksum }));
  await write('install.js', "require('node:fs').writeFileSync(__dirname + '/installed', 'yes')");
  await mkdir(path.join(electronFolder, 'node_modules'));
  await symlink(
    path.join(projectRoot, 'node_modules/@electron'),
    path.join(electronFolder, 'node_modules/@electron'),
  );
  const server = createServer((request, response) => {
    if (manner === 'silent') return;
    response.writeHead(request.url?.endsWith(name) ? 200 : 404, {
      'Content-Length': served?.length ?? archive.length,
    });
    response.end(served ?? archive);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { electronFolder, mirror: { url: `http://127.0.0.1:${port}/`, close } };
}
