import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { productRoot } from '../../src/processes/dist.ts';
import { ask, canConnect, openStation, signIn } from '../web-shell/browser.ts';

/** `npm start` as a whole: `build/start.mjs` in a machine with or without a display. */

let folder: string;
let running: ChildProcess | undefined;
let output = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-start-'));
  output = '';
});
afterEach(async () => {
  if (running?.exitCode === null && running.signalCode === null) running.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function start(args: readonly string[], env: Record<string, string>) {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...clean } = process.env;
  const child = spawn(
    process.execPath,
    [path.join(productRoot, 'build/start.mjs'), '--data', path.join(folder, 'data'), ...args],
    { env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running = child;
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const link = new Promise<URL>((resolve) => {
    const listen = (chunk: Buffer) => {
      output += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+\S*/.exec(output);
      if (found) resolve(new URL(found[0]));
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
  });
  return { child, ended, link };
}

/** A stand-in for Electron's binary. */
async function fakeElectron(script: string): Promise<Record<string, string>> {
  const binary = path.join(folder, 'electron');
  await writeFile(binary, `#!/bin/sh\n${script}\n`);
  await chmod(binary, 0o755);
  return { DISPLAY: ':99', ELECTRON_OVERRIDE_DIST_PATH: folder };
}

test('without a display it serves the web shell, and one signal ends everything', async () => {
  const { child, ended, link } = start(['--no-open'], {});
  const { port, href } = await link;
  expect(output.match(/http:/g)).toHaveLength(1);
  const page = await ask(Number(port), '/');
  expect(page.status).toBe(200);
  expect(page.body).toContain('<div id="root">');
  const socket = await openStation(Number(port), await signIn(Number(port), href));
  expect(socket.raw.readyState).toBe(socket.raw.OPEN);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(await canConnect('127.0.0.1', Number(port))).toBe(false);
});

test.skipIf(process.platform === 'win32')(
  'with a display and Electron it opens the desktop window and hands its exit code back',
  async () => {
    const env = await fakeElectron(`echo "$@" > ${folder}/arguments`);
    expect(await start([], env).ended).toBe(0);
    expect((await readFile(path.join(folder, 'arguments'), 'utf8')).trim()).toBe(
      `${productRoot} --data ${path.join(folder, 'data')}`,
    );
  },
);

test.skipIf(process.platform === 'win32')(
  'a desktop window that cannot open gives way to the web shell',
  async () => {
    const { child, ended, link } = start(['--no-open'], await fakeElectron('exit 127'));
    await link;
    expect(output).toContain('could not open');
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  },
);

test('--desktop without a display says what to do instead', async () => {
  expect(await start(['--desktop'], {}).ended).toBe(1);
  expect(output).toContain('There is no display here');
  expect(output).toContain('`npm start`');
});
