import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';

/** Just enough of a browser to test the web shell with: raw requests, so that they can be wrong. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export function ask(port: number, path: string, options: RequestOptions = {}): Promise<Answer> {
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
    sent.end();
  });
}

/** The cookie that a link is exchanged for, as a `Cookie` header. */
export async function signIn(port: number, link: string): Promise<string> {
  const { headers } = await ask(port, link.slice(link.indexOf('/open')));
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

export interface Socket {
  send(message: unknown): void;
  next(): Promise<unknown>;
  readonly closed: Promise<number>;
  readonly raw: WebSocket;
}

/** Opens a WebSocket; rejects with the HTTP status when it is refused. */
export function openSocket(
  port: number,
  { cookie, origin, host }: { cookie?: string; origin?: string; host?: string },
): Promise<Socket> {
  const raw = new WebSocket(`ws://127.0.0.1:${port}/station`, {
    headers: { ...(cookie && { Cookie: cookie }), ...(host && { Host: host }) },
    origin: origin ?? `http://127.0.0.1:${port}`,
  });
  const received: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  raw.on('message', (data: Buffer) => {
    const message = decode(new Uint8Array(data));
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
    raw.on('open', () =>
      resolve({
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
