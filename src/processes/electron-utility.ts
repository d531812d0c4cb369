import { z } from 'zod';
import type { HostedProcess, ProcessHost, ProcessName } from './host.ts';
import type { Link } from './link.ts';
import { answerPulse } from './pulse.ts';

/**
 * A process under Electron: it has no child processes of its own. It talks to Electron's main over
 * `process.parentPort`, receives its link as a transferred port, and asks main to start others.
 */

/** What is used of Electron's `MessagePortMain`. */
export interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** What is used of Electron's `process.parentPort`. */
export interface ParentPort {
  postMessage(message: unknown): void;
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly UtilityPort[] }) => void,
  ): unknown;
}

/** A utility process → main. */
export const hostRequest = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('spawn'),
    id: z.int(),
    name: z.enum(['bridge', 'decoder', 'virtual-device']),
    args: z.array(z.string()),
  }),
  z.object({ type: z.literal('kill'), id: z.int() }),
]);

/** Main → a utility process; `link`, `connection` and `spawned` carry one port. */
export const hostNotice = z.discriminatedUnion('type', [
  z.object({ type: z.literal('link') }),
  /** The other end of the port is a screen's, named by main alone. */
  z.object({ type: z.literal('connection'), screen: z.string() }),
  z.object({ type: z.literal('spawned'), id: z.int(), pid: z.int().optional() }),
  z.object({ type: z.literal('exited'), id: z.int(), code: z.int().nullable() }),
]);
export type HostNotice = z.infer<typeof hostNotice>;

/** A link over a port that may arrive later: what is sent before then waits for it. */
export class PortLink implements Link {
  #port: UtilityPort | undefined;
  #closed = false;
  readonly #waiting: unknown[] = [];
  readonly #messageListeners: ((message: unknown) => void)[] = [];
  readonly #closeListeners: (() => void)[] = [];

  constructor(port?: UtilityPort) {
    if (port) this.attach(port);
  }

  attach(port: UtilityPort): void {
    if (this.#closed) {
      port.close();
      return;
    }
    this.#port = port;
    port.on('message', ({ data }) => {
      if (!this.#closed) for (const listener of this.#messageListeners) listener(data);
    });
    port.on('close', () => this.close());
    for (const message of this.#waiting.splice(0)) port.postMessage(message);
    if (this.#messageListeners.length > 0) port.start();
  }

  send(message: unknown): void {
    if (this.#closed) return;
    if (this.#port) this.#port.postMessage(message);
    else this.#waiting.push(message);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#messageListeners.push(listener);
    this.#port?.start();
  }
  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#port?.close();
    for (const listener of this.#closeListeners) listener();
  }
}

type ConnectionListener = (connection: Link, screen: string) => void;

interface Spawned {
  pid: number | undefined;
  readonly link: PortLink;
  ended(code: number | null): void;
}

/**
 * This process's side of `parentPort`: its own link, the connections that main hands to it, and the processes that
 * main runs for it.
 */
export class ElectronUtility implements ProcessHost {
  readonly #port = new PortLink();
  readonly link: Link = answerPulse(this.#port);
  readonly #parentPort: ParentPort;
  readonly #spawned = new Map<number, Spawned>();
  #onConnection: ConnectionListener | undefined;
  /** What came before anybody listened. */
  #early: Parameters<ConnectionListener>[] = [];
  #nextId = 1;

  constructor(parentPort: ParentPort) {
    this.#parentPort = parentPort;
    parentPort.on('message', ({ data, ports }) => this.#receive(data, ports[0]));
  }

  /** Told of each connection whose port main hands over; what passes there passes main by. */
  onConnection(listener: ConnectionListener): void {
    this.#onConnection = listener;
    for (const connection of this.#early.splice(0)) listener(...connection);
  }

  spawn(name: ProcessName, args: readonly string[] = []): HostedProcess {
    const id = this.#nextId++;
    const { promise: exited, resolve } = Promise.withResolvers<{
      code: number | null;
      signal: string | null;
    }>();
    const child: Spawned = {
      pid: undefined,
      link: new PortLink(),
      ended: (code) => {
        child.link.close();
        resolve({ code, signal: null });
      },
    };
    this.#spawned.set(id, child);
    this.#parentPort.postMessage({ type: 'spawn', id, name, args: [...args] });
    return {
      get pid() {
        return child.pid;
      },
      link: child.link,
      exited,
      kill: () => this.#parentPort.postMessage({ type: 'kill', id }),
    };
  }

  #receive(data: unknown, port: UtilityPort | undefined): void {
    const notice = hostNotice.parse(data);
    if (notice.type === 'link') {
      if (port) this.#port.attach(port);
      return;
    }
    if (notice.type === 'connection') {
      if (port) this.#connected(new PortLink(port), notice.screen);
      return;
    }
    const child = this.#spawned.get(notice.id);
    if (!child) return;
    if (notice.type === 'spawned') {
      child.pid = notice.pid;
      if (port) child.link.attach(port);
    } else {
      this.#spawned.delete(notice.id);
      child.ended(notice.code);
    }
  }
  #connected(...connection: Parameters<ConnectionListener>): void {
    if (this.#onConnection) this.#onConnection(...connection);
    else this.#early.push(connection);
  }
}
