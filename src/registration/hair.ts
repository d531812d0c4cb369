import type { Level } from './level.ts';

/** Of the longer side: thinner dark lines are hairs. */
const halfWidth = 0.011;
/** Grey levels that a hair is darker than the skin beside it. */
const depth = 14;
/** Lines that are hairs go on at least so far, of the longer side. */
const length = 0.045;

/**
 * The same picture without its dark hairs: each pixel that is much darker than what closing along one
 * of four directions makes of it (as DullRazor does: Lee et al., Comput. Biol. Med. 27(6), 1997) and
 * that has such neighbours along a line no longer counts, nor do those beside it.
 */
export function withoutHairs(level: Level): Level {
  const { width, height, values, unit } = level;
  const reach = Math.max(2, Math.round(halfWidth * unit));
  const isThin = new Uint8Array(values.length);
  for (const [dx, dy] of directions) {
    const closed = closing(values, width, height, dx, dy, reach);
    for (let at = 0; at < isThin.length; at++)
      if ((closed[at] ?? 0) - (values[at] ?? 0) > depth) isThin[at] = 1;
  }
  const isHair = longParts(isThin, width, height, Math.round(length * unit));
  const weights = level.weights.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isHair[y * width + x]) continue;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++)
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++)
          weights[row * width + column] = 0;
    }
  }
  return { ...level, weights };
}

const directions = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
] as const;

/** The darkest of the brightest along a line: dark lines across it are filled. */
function closing(
  values: Float32Array,
  width: number,
  height: number,
  dx: number,
  dy: number,
  reach: number,
): Float32Array {
  const extreme = (from: Float32Array, sign: 1 | -1) => {
    const out = new Float32Array(from.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let best = Number.NEGATIVE_INFINITY;
        for (let step = -reach; step <= reach; step++) {
          const column = x + step * dx;
          const row = y + step * dy;
          if (column < 0 || row < 0 || column >= width || row >= height) continue;
          const value = sign * (from[row * width + column] ?? 0);
          if (value > best) best = value;
        }
        out[y * width + x] = sign * best;
      }
    }
    return out;
  };
  return extreme(extreme(values, 1), -1);
}

/** The connected parts that reach at least so far across or down. */
function longParts(map: Uint8Array, width: number, height: number, least: number): Uint8Array {
  const out = new Uint8Array(map.length);
  const seen = new Uint8Array(map.length);
  for (let start = 0; start < map.length; start++) {
    if (!map[start] || seen[start]) continue;
    const part = [start];
    seen[start] = 1;
    let [left, right, top, bottom] = [width, 0, height, 0];
    for (const at of part) {
      const [x, y] = [at % width, Math.floor(at / width)];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const next = row * width + column;
          if (!map[next] || seen[next]) continue;
          seen[next] = 1;
          part.push(next);
        }
      }
    }
    if (Math.max(right - left, bottom - top) >= least) for (const at of part) out[at] = 1;
  }
  return out;
}
