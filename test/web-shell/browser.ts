import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import {
  type Admission,
  admission,
  greetingProtocol,
  greetingText,
} from '../../src/processes/greeting.ts';

/** Just enough of a browser to test the web shell with: raw requests, so that they can be wrong. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export function ask(
  port: number,
  path: string,
  options: RequestOptions = {},
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, agent: false, ...options },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What a page sends for the token of its link. */
export function exchange(port: number, token: string, headers = {}): Promise<Answer> {
  const own = { Origin: `http://127.0.0.1:${port}`, 'Content-Length': token.length, ...headers };
  return ask(port, '/admission', { method: 'POST', headers: own }, token);
}

/** What a link is exchanged for. */
export async function signIn(port: number, link: string): Promise<Admission> {
  return admission.parse(JSON.parse((await exchange(port, link.split('#')[1] ?? '')).body));
}

/** A proof of one of the two sides, as `greetingProtocol` has it. */
export function prove({ secret }: Admission, from: 'page' | 'shell', nonce: string): string {
  return createHmac('sha256', Buffer.from(secret, 'base64url'))
    .update(greetingText(from, nonce))
    .digest('base64url');
}

export interface Socket {
  send(message: unknown): void;
  next(): Promise<unknown>;
  readonly closed: Promise<number>;
  readonly raw: WebSocket;
}

/** Opens a WebSocket up to the shell's greeting; rejects with the HTTP status when it is refused. */
export function openSocket(
  port: number,
  { id = '', origin, host }: { id?: string; origin?: string; host?: string },
): Promise<Socket & { readonly nonce: string }> {
  const nonce = randomBytes(32).toString('base64url');
  const raw = new WebSocket(
    `ws://127.0.0.1:${port}/station`,
    [greetingProtocol, `${id}.${nonce}`],
    { headers: { ...(host && { Host: host }) }, origin: origin ?? `http://127.0.0.1:${port}` },
  );
  const received: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  raw.on('message', (data: Buffer, isBinary) => {
    const message = isBinary ? decode(new Uint8Array(data)) : data.toString();
    const waiter = waiting.shift();
    if (waiter) waiter(message);
    else received.push(message);
  });
  const closed = new Promise<number>((resolve) => raw.on('close', resolve));
  return new Promise((resolve, reject) => {
    raw.on('error', () => {});
    raw.on('unexpected-response', (_, response) => {
      reject(new Error(String(response.statusCode)));
      raw.terminate();
    });
    // Before it was open.
    raw.on('close', () => reject(new Error('The connection was closed.')));
    raw.on('open', () =>
      resolve({
        nonce,
        send: (message) => raw.send(encode(message)),
        next: () =>
          received.length > 0
            ? Promise.resolve(received.shift())
            : new Promise((deliver) => waiting.push(deliver)),
        closed,
        raw,
      }),
    );
  });
}

/** A WebSocket on which messages can be exchanged. */
export async function openStation(port: number, own: Admission): Promise<Socket> {
  const socket = await openSocket(port, own);
  const greeting = await Promise.race([socket.next(), socket.closed]);
  const [, challenge = ''] = String(greeting).split('.');
  if (socket.raw.readyState !== WebSocket.OPEN) return socket;
  socket.raw.send(prove(own, 'page', challenge));
  // What comes back after it: the shell has heard the proof by then.
  socket.raw.ping();
  await Promise.race([once(socket.raw, 'pong'), socket.closed]);
  return socket;
}

export function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
