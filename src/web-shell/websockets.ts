import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { encode } from '@msgpack/msgpack';
import { type WebSocket, WebSocketServer } from 'ws';
import { maxFileBytes } from '../clinic/entities/index.ts';
import { closeCodes, greetingProtocol } from '../processes/greeting.ts';
import type { Link } from '../processes/link.ts';
import type { Admissions } from './admissions.ts';
import { decodeMessage } from './messages.ts';

/** Room for the largest image file that is read, and for what is said of it. */
const maxFrameBytes = maxFileBytes + 64 * 1024;
/** How long a page may take to prove that it was let in. */
const greetingMs = 10_000;

/**
 * Browsers' connections to the station: one WebSocket each, a MessagePack message a frame, once page
 * and shell have made sure of each other.
 */
export class WebSockets {
  readonly #connect: (screen: string) => Link | undefined;
  readonly #admissions: Admissions;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    handleProtocols: () => greetingProtocol,
  });

  /** @param connect to the station, for the screen of an admission; nothing while it is down. */
  constructor(admissions: Admissions, connect: (screen: string) => Link | undefined) {
    this.#admissions = admissions;
    this.#connect = connect;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',');
    const [id = '', nonce = ''] = (protocols[1] ?? '').trim().split('.', 2);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      // Too large a frame, or not a WebSocket's at all: `ws` closes the connection by itself.
      webSocket.on('error', () => {});
      this.#greet(webSocket, id, nonce);
    });
  }

  close(): void {
    for (const webSocket of this.#server.clients) webSocket.terminate();
    this.#server.close();
  }

  #greet(webSocket: WebSocket, id: string, nonce: string): void {
    const greeting = this.#admissions.greet(id, nonce);
    if (!greeting) {
      webSocket.close(closeCodes.notLetIn);
      return;
    }
    const tooLate = setTimeout(() => webSocket.terminate(), greetingMs);
    webSocket.once('close', () => clearTimeout(tooLate));
    webSocket.once('message', (answer: Buffer, isBinary) => {
      clearTimeout(tooLate);
      const isProved =
        !isBinary && greeting.isAnsweredBy(Buffer.from(answer.toString('latin1'), 'base64url'));
      if (isProved) this.#relay(webSocket, id);
      else webSocket.close(closeCodes.notLetIn);
    });
    webSocket.send(greeting.text);
  }

  #relay(webSocket: WebSocket, screen: string): void {
    const station = this.#connect(screen);
    if (!station) {
      webSocket.close(closeCodes.tryAgainLater);
      return;
    }
    webSocket.on('message', (data: Buffer, isBinary) => {
      try {
        if (!isBinary) throw new TypeError('A text frame');
        station.send(decodeMessage(data));
      } catch {
        webSocket.close(closeCodes.unsupported);
      }
    });
    webSocket.on('close', () => station.close());
    station.onMessage((message) => webSocket.send(encode(message, { ignoreUndefined: true })));
    station.onClose(() => webSocket.close(closeCodes.tryAgainLater));
  }
}
