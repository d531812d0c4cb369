import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { decode } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, connect } from '../../src/processes/channel.ts';
import { distFile } from '../../src/processes/dist.ts';
import type { Admission } from '../../src/processes/greeting.ts';
import type { Link } from '../../src/processes/link.ts';
import { type StationContract, stationContract } from '../../src/station/contract/index.ts';
import { descendants, wordsInMemory } from '../process-memory.ts';
import { openStation, type Socket, signIn } from './browser.ts';

const passphrase = 'quagmire lanthanum vestibule';
const familyName = 'Zwetschgenbaumer-Quillon';
const words = [passphrase, familyName];

// Elsewhere, and for other users, a program cannot look into another's memory.
describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('the web shell', () => {
  let folder: string;
  let shell: ChildProcess;
  let port: number;
  let admission: Admission;
  const said: string[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-shell-memory-'));
    const args = [distFile('web-shell.mjs'), '--no-open', '--data', folder];
    shell = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    shell.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    const link = await new Promise<string>((resolve) =>
      shell.stdout?.on('data', (chunk: Buffer) => {
        const found = /http:\S+/.exec(chunk.toString())?.[0];
        if (found) resolve(found);
      }),
    );
    port = Number(new URL(link).port);
    admission = await signIn(port, link);
  });
  afterEach(async () => {
    const ended = new Promise((resolve) => shell.once('exit', resolve));
    shell.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const linkOf = ({ raw, send, closed }: Socket): Link => ({
    send,
    onMessage: (listener) => raw.on('message', (data: Buffer) => listener(decode(data))),
    onClose: (listener) => void closed.then(listener),
    close: () => raw.close(),
  });
  /** A screen that is answered: what locked may still be ending, and a page asks again then. */
  const screen = async (): Promise<Client<StationContract>> => {
    for (;;) {
      try {
        const client = connect(linkOf(await openStation(port, admission)), stationContract);
        await client.call('session.state', {});
        return client;
      } catch {
        await setTimeout(50);
      }
    }
  };

  test('and its processes have no passphrase and no patient’s name in their memory once the clinic is locked, and let the tab in again', async () => {
    const client = await screen();
    const user = { userName: 'Tester', passphrase };
    await client.call('session.createClinic', { clinicName: 'Am See', ...user });
    await client.call('patients.enrol', { familyName, givenName: '' });
    expect((await client.call('patients.search', {})).entries).toHaveLength(1);
    const pid = shell.pid ?? 0;
    const before = descendants(pid);
    const holders = before.filter((each) => wordsInMemory(each, words).length === words.length);
    // The station, and what passes its messages on.
    expect(holders.length).toBeGreaterThanOrEqual(2);
    expect(wordsInMemory(pid, words)).toEqual([]);

    await client.call('session.lock', {});
    await client.closed;
    const again = await screen();
    expect(await again.call('session.state', {})).toMatchObject({ state: 'locked' });
    const after = descendants(pid);
    for (const former of holders) expect(after).not.toContain(former);
    for (const each of [pid, ...after]) expect(wordsInMemory(each, words)).toEqual([]);

    await again.call('session.unlock', user);
    expect((await again.call('patients.search', {})).entries).toHaveLength(1);
    expect(said.join('')).toBe('');
  });
});
