import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Link } from '../processes/link.ts';
import { Admissions, type KeptAdmissions } from './admissions.ts';
import { type StaticFile, securityHeaders } from './content.ts';
import { type PlainPage, pages } from './pages.ts';
import { WebSockets } from './websockets.ts';

export interface WebShellOptions {
  /** 0: any free port. Of `sockets`, where they were made for. */
  readonly port: number;
  /** Hands over connections that another process listens for; without it this one listens. */
  readonly sockets?: (take: (socket: Socket) => void) => void;
  /** What an earlier one left. */
  readonly admissions?: KeptAdmissions;
  readonly content: ReadonlyMap<string, StaticFile>;
  /** A connection to the station for one of its screens; none while it is down. */
  readonly connect: (screen: string) => Link | undefined;
  /** Told when a link was used. */
  readonly onLetIn?: () => void;
  /** Told when links and admissions are other ones than before. */
  readonly onAdmissions?: (kept: KeptAdmissions) => void;
}

export interface WebShell {
  readonly port: number;
  /** A link that opens the workstation once; the one before it stops working. */
  newLink(): string;
  close(): Promise<void>;
}

/** Serves the workstation to this computer's browsers, on the loopback interface only. */
export async function serveWebShell(options: WebShellOptions): Promise<WebShell> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 });
  if (options.sockets)
    options.sockets((socket) => {
      server.emit('connection', socket);
      socket.resume();
    });
  else
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port: options.port }, resolve);
    });
  const { port } = options.sockets ? options : (server.address() as AddressInfo);
  const admissions = new Admissions(options.admissions);
  const tellAdmissions = () => options.onAdmissions?.(admissions.kept);
  // Not `localhost`: that may lead to ::1, where another program may listen on the same port.
  const own = `127.0.0.1:${port}`;

  /** Why a request is refused before anything else is looked at. */
  const refusal = (request: IncomingMessage): PlainPage | undefined => {
    const { host, origin } = request.headers;
    // Another name that resolves to this computer is a rebinding attack.
    if (host !== own) return pages.wrongHost;
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    const isUpgrade = request.headers.upgrade !== undefined;
    if ((changes || isUpgrade) && origin !== `http://${own}`) return pages.wrongOrigin;
    return undefined;
  };

  /** Exchanges a link's token for what lets the page connect. */
  const letIn = async (request: IncomingMessage, response: ServerResponse) => {
    const admission = admissions.exchange(await limitedText(request));
    if (admission) {
      options.onLetIn?.();
      tellAdmissions();
    }
    const headers = { ...securityHeaders, 'Content-Type': 'application/json' };
    answer(request, response, {
      status: admission ? 200 : 403,
      headers: { ...headers, 'Cache-Control': 'no-store' },
      body: JSON.stringify(admission ?? {}),
    });
  };

  // The pages are the same for everybody and hold nothing of anybody's: what they show comes over a
  // WebSocket, to whom a link has let in.
  server.on('request', (request, response) => {
    const refused = refusal(request);
    if (refused) return answer(request, response, refused);
    const [pathname = ''] = (request.url ?? '').split('?', 1);
    if (pathname === '/admission' && request.method === 'POST')
      return void letIn(request, response).catch(() => response.destroy());
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(request, response, pages.wrongMethod);
    const file = options.content.get(pathname === '/open' ? '/' : pathname);
    if (!file) return answer(request, response, pages.notFound);
    return answer(request, response, { status: 200, ...file });
  });

  const webSockets = new WebSockets(admissions, options.connect);
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {});
    const allowed = !refusal(request);
    if (allowed && request.url === '/station') return webSockets.accept(request, socket, head);
    const status = allowed ? '404 Not Found' : '403 Forbidden';
    return socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });

  return {
    port,
    newLink: () => {
      const link = `http://127.0.0.1:${port}/open#${admissions.issueToken()}`;
      tellAdmissions();
      return link;
    },
    close: async () => {
      webSockets.close();
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A request's short body; throws where it is longer. */
async function limitedText(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? Number.NaN) <= 1000) return text(request);
  throw new RangeError('Too long');
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

function answer(request: IncomingMessage, response: ServerResponse, page: Answer): void {
  response.writeHead(page.status, {
    ...page.headers,
    'Content-Length': Buffer.byteLength(page.body),
  });
  response.end(request.method === 'HEAD' ? undefined : page.body);
}
