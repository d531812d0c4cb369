import type { Polygon } from './polygon.ts';
import { sides } from './polygon.ts';

/** Part of a picture's pixels, row by row: 1 for those that belong to it. */
export interface Mask {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixels: Uint8Array;
}

/** The pixels whose centres lie inside the polygon. */
export function maskOf(polygon: Polygon, widthPx: number, heightPx: number): Mask {
  const pixels = new Uint8Array(widthPx * heightPx);
  const all = [...sides(polygon)];
  for (let row = 0; row < heightPx; row++) {
    const y = row + 0.5;
    const crossings: number[] = [];
    for (const [a, b] of all) {
      if (a.y > y !== b.y > y) crossings.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
    }
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil((crossings[i] ?? 0) - 0.5));
      const to = Math.min(widthPx, Math.ceil((crossings[i + 1] ?? 0) - 0.5));
      if (to > from) pixels.fill(1, row * widthPx + from, row * widthPx + to);
    }
  }
  return { widthPx, heightPx, pixels };
}

/** Size of what two masks share, against the size of both together; 1 where both are empty. */
export function jaccard(a: Mask, b: Mask): number {
  let [both, either] = [0, 0];
  for (const [index, mine] of a.pixels.entries()) {
    const theirs = b.pixels[index] ?? 0;
    both += mine & theirs;
    either += mine | theirs;
  }
  return either === 0 ? 1 : both / either;
}
