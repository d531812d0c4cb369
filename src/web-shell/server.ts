import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Link } from '../processes/link.ts';
import { type StaticFile, securityHeaders } from './content.ts';
import { type PlainPage, pages } from './pages.ts';
import { Sessions } from './session.ts';
import { WebSockets } from './websockets.ts';

export interface WebShellOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly content: ReadonlyMap<string, StaticFile>;
  /** A connection to the station; none while it is down. */
  readonly connect: (screen: string) => Link | undefined;
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
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: options.port }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const sessions = new Sessions(port);
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];

  /** Why a request is refused before anything else is looked at. */
  const refusal = (request: IncomingMessage): PlainPage | undefined => {
    const { host, origin } = request.headers;
    // Another name that resolves to this computer is a rebinding attack.
    if (!host || !hosts.includes(host)) return pages.wrongHost;
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    const isUpgrade = request.headers.upgrade !== undefined;
    if ((changes || isUpgrade) && origin !== `http://${host}`) return pages.wrongOrigin;
    return undefined;
  };

  server.on('request', (request, response) => {
    const refused = refusal(request);
    if (refused) return answer(request, response, refused);
    const [pathname = '', query] = (request.url ?? '').split('?', 2);
    const admitted = sessions.admitted(request.headers.cookie);
    if (pathname === '/open' && request.method === 'GET') {
      const cookie = sessions.exchange(new URLSearchParams(query).get('token') ?? '');
      if (!cookie && !admitted) return answer(request, response, pages.linkUsed);
      response.writeHead(303, {
        ...securityHeaders,
        ...(cookie && { 'Set-Cookie': cookie }),
        'Cache-Control': 'no-store',
        Location: '/',
      });
      return response.end();
    }
    if (!admitted) return answer(request, response, pages.noSession);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(request, response, pages.wrongMethod);
    const file = options.content.get(pathname);
    if (!file) return answer(request, response, pages.notFound);
    return answer(request, response, { status: 200, ...file });
  });

  const webSockets = new WebSockets(options.connect);
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {});
    const screen = refusal(request) ? undefined : sessions.admitted(request.headers.cookie);
    if (screen !== undefined && request.url === '/station')
      return webSockets.accept(screen, request, socket, head);
    const status = screen !== undefined ? '404 Not Found' : '403 Forbidden';
    return socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });

  return {
    port,
    newLink: () => `http://127.0.0.1:${port}/open?token=${sessions.issueToken()}`,
    close: async () => {
      webSockets.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
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
