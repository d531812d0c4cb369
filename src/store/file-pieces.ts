import { pageBytes } from './connection.ts';

/** SQLite locks these bytes and keeps nothing there; Windows lets nobody read them meanwhile. */
export const lockPageAt = 2 ** 30;

/** Where in a database's file of this size its bytes are read, so many at once at most. */
export function* filePieces(
  sizeBytes: number,
  mostBytes: number,
): Generator<{ at: number; length: number }> {
  for (let at = 0; at < sizeBytes; ) {
    if (at === lockPageAt) at += pageBytes;
    const length = Math.min(mostBytes, sizeBytes - at);
    if (length <= 0) return;
    yield { at, length };
    at += length;
  }
}
