import { z } from 'zod';
import type { Link } from '../processes/link.ts';

/**
 * Many connections over the one link between a shell and the station. A shell relays messages
 * without understanding them; only the station and its clients know the contract.
 */
const envelope = z.object({
  connection: z.int(),
  event: z.enum(['open', 'message', 'close', 'retire']),
  /** Of `open`: which screen it is of, as the shell alone says. */
  screen: z.string().optional(),
  message: z.unknown().optional(),
});
type Envelope = z.infer<typeof envelope>;

/** One connection's end. */
class Connection implements Link {
  readonly #post: (event: 'message' | 'close', message?: unknown) => void;
  #closed = false;
  readonly #messageListeners: ((message: unknown) => void)[] = [];
  readonly #closeListeners: (() => void)[] = [];

  constructor(post: (event: 'message' | 'close', message?: unknown) => void) {
    this.#post = post;
  }

  send(message: unknown): void {
    if (!this.#closed) this.#post('message', message);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#messageListeners.push(listener);
  }
  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }
  close(): void {
    if (this.#closed) return;
    this.#post('close');
    this.ended();
  }

  deliver(message: unknown): void {
    for (const listener of this.#messageListeners) listener(message);
  }
  /** Once: who ends it has let go of it. */
  ended(): void {
    this.#closed = true;
    for (const listener of this.#closeListeners) listener();
  }
}

/** The open connections of one link, by number, on either side of it. */
class Connections {
  readonly #link: Link;
  readonly #open = new Map<number, Connection>();

  constructor(
    link: Link,
    onOpen: (connection: number, screen?: string) => void,
    onRetire: () => void = () => {},
  ) {
    this.#link = link;
    link.onMessage((raw) => {
      const { connection, event, message, screen }: Envelope = envelope.parse(raw);
      if (event === 'open') onOpen(connection, screen);
      else if (event === 'retire') onRetire();
      else if (event === 'message') this.#open.get(connection)?.deliver(message);
      else this.#end(connection);
    });
    link.onClose(() => {
      for (const number of [...this.#open.keys()]) this.#end(number);
    });
  }

  add(number: number): Connection {
    const connection = new Connection((event, message) => {
      if (event === 'close') this.#open.delete(number);
      this.#link.send({ connection: number, event, message } satisfies Envelope);
    });
    this.#open.set(number, connection);
    return connection;
  }

  #end(number: number): void {
    const connection = this.#open.get(number);
    this.#open.delete(number);
    connection?.ended();
  }
}

/** The shell's side: opens connections to the station. All close when the station is gone. */
export class ConnectionRelay {
  readonly #link: Link;
  readonly #connections: Connections;
  #nextNumber = 1;

  /** @param onRetire told when the station asks for another one in its place. */
  constructor(link: Link, onRetire?: () => void) {
    this.#link = link;
    this.#connections = new Connections(link, () => {}, onRetire);
  }

  /** @param screen whose connections share who is at it. */
  open(screen?: string): Link {
    const number = this.#nextNumber++;
    const connection = this.#connections.add(number);
    this.#link.send({ connection: number, event: 'open', screen } satisfies Envelope);
    return connection;
  }
}

/** The station's side: hands over each connection that the shell opens. */
export function acceptConnections(
  link: Link,
  onConnection: (connection: Link, screen?: string) => void,
): void {
  const connections = new Connections(link, (number, screen) =>
    onConnection(connections.add(number), screen),
  );
}

/** The station's side: asks to be ended, and another one to be started. What was sent before arrives before. */
export function askToRetire(link: Link): void {
  link.send({ connection: 0, event: 'retire' } satisfies Envelope);
}
