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
