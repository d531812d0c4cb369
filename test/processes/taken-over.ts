import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { open as openInspector } from 'node:inspector';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

/** What a decoder could try that runs somebody else's code: says of each attempt how it ended. */
const [secret = '', target = '', addon = '', port = '0'] = process.argv.slice(2);

const attempts: Record<string, () => unknown> = {
  read: () => readFileSync(secret),
  write: () => writeFileSync(target, ''),
  overwrite: () => writeFileSync(secret, ''),
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

const socket = connect(Number(port), '127.0.0.1');
outcomes.connect = await new Promise<string>((resolve) => {
  socket.once('connect', () => resolve('done'));
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'failed'));
});
socket.destroy();

process.send?.(outcomes);
