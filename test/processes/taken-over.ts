import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { open as openInspector } from 'node:inspector';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { sealDecoder } from '../../src/processes/confinement.ts';

/** What a decoder could try that runs somebody else's code: says of each attempt how it ended. */
const [sealed, secret = '', target = '', addon = '', port = '0', socketPath = ''] =
  process.argv.slice(2);

if (sealed === 'sealed') sealDecoder();

const attempts: Record<string, () => unknown> = {
  read: () => readFileSync(secret),
  write: () => writeFileSync(target, ''),
  overwrite: () => writeFileSync(secret, ''),
  rename: () => {
    renameSync(secret, `${secret}-away`);
    renameSync(`${secret}-away`, secret);
  },
  signal: () => process.kill(process.ppid, 0),
  start: () => {
    const { error } = spawnSync('/bin/true');
    if (error) throw error;
  },
  load: () => process.dlopen({ exports: {} }, addon),
  inspect: () => openInspector(0, '127.0.0.1'),
  memory: () => readFileSync(`/proc/${process.ppid}/mem`),
  environment: () => {
    if (Object.keys(process.env).some((name) => !/^(NODE_|TZ$)/.test(name))) return;
    throw new Error('empty');
  },
};

const outcomes: Record<string, string> = {};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    attempt();
    outcomes[name] = 'done';
  } catch (error) {
    outcomes[name] = (error as NodeJS.ErrnoException).code ?? 'failed';
  }
}

const thread = new Worker(
  `const { parentPort, workerData } = require('node:worker_threads');
   try { require('node:fs').readFileSync(workerData); parentPort.postMessage('done'); }
   catch (error) { parentPort.postMessage(error.code); }`,
  { eval: true, workerData: secret },
);
outcomes.thread = await new Promise<string>((resolve) => thread.once('message', resolve));

const reached = (socket: Socket) =>
  new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('done'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'failed'));
  }).finally(() => socket.destroy());
outcomes.connect = await reached(connect(Number(port), '127.0.0.1'));
outcomes.connectPath = await reached(connect(socketPath));

process.send?.(outcomes);
