import type { ByteLink } from './link.ts';

/** What links have in common: who listens, and that a link ends once. */
export abstract class BaseLink implements ByteLink {
  readonly #byteListeners: ((bytes: Uint8Array) => void)[] = [];
  readonly #closeListeners: ((reason: string) => void)[] = [];
  #isClosed = false;

  abstract write(bytes: Uint8Array): void;
  /** Lets go of what is below, once, before anybody is told. */
  protected abstract release(): void;

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#byteListeners.push(listener);
  }
  onClose(listener: (reason: string) => void): void {
    this.#closeListeners.push(listener);
  }
  close(): void {
    this.end('it was closed on this side');
  }

  protected get isClosed(): boolean {
    return this.#isClosed;
  }

  protected receive(bytes: Uint8Array): void {
    if (!this.#isClosed) for (const listener of this.#byteListeners) listener(bytes);
  }

  protected end(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.release();
    for (const listener of this.#closeListeners) listener(reason);
  }
}
