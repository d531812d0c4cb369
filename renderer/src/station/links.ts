import { decode, encode } from '@msgpack/msgpack';
import type { Link } from '../../../src/processes/link.ts';

/** The web shell's transport: one binary frame a message. */
export function socketLink(socket: WebSocket): Link {
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN)
        socket.send(encode(message, { ignoreUndefined: true }));
    },
    onMessage(listener) {
      socket.addEventListener('message', (event) => {
        if (event.data instanceof ArrayBuffer) listener(decode(new Uint8Array(event.data)));
      });
    },
    onClose(listener) {
      if (socket.readyState >= WebSocket.CLOSING) queueMicrotask(listener);
      else socket.addEventListener('close', listener, { once: true });
    },
    close: () => socket.close(),
  };
}

/** Electron's transport: a port from the shell's main process straight to the station. */
export function portLink(port: MessagePort): Link {
  const closeListeners: (() => void)[] = [];
  let isClosed = false;
  const closed = () => {
    if (isClosed) return;
    isClosed = true;
    for (const listener of closeListeners) listener();
  };
  port.addEventListener('close', closed);
  return {
    send: (message) => port.postMessage(message),
    onMessage(listener) {
      port.addEventListener('message', (event) => listener(event.data));
      port.start();
    },
    onClose(listener) {
      if (isClosed) queueMicrotask(listener);
      else closeListeners.push(listener);
    },
    close() {
      port.close();
      closed();
    },
  };
}
