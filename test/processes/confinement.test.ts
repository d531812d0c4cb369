import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPipe } from '../../native-bridge/links/pipe.ts';
import { decoderContract } from '../../src/imaging/contract.ts';
import { connect } from '../../src/processes/channel.ts';
import { distFile, productRoot } from '../../src/processes/dist.ts';
import type { ProcessName } from '../../src/processes/host.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { sealedBy, walls } from '../process-walls.ts';

let folder: string;
let clinic: string;
/** In `dist/`, where a decoder may read its program. */
let program: string;
const server = createServer((socket) => socket.end());
const pathServer = createServer((socket) => socket.end());
const socketPath = () => path.join(folder, 'socket');
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-confined-'));
  clinic = path.join(folder, 'clinic.db');
  writeFileSync(clinic, 'records');
  program = distFile(`taken-over-${process.pid}.mjs`);
  const made = await rolldown({
    input: path.join(import.meta.dirname, 'taken-over.ts'),
    platform: 'node',
  });
  await made.write({ file: program });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => pathServer.listen(socketPath(), resolve));
});
afterAll(() => {
  server.close();
  pathServer.close();
  rmSync(folder, { recursive: true });
  rmSync(program, { force: true });
});

/** A library that any Node loads. */
const addon = path.join(
  productRoot,
  `node_modules/usb/prebuilds/linux-${process.arch}/node.napi.glibc.node`,
);

/** Runs somebody else's code in a process's place, started as that process is. */
function takeOver(name: ProcessName, seal: 'sealed' | 'open'): Promise<unknown> {
  const host = new NodeHost(process.env, () => program);
  const { port } = server.address() as AddressInfo;
  const targets = [clinic, path.join(folder, 'written'), addon, String(port), socketPath()];
  const taken = host.spawn(name, [seal, ...targets]);
  return new Promise((resolve) =>
    taken.link.onMessage((outcomes) => {
      resolve(outcomes);
      taken.kill();
    }),
  );
}

const isLinux = process.platform === 'linux';
const hasNoNetwork =
  isLinux && spawnSync('/usr/bin/unshare', ['--user', '--net', '/bin/true']).status === 0;

test('a decoder that is taken over reads and writes no file of the clinic, starts nothing, loads nothing, reaches nobody and knows nothing', async () => {
  const denied = 'ERR_ACCESS_DENIED';
  expect(await takeOver('decoder', 'sealed')).toEqual({
    ...{ read: denied, write: denied, overwrite: denied, rename: denied, thread: denied },
    ...{ memory: denied, start: denied, inspect: denied, environment: 'failed' },
    ...(isLinux
      ? { load: 'ERR_DLOPEN_FAILED', signal: 'EACCES', connect: 'EACCES', connectPath: 'EACCES' }
      : { load: 'ERR_DLOPEN_DISABLED', signal: 'done', connect: 'done', connectPath: 'done' }),
  });
  expect(readFileSync(clinic, 'utf8')).toBe('records');
});

test.runIf(isLinux)(
  'the seal alone, which is all that the desktop’s decoder has, keeps it from all of that too',
  async () => {
    const denied = 'EACCES';
    expect(await takeOver('virtual-device', 'sealed')).toMatchObject({
      ...{ read: denied, write: denied, overwrite: denied, rename: denied, thread: denied },
      ...{ memory: denied, start: denied, signal: denied, load: 'ERR_DLOPEN_FAILED' },
      ...{ connect: denied, connectPath: denied },
    });
    expect(readFileSync(clinic, 'utf8')).toBe('records');
  },
);

test('where a user may leave the network, a decoder has none before it is sealed', async () => {
  expect(await takeOver('decoder', 'open')).toMatchObject({
    connect: hasNoNetwork ? 'ENETUNREACH' : 'done',
  });
});

test('the same code in an unconfined process does what it tries, so that the attempts are real', async () => {
  expect(await takeOver('virtual-device', 'open')).toMatchObject({
    ...{ read: 'done', write: 'done', start: 'done', thread: 'done', inspect: 'done' },
    ...{ signal: 'done', connect: 'done', connectPath: 'done', ...(isLinux && { load: 'done' }) },
  });
});

test.runIf(isLinux)('a decoder that is started has the filter on each of its threads', async () => {
  const taken = new NodeHost().spawn('decoder', ['768']);
  try {
    await connect(taken.link, decoderContract).call('ready', {});
    const threads = readdirSync(`/proc/${taken.pid}/task`);
    expect(threads.length).toBeGreaterThan(4);
    for (const thread of threads) expect(walls(`/proc/${taken.pid}/task/${thread}`)).toBe(sealedBy);
  } finally {
    taken.kill();
  }
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
