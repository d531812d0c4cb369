import type { ArenaBuffer } from './plan.ts';

/** Buffers start at multiples of this: vectors then do not cross cache lines needlessly. */
const ALIGNMENT = 64;

/** A buffer while the plan is made: its lifetime grows with every step that touches it. */
export interface DraftBuffer extends ArenaBuffer {
  bytes: number;
  first: number;
  last: number;
  offset: number;
}

export function newBuffer(bytes: number): DraftBuffer {
  return { bytes, first: Number.POSITIVE_INFINITY, last: -1, offset: 0 };
}

/** Extends the lifetime of a buffer to step `step`. */
export function touch(buffer: DraftBuffer, step: number): void {
  buffer.first = Math.min(buffer.first, step);
  buffer.last = Math.max(buffer.last, step);
}

/**
 * Places all buffers so that none overlaps another that lives at the same time: the largest
 * first, each at the lowest address where it fits. Returns the size of the arena.
 */
export function placeBuffers(buffers: readonly DraftBuffer[]): number {
  const placed: DraftBuffer[] = [];
  let arenaBytes = 0;
  for (const buffer of [...buffers].sort((a, b) => b.bytes - a.bytes)) {
    let offset = 0;
    // `placed` is in order of address, so one pass over it finds the first gap.
    for (const other of placed) {
      const isAlive = other.first <= buffer.last && buffer.first <= other.last;
      if (!isAlive || other.offset + other.bytes <= offset) continue;
      if (offset + buffer.bytes <= other.offset) break;
      offset = Math.ceil((other.offset + other.bytes) / ALIGNMENT) * ALIGNMENT;
    }
    buffer.offset = offset;
    arenaBytes = Math.max(arenaBytes, offset + buffer.bytes);
    const after = placed.findIndex((other) => other.offset > offset);
    placed.splice(after < 0 ? placed.length : after, 0, buffer);
  }
  return arenaBytes;
}
