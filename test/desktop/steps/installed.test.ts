import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePackages } from '../../../build/package/packages.mjs';
import { descendants } from '../../process-memory.ts';
import { sealedBy, walls } from '../../process-walls.ts';
import { lacks } from '../../requirements.ts';
import { Person, startAlone } from '../desktop.ts';
import { forOlderElectron, releasedElectron } from '../electron22/packaged.mjs';
import { electronVersion } from '../electron22/places.mjs';

const suite = 'the program installed from its Debian package';

describe.skipIf(lacks('desktop', suite))(suite, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-installed-'));
  const root = path.join(folder, 'root');
  const binary = path.join(root, 'opt/Dermaspike/dermaspike');
  let person: Person;

  beforeAll(async () => {
    person = new Person();
    const electron = { folder: path.join(folder, 'electron'), version: electronVersion };
    releasedElectron(electron.folder);
    const made = await makePackages({
      target: { platform: 'linux', arch: 'x64' },
      output: path.join(folder, 'made'),
      version: '1.2.3',
      builtAt: new Date('2026-11-27T10:00:00Z'),
      only: 'deb',
      electron,
      alter: forOlderElectron,
    });
    // A root of its own, in which this system's packages count as installed.
    const admin = path.join(root, 'var/lib/dpkg');
    for (const part of ['updates', 'info', 'triggers'])
      mkdirSync(path.join(admin, part), { recursive: true });
    cpSync('/var/lib/dpkg/status', path.join(admin, 'status'));
    writeFileSync(path.join(admin, 'available'), '');
    dpkg('--install', made.find((file) => file.endsWith('.deb')) ?? '');
  }, 300_000);
  afterAll(() => {
    person?.leave();
    rmSync(folder, { recursive: true, force: true });
  });

  const dpkg = (...args: string[]) =>
    execFileSync(
      'dpkg',
      [`--root=${root}`, '--force-not-root', '--force-script-chrootless', ...args],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  const isNode = (pid: number) =>
    /--type=utility.*NodeService/s.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
  const inRoot = (file: string) => path.join(root, file);

  test('is in the menus and on the path, with the sandbox’s helper and the devices’ rules', () => {
    expect(readlinkSync(inRoot('usr/bin/dermaspike'))).toBe('/opt/Dermaspike/dermaspike');
    execFileSync('desktop-file-validate', [inRoot('usr/share/applications/dermaspike.desktop')]);
    for (const file of [
      'usr/share/icons/hicolor/512x512/apps/dermaspike.png',
      'usr/share/mime/packages/dermaspike.xml',
      'usr/lib/udev/rules.d/60-dermaspike.rules',
      'opt/Dermaspike/resources/apparmor-profile',
      'opt/Dermaspike/LICENSES.chromium.html',
    ])
      expect(existsSync(inRoot(file)), file).toBe(true);
    expect(lstatSync(inRoot('opt/Dermaspike/chrome-sandbox')).mode & 0o7777).toBe(0o4755);
  });

  test('opens its window, draws and reads the demo clinic, and quits, all by the keyboard', async () => {
    const program = startAlone(person, { binary, args: ['--data', person.dataFolder] });
    try {
      // The last button of the start screen; a key that comes before the page does is lost.
      const isBegun = async () => {
        if (!existsSync(person.dataFolder)) await program.press('shift+Tab', 'Return');
        return existsSync(person.dataFolder);
      };
      await expect.poll(isBegun, { timeout: 180_000, interval: 2_000 }).toBe(true);
      // Station, bridge and decoder are Node's; of these the decoder alone is sealed.
      const sealed = () =>
        descendants(program.pid).filter((pid) => isNode(pid) && walls(`/proc/${pid}`) === sealedBy);
      await expect.poll(sealed, { timeout: 240_000, interval: 500 }).toHaveLength(1);
      const demo = path.join(person.dataFolder, 'demo/clinic.db');
      await expect.poll(() => existsSync(demo), { timeout: 240_000, interval: 500 }).toBe(true);
      await program.quit();
      expect(await program.ended).toBe(0);
      expect(program.log()).not.toMatch(/GLib|Error|failed/);
    } finally {
      program.kill();
    }
  }, 480_000);

  test.each<[string, readonly string[], NodeJS.ProcessEnv]>([
    ['as Node', ['--version'], { ELECTRON_RUN_AS_NODE: '1' }],
    ['with options for Node', [], { NODE_OPTIONS: '--require=/nowhere/preload.cjs' }],
    ['with a debugger', ['--inspect-brk=0'], {}],
  ])(
    'cannot be started %s',
    async (_how, args, env) => {
      const program = startAlone(person, {
        binary,
        args: [...args, '--data', person.dataFolder],
        env,
      });
      try {
        await program.quit();
        expect(program.log()).not.toMatch(/^v\d|Cannot find module|Debugger listening/m);
      } finally {
        program.kill();
      }
    },
    60_000,
  );

  test('is removed without a trace, but for the clinic’s data', () => {
    dpkg('--purge', 'dermaspike');
    expect(existsSync(inRoot('opt/Dermaspike'))).toBe(false);
    expect(existsSync(inRoot('usr/share/applications/dermaspike.desktop'))).toBe(false);
    expect(existsSync(person.dataFolder)).toBe(true);
  });
});
