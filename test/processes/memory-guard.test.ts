import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { distFile } from '../../src/processes/dist.ts';

/** Where the tests run as root, who may read everything, both programs have none of root's powers. */
const asUser =
  process.getuid?.() === 0 ? ['/usr/bin/setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];
const suite = 'the memory of a process that holds keys';
const isLinux = process.platform === 'linux';

describe.skipIf(!isLinux)(suite, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-memory-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What another program of the same user gets of the process's memory. */
  function read({ pid }: ChildProcess): string {
    const reading = `const fs=require('node:fs');
      try { const mem=fs.openSync('/proc/${pid}/mem','r');
        const [at]=fs.readFileSync('/proc/${pid}/maps','utf8').match(/^[0-9a-f]+/);
        console.log(fs.readSync(mem, Buffer.alloc(64), 0, 64, parseInt(at,16)));
      } catch (error) { console.log(error.code); }`;
    const [command = '', ...args] = [...asUser, process.execPath, '-e', reading];
    return spawnSync(command, args, { encoding: 'utf8' }).stdout.trim();
  }

  async function withProcess(
    args: readonly string[],
    work: (child: ChildProcess) => Promise<void>,
  ): Promise<void> {
    const [command = '', ...rest] = [...asUser, process.execPath, ...args];
    const child = spawn(command, rest, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      cwd: folder,
      env: { DERMASPIKE_DATA: folder },
    });
    try {
      await work(child);
    } finally {
      child.kill('SIGKILL');
    }
  }

  test.each([
    ['the station', 'station.mjs'],
    ['what passes messages on for the web shell', 'web-relay.mjs'],
  ])('is out of reach of the user’s other programs in %s', async (_, program) => {
    await withProcess([distFile(program)], (guarded) =>
      expect.poll(() => read(guarded)).toBe('EACCES'),
    );
  });

  test('could be read in a process that does nothing about it, so that the attempt is real', async () => {
    const idle = "process.send('there'); setInterval(() => {}, 1000)";
    await withProcess(['-e', idle], async (other) => {
      await once(other, 'message');
      expect(read(other)).toBe('64');
    });
  });
});
