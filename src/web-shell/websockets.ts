import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { encode } from '@msgpack/msgpack';
import { type WebSocket, WebSocketServer } from 'ws';
import { maxFileBytes } from '../clinic/entities/index.ts';
import type { Link } from '../processes/link.ts';
import { decodeMessage } from './messages.ts';

/** Room for the largest image file that is read, and for what is said of it. */
const maxFrameBytes = maxFileBytes + 64 * 1024;

const closeCodes = { unsupported: 1003, tryAgainLater: 1013 } as const;

/** Browsers' connections to the station: one WebSocket each, a MessagePack message a frame. */
export class WebSockets {
  readonly #connect: (screen: string) => Link | undefined;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });

  constructor(connect: (screen: string) => Link | undefined) {
    this.#connect = connect;
  }

  accept(screen: string, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) =>
      this.#relay(screen, webSocket),
    );
  }

  close(): void {
    for (const webSocket of this.#server.clients) webSocket.terminate();
    this.#server.close();
  }

  #relay(screen: string, webSocket: WebSocket): void {
    // Too large a frame, or not a WebSocket's at all: `ws` closes the connection by itself.
    webSocket.on('error', () => {});
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
