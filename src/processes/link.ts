/**
 * A two-way pipe of structured messages between two processes: the only thing a boundary knows of
 * its transport. Messages are plain data (objects, arrays, numbers, strings, booleans, null,
 * `Uint8Array`, typed arrays); order is kept; nothing arrives after `onClose`.
 */
export interface Link {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** Two links joined in memory, each end asynchronous like a real transport. */
export function linkedPair(): [Link, Link] {
  const a = new MemoryLink();
  const b = new MemoryLink();
  a.peer = b;
  b.peer = a;
  return [a, b];
}

class MemoryLink implements Link {
  peer: MemoryLink | undefined;
  #closed = false;
  readonly #messageListeners: ((message: unknown) => void)[] = [];
  readonly #closeListeners: (() => void)[] = [];

  send(message: unknown): void {
    const copy = structuredClone(message);
    const peer = this.peer;
    queueMicrotask(() => {
      if (peer && !peer.#closed) for (const listener of peer.#messageListeners) listener(copy);
    });
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#messageListeners.push(listener);
  }
  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closeListeners) listener();
    this.peer?.close();
  }
}
