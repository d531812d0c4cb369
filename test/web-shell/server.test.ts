import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxFileBytes } from '../../src/clinic/entities/index.ts';
import { type Link, linkedPair } from '../../src/processes/link.ts';
import { readContent } from '../../src/web-shell/content.ts';
import { serveWebShell, type WebShell } from '../../src/web-shell/server.ts';
import { ask, canConnect, openSocket, signIn } from './browser.ts';

let folder: string;
let shell: WebShell;
let cookie: string;
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
  cookie = await signIn(shell.port, shell.newLink());
});

afterAll(async () => {
  await shell.close();
  await rm(folder, { recursive: true });
});

const tokenPath = () => shell.newLink().replace(/^http:\/\/127\.0\.0\.1:\d+/, '');

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

  test('exchanges a link for a cookie that scripts and other sites cannot use', async () => {
    const { status, headers } = await ask(shell.port, tokenPath());
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    const [pair, ...flags] = headers['set-cookie']?.[0]?.split('; ') ?? [];
    expect(flags.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict']);
    const secret = pair?.split('=')[1] ?? '';
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  });

  test('lets each link in once, and says how to get another', async () => {
    const link = tokenPath();
    expect((await ask(shell.port, link)).status).toBe(303);
    const again = await ask(shell.port, link);
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.body).toContain('press <kbd>Enter</kbd>: it prints a new link');
  });

  test('gives its own pages their style, which their policy lets in by its hash alone', async () => {
    for (const path of [tokenPath(), '/']) {
      if (path !== '/') await ask(shell.port, path);
      const { body, headers } = await ask(shell.port, path);
      const style = body.match(/<style>([\s\S]*)<\/style>/)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(style).toContain('light-dark(');
      expect(headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
      expect(body).not.toMatch(/ (style|src)=|<script|<link/);
    }
  });

  test('lets a browser that is already in follow a used link to the workstation', async () => {
    const again = await ask(shell.port, '/open?token=used', { headers: { Cookie: cookie } });
    expect(again.status).toBe(303);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  test.each(['/open', '/open?token=', '/open?token=wrong'])('refuses the link %s', async (link) => {
    shell.newLink();
    expect((await ask(shell.port, link)).status).toBe(403);
  });

  test('withdraws a link when it gives a new one', async () => {
    const old = tokenPath();
    shell.newLink();
    expect((await ask(shell.port, old)).status).toBe(403);
  });

  test.each(['/', '/index.html', '/assets/main-1a2b.js', '/nothing'])(
    'answers %s with 403 to a browser without its cookie',
    async (page) => {
      expect((await ask(shell.port, page)).status).toBe(403);
      const forged = { Cookie: `${cookie.split('=')[0]}=${'A'.repeat(43)}` };
      expect((await ask(shell.port, page, { headers: forged })).status).toBe(403);
    },
  );

  test('shows the workstation under a strict content security policy', async () => {
    const { status, headers, body } = await ask(shell.port, '/', { headers: { Cookie: cookie } });
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
    for (const page of ['/', '/open?token=wrong'])
      expect((await ask(shell.port, page)).headers['content-security-policy']).toBeDefined();
  });

  test.each(['evil.example', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example:80'])(
    'answers 403 to the Host %s, even with the cookie',
    async (host) => {
      const { status } = await ask(shell.port, '/', { headers: { Cookie: cookie, Host: host } });
      expect(status).toBe(403);
    },
  );

  test('answers to localhost as well', async () => {
    const headers = { Cookie: cookie, Host: `localhost:${shell.port}` };
    expect((await ask(shell.port, '/', { headers })).status).toBe(200);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])(
    'answers a %s from another origin with 403 and from its own with 405',
    async (method) => {
      const from = (origin: string) =>
        ask(shell.port, '/', { method, headers: { Cookie: cookie, Origin: origin } });
      expect((await from('http://evil.example')).status).toBe(403);
      expect((await ask(shell.port, '/', { method, headers: { Cookie: cookie } })).status).toBe(
        403,
      );
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
    const { status, body } = await ask(shell.port, attempt, { headers: { Cookie: cookie } });
    expect(status).toBe(404);
    expect(body).not.toContain('not for the browser');
  });
});

describe('a WebSocket', () => {
  test('is refused without the cookie', async () => {
    await expect(openSocket(shell.port, {})).rejects.toThrow('403');
  });

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1'])(
    'is refused to the origin %s, even with the cookie',
    async (origin) => {
      await expect(openSocket(shell.port, { cookie, origin })).rejects.toThrow('403');
    },
  );

  test('is refused under another Host', async () => {
    const wrong = { cookie, host: 'evil.example', origin: 'http://evil.example' };
    await expect(openSocket(shell.port, wrong)).rejects.toThrow('403');
  });

  test('carries messages with bytes in them both ways', async () => {
    const socket = await openSocket(shell.port, { cookie });
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
      const socket = await openSocket(shell.port, { cookie });
      socket.raw.send(frame);
      expect(await socket.closed).toBe(1003);
    }
  });

  test('is closed when a few bytes of it promise more than there is memory; the shell and the others live', async () => {
    const other = await openSocket(shell.port, { cookie });
    const station = stations.at(-1);
    const socket = await openSocket(shell.port, { cookie });
    const thirtyMillionValues = Buffer.from('dd01c9c380', 'hex');
    socket.raw.send(Buffer.concat(new Array(40).fill(thirtyMillionValues)));
    expect(await socket.closed).toBe(1003);
    station?.send('still there');
    expect(await other.next()).toBe('still there');
    other.raw.close();
  });

  test('carries the largest file that is read', async () => {
    const socket = await openSocket(shell.port, { cookie });
    const arrived = new Promise((resolve) => stations.at(-1)?.onMessage(resolve));
    const fileName = 'ü'.repeat(500);
    socket.send({ type: 'call', input: { fileName, bytes: new Uint8Array(maxFileBytes) } });
    expect(await arrived).toMatchObject({ input: { bytes: { byteLength: maxFileBytes } } });
    socket.raw.close();
  });

  test('closes its connection to the station when the browser goes away', async () => {
    const socket = await openSocket(shell.port, { cookie });
    const closed = new Promise<void>((resolve) => stations.at(-1)?.onClose(resolve));
    socket.raw.terminate();
    await closed;
  });
});
