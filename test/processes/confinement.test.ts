import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPipe } from '../../native-bridge/links/pipe.ts';
import { productRoot } from '../../src/processes/dist.ts';
import type { ProcessName } from '../../src/processes/host.ts';
import { NodeHost } from '../../src/processes/node-host.ts';

let folder: string;
let clinic: string;
const server = createServer((socket) => socket.end());
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-confined-'));
  clinic = path.join(folder, 'clinic.db');
  writeFileSync(clinic, 'records');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Runs somebody else's code in a process's place, started as that process is. */
function takeOver(name: ProcessName): Promise<unknown> {
  const host = new NodeHost(process.env, () => path.join(import.meta.dirname, 'taken-over.ts'));
  const addon = path.join(
    productRoot,
    'node_modules/better-sqlite3/build/Release/better_sqlite3.node',
  );
  const { port } = server.address() as AddressInfo;
  const taken = host.spawn(name, [clinic, path.join(folder, 'written'), addon, String(port)]);
  return new Promise((resolve) =>
    taken.link.onMessage((outcomes) => {
      resolve(outcomes);
      taken.kill();
    }),
  );
}

const hasNoNetwork =
  process.platform === 'linux' &&
  spawnSync('/usr/bin/unshare', ['--user', '--net', '/bin/true']).status === 0;

test('a decoder that is taken over reads and writes no file of the clinic, starts nothing, loads nothing and knows nothing', async () => {
  const denied = 'ERR_ACCESS_DENIED';
  expect(await takeOver('decoder')).toEqual({
    ...{ read: denied, write: denied, overwrite: denied, thread: denied, memory: denied },
    ...{ start: denied, inspect: denied, load: 'ERR_DLOPEN_DISABLED', environment: 'failed' },
    connect: hasNoNetwork ? 'ENETUNREACH' : 'done',
  });
  expect(readFileSync(clinic, 'utf8')).toBe('records');
});

test('the same code in an unconfined process does what it tries, so that the attempts are real', async () => {
  expect(await takeOver('virtual-device')).toMatchObject({
    ...{ read: 'done', write: 'done', start: 'done', thread: 'done', inspect: 'done' },
    connect: 'done',
  });
});

/** What a program on a pipe gets of the test's server. */
function reachOverPipe(withoutNetwork: boolean): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const code = `require('node:net').connect(${port}, '127.0.0.1')
    .on('connect', () => { console.log('done'); process.exit(); })
    .on('error', ({ code }) => { console.log(code); process.exit(); })`;
  const link = openPipe({ program: process.execPath, args: ['-e', code], withoutNetwork });
  let said = '';
  link.onBytes((bytes) => {
    said += Buffer.from(bytes).toString();
  });
  return new Promise((resolve) => link.onClose(() => resolve(said.trim())));
}

test('BrainChip’s worker in the clinic’s Python has no network; without that it would', async () => {
  expect(await reachOverPipe(true)).toBe(hasNoNetwork ? 'ENETUNREACH' : 'done');
  expect(await reachOverPipe(false)).toBe('done');
});
