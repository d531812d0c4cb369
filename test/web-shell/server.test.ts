import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxFileBytes } from '../../src/clinic/entities/index.ts';
import type { Admission } from '../../src/processes/greeting.ts';
import { type Link, linkedPair } from '../../src/processes/link.ts';
import { readContent } from '../../src/web-shell/content.ts';
import { serveWebShell, type WebShell } from '../../src/web-shell/server.ts';
import { ask, canConnect, exchange, openSocket, openStation, prove, signIn } from './browser.ts';

let folder: string;
let shell: WebShell;
let own: Admission;
/** The station's ends of the connections that the shell opened. */
const stations: Link[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-web-shell-'));
  await mkdir(path.join(folder, 'renderer/assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.html'), 'not for the browser');
  await writeFile(path.join(folder, 'renderer/index.html'), '<title>Workstation</title>');
  await writeFile(path.join(folder, 'renderer/assets/main-1a2b.js'), 'void 0;');
  shell = await serveWebShell({
    port: 0,
    content: await readContent(path.join(folder, 'renderer')),
    connect: () => {
      const [near, far] = linkedPair();
      stations.push(far);
      return near;
    },
  });
  own = await signIn(shell.port, shell.newLink());
});

afterAll(async () => {
  await shell.close();
  await rm(folder, { recursive: true });
});

const newToken = () => shell.newLink().split('#')[1] ?? '';

describe('the web shell', () => {
  test('listens on 127.0.0.1 and on no other address', async () => {
    expect(await canConnect('127.0.0.1', shell.port)).toBe(true);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ address, internal }) => !internal && !address.startsWith('fe80'))
      .map(({ address }) => address);
    for (const address of ['::1', ...others])
      expect(await canConnect(address, shell.port), address).toBe(false);
  });

  test('exchanges a link’s token once, for what lets one page connect', async () => {
    const token = newToken();
    const { status, body } = await exchange(shell.port, token);
    expect(status).toBe(200);
    const { id, secret } = JSON.parse(body);
    for (const part of [id, secret]) expect(Buffer.from(part, 'base64url')).toHaveLength(32);
    expect(await exchange(shell.port, token)).toMatchObject({ status: 403, body: '{}' });
  });

  test('tells no token to anybody who sees requests: it stands behind the # of a link', async () => {
    expect(shell.newLink()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/open#[\w-]{43}$/);
  });

  test('sets no cookie, which would travel to every port of this computer', async () => {
    const answers = [
      await ask(shell.port, '/'),
      await ask(shell.port, '/open'),
      await exchange(shell.port, newToken()),
    ];
    expect(answers.map(({ headers }) => headers['set-cookie'])).toEqual(
      answers.map(() => undefined),
    );
  });

  test.each(['', 'wrong', 'x'.repeat(2000)])('refuses a wrong token', async (token) => {
    shell.newLink();
    const answered = exchange(shell.port, token).then(({ status }) => status);
    expect(await answered.catch(() => 'closed')).toBe(token.length > 1000 ? 'closed' : 403);
  });

  test('refuses a token that another origin’s page sends', async () => {
    const token = newToken();
    for (const Origin of ['http://evil.example', 'null', 'http://127.0.0.1:1'])
      expect((await exchange(shell.port, token, { Origin })).status).toBe(403);
    expect((await exchange(shell.port, token)).status).toBe(200);
  });

  test('withdraws a link when it gives a new one', async () => {
    const old = newToken();
    shell.newLink();
    expect((await exchange(shell.port, old)).status).toBe(403);
  });

  test('shows the workstation under a strict content security policy', async () => {
    const { status, headers, body } = await ask(shell.port, '/');
    expect(status).toBe(200);
    expect(body).toContain('Workstation');
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  test('puts the content security policy on its refusals, too', async () => {
    const refused = await ask(shell.port, '/nothing');
    expect(refused.headers['content-security-policy']).toBeDefined();
  });

  test.each(['evil.example', 'localhost', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example:80'])(
    'answers 403 to the Host %s, whoever asks',
    async (host) => {
      const { status } = await ask(shell.port, '/', { headers: { Host: host } });
      expect(status).toBe(403);
    },
  );

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])(
    'answers a %s from another origin with 403 and from its own with 405',
    async (method) => {
      const from = (origin: string) =>
        ask(shell.port, '/', { method, headers: { Origin: origin } });
      expect((await from('http://evil.example')).status).toBe(403);
      expect((await ask(shell.port, '/', { method })).status).toBe(403);
      expect((await from(`http://127.0.0.1:${shell.port}`)).status).toBe(405);
    },
  );

  test.each([
    '/../secret.html',
    '/assets/../../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/..\\secret.html',
    '//secret.html',
    '/assets/%00main-1a2b.js',
    '*',
    'http://evil.example:99999/',
  ])('gives nothing outside its listing for %s', async (attempt) => {
    const { status, body } = await ask(shell.port, attempt);
    expect(status).toBe(404);
    expect(body).not.toContain('not for the browser');
  });
});

describe('a WebSocket', () => {
  test('is closed to whoever was not let in, and reaches no station', async () => {
    const before = stations.length;
    const strangers = [{}, { id: 'A'.repeat(43) }, { id: '__proto__' }];
    for (const stranger of strangers)
      expect(await (await openSocket(shell.port, stranger)).closed).toBe(4403);
    const answers = ['', 'A'.repeat(43), Buffer.alloc(32), prove(own, 'page', 'another challenge')];
    for (const answer of answers) {
      const socket = await openSocket(shell.port, own);
      socket.raw.send(answer);
      expect(await socket.closed).toBe(4403);
    }
    expect(stations).toHaveLength(before);
  });

  test('is not let in by what was said on another one', async () => {
    const first = await openSocket(shell.port, own);
    const [, challenge = ''] = String(await first.next()).split('.');
    const answer = prove(own, 'page', challenge);
    const second = await openSocket(shell.port, own);
    second.raw.send(answer);
    expect(await second.closed).toBe(4403);
    first.raw.close();
  });

  test('is told first that it is the shell which let it in', async () => {
    const socket = await openSocket(shell.port, own);
    expect(String(await socket.next()).split('.')[0]).toBe(prove(own, 'shell', socket.nonce));
    socket.raw.close();
  });

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1'])(
    'is refused to the origin %s, whoever asks',
    async (origin) => {
      await expect(openSocket(shell.port, { ...own, origin })).rejects.toThrow('403');
    },
  );

  test('is refused under another Host', async () => {
    const wrong = { ...own, host: 'evil.example', origin: 'http://evil.example' };
    await expect(openSocket(shell.port, wrong)).rejects.toThrow('403');
  });

  test('carries messages with bytes in them both ways', async () => {
    const socket = await openStation(shell.port, own);
    const station = stations.at(-1);
    const arrived = new Promise((resolve) => station?.onMessage(resolve));
    socket.send({ name: 'images.import', bytes: new Uint8Array([1, 2, 3]) });
    expect(await arrived).toEqual({ name: 'images.import', bytes: new Uint8Array([1, 2, 3]) });
    station?.send({ size: 3, left: undefined, list: [null, true, 0.5] });
    expect(await socket.next()).toEqual({ size: 3, list: [null, true, 0.5] });
    socket.raw.close();
  });

  test('is closed when what it sends is not MessagePack', async () => {
    for (const frame of ['text', Buffer.from([0xc1])]) {
      const socket = await openStation(shell.port, own);
      socket.raw.send(frame);
      expect(await socket.closed).toBe(1003);
    }
  });

  test('is closed when a few bytes of it promise more than there is memory; the shell and the others live', async () => {
    const other = await openStation(shell.port, own);
    const station = stations.at(-1);
    const socket = await openStation(shell.port, own);
    const thirtyMillionValues = Buffer.from('dd01c9c380', 'hex');
    socket.raw.send(Buffer.concat(new Array(40).fill(thirtyMillionValues)));
    expect(await socket.closed).toBe(1003);
    station?.send('still there');
    expect(await other.next()).toBe('still there');
    other.raw.close();
  });

  test('carries the largest file that is read', async () => {
    const socket = await openStation(shell.port, own);
    const arrived = new Promise((resolve) => stations.at(-1)?.onMessage(resolve));
    const fileName = 'ü'.repeat(500);
    socket.send({ type: 'call', input: { fileName, bytes: new Uint8Array(maxFileBytes) } });
    expect(await arrived).toMatchObject({ input: { bytes: { byteLength: maxFileBytes } } });
    socket.raw.close();
  });

  test('closes its connection to the station when the browser goes away', async () => {
    const socket = await openStation(shell.port, own);
    const closed = new Promise<void>((resolve) => stations.at(-1)?.onClose(resolve));
    socket.raw.terminate();
    await closed;
  });
});
