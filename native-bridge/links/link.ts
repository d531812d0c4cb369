/**
 * A two-way stream of bytes to a device: order is kept, pieces are cut anyhow, bytes may be lost or
 * damaged. Nothing arrives after the close.
 */
export interface ByteLink {
  /** Without effect once closed. The bytes are never changed afterwards: they may be taken later. */
  write(bytes: Uint8Array): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** Called once, with what happened in words that end a sentence: "the device was unplugged". */
  onClose(listener: (reason: string) => void): void;
  close(): void;
}

/** Two links joined in memory, each end asynchronous like a real one. */
export function joinedByteLinks(): [ByteLink, ByteLink] {
  const a = new MemoryLink();
  const b = new MemoryLink();
  a.peer = b;
  b.peer = a;
  return [a, b];
}

class MemoryLink implements ByteLink {
  peer: MemoryLink | undefined;
  #isClosed = false;
  readonly #byteListeners: ((bytes: Uint8Array) => void)[] = [];
  readonly #closeListeners: ((reason: string) => void)[] = [];

  write(bytes: Uint8Array): void {
    const { peer } = this;
    if (this.#isClosed || !peer) return;
    const copy = new Uint8Array(bytes);
    setImmediate(() => peer.#receive(copy));
  }
  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#byteListeners.push(listener);
  }
  onClose(listener: (reason: string) => void): void {
    this.#closeListeners.push(listener);
  }
  close(): void {
    this.#end('it was closed on this side');
    const { peer } = this;
    if (peer) setImmediate(() => peer.#end('the other side is gone'));
  }

  #receive(bytes: Uint8Array): void {
    if (!this.#isClosed) for (const listener of this.#byteListeners) listener(bytes);
  }
  #end(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listener of this.#closeListeners) listener(reason);
  }
}
