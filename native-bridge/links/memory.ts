import { BaseLink } from './base-link.ts';
import type { ByteLink } from './link.ts';

/** Two links joined in memory, each end asynchronous like a real one. */
export function joinedByteLinks(): [ByteLink, ByteLink] {
  const a = new MemoryLink();
  const b = new MemoryLink();
  a.peer = b;
  b.peer = a;
  return [a, b];
}

class MemoryLink extends BaseLink {
  peer: MemoryLink | undefined;

  write(bytes: Uint8Array): void {
    const { peer } = this;
    if (this.isClosed || !peer) return;
    const copy = new Uint8Array(bytes);
    setImmediate(() => peer.receive(copy));
  }

  protected release(): void {
    const { peer } = this;
    if (peer) setImmediate(() => peer.end('the other side is gone'));
  }
}
