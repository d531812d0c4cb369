import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { greetShell } from '../../renderer/src/station/greeting.ts';
import { distFile } from '../../src/processes/dist.ts';
import type { Admission } from '../../src/processes/greeting.ts';
import { handOver } from '../../src/web-shell/hand-over.ts';
import { exchange, prove } from './browser.ts';

/** What another user of the same computer can try, who sees every command line and may take any free port. */

const own: Admission = {
  id: 'A'.repeat(43),
  secret: Buffer.alloc(32, 7).toString('base64url'),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-another-user-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.skipIf(process.platform !== 'linux')(
  'the link is on no command line: what opens the browser is given a file that the user alone can read, and that is gone once it was used',
  async () => {
    const opened = path.join(folder, 'opened');
    writeFileSync(
      path.join(folder, 'xdg-open'),
      `#!/bin/sh\necho "$@" > ${opened}.part\nmv ${opened}.part ${opened}\n`,
      {
        mode: 0o755,
      },
    );
    const shell = spawn(
      process.execPath,
      [distFile('web-shell.mjs'), '--data', path.join(folder, 'data')],
      {
        env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, DISPLAY: ':0' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    try {
      await vi.waitFor(() => expect(existsSync(opened)).toBe(true), 30_000);
      const file = readFileSync(opened, 'utf8').trim();
      const page = readFileSync(file, 'utf8');
      const [, port = '', token = ''] =
        page.match(/url=http:\/\/127\.0\.0\.1:(\d+)\/open#([\w-]{43})"/) ?? [];
      const commandLines = [readFileSync(opened, 'utf8'), commandLineOf(shell)].join(' ');
      expect(token).not.toBe('');
      expect(commandLines).not.toContain(token);
      expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([
        0o600, 0o700,
      ]);
      expect((await exchange(Number(port), token)).status).toBe(200);
      await vi.waitFor(() => expect(existsSync(path.dirname(file))).toBe(false));
    } finally {
      shell.kill('SIGTERM');
      await once(shell, 'exit');
    }
  },
);

function commandLineOf({ pid }: ChildProcess): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}

test('the hand-over page is of nobody else, whatever the system’s mask is', () => {
  const before = process.umask(0);
  const { file, remove } = handOver('http://127.0.0.1:1/open#token', folder);
  process.umask(before);
  const modes = [statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777];
  expect(modes).toEqual([0o600, 0o700]);
  remove();
  expect(existsSync(path.dirname(file))).toBe(false);
});

describe('who takes the port after the shell has ended', () => {
  /** Answers every page's WebSocket with `greeting`, and keeps what it is told. */
  async function takePort(greeting: string) {
    const told: string[] = [];
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    server.on('connection', (socket, request) => {
      told.push(JSON.stringify(request.rawHeaders));
      socket.on('message', (data: Buffer) => told.push(data.toString('latin1')));
      socket.send(greeting);
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `ws://127.0.0.1:${port}/station`, told, server };
  }

  test.each([
    ['that it does not know', 'A'.repeat(43)],
    [
      'of another secret',
      prove({ ...own, secret: Buffer.alloc(32).toString('base64url') }, 'shell', 'x'),
    ],
    ['of the page’s own kind', prove(own, 'page', 'x')],
    ['of nothing', ''],
  ])('is told nothing by a page, by a proof %s', async (_, proof) => {
    const { url, told, server } = await takePort(`${proof}.challenge`);
    await expect(greetShell(url, own)).rejects.toThrow('not the shell that let this page in');
    server.close();
    expect(told).toHaveLength(1);
    expect(told.join(' ')).not.toContain(own.secret);
  });
});
