import type { Level } from './level.ts';
import type { Seen } from './resample.ts';

/** What a second look, piece by piece, says of an alignment. */
export interface Checked {
  /** Pieces that have something to compare, and of those the ones that agree where they are. */
  readonly pieces: number;
  readonly agreeing: number;
  /** How far off the agreeing pieces lie: the median, in shares of the reference's longer side. */
  readonly offset: number;
}

const across = 8;
/** Pixels that a piece is moved by to look for a better place. */
const reach = 4;
/** A piece agrees whose best correlation is at least this. */
const leastCorrelation = 0.35;

/** Moves each piece of the reference about over the other picture: it should agree best where it is. */
export function checkPieces(reference: Level, seen: Pick<Seen, 'values' | 'weights'>): Checked {
  const { width, height, unit } = reference;
  const size = Math.floor(unit / across);
  const offsets: number[] = [];
  let pieces = 0;
  for (let top = reach; top + size + reach <= height; top += size) {
    for (let left = reach; left + size + reach <= width; left += size) {
      const found = bestPlace(reference, seen, left, top, size);
      if (!found) continue;
      pieces++;
      const isInside = Math.max(Math.abs(found.x), Math.abs(found.y)) < reach - 0.5;
      if (found.correlation >= leastCorrelation && isInside)
        offsets.push(Math.hypot(found.x, found.y) / unit);
    }
  }
  const sorted = offsets.toSorted((a, b) => a - b);
  return { pieces, agreeing: offsets.length, offset: sorted[sorted.length >> 1] ?? 1 };
}

/** `null` where too little of the piece is seen. */
function bestPlace(
  reference: Level,
  seen: Pick<Seen, 'values' | 'weights'>,
  left: number,
  top: number,
  size: number,
) {
  const side = 2 * reach + 1;
  const scores = new Float64Array(side * side);
  let best = 0;
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const score = correlationAt(reference, seen, left, top, size, dx, dy);
      if (score === null) return null;
      const at = (dy + reach) * side + dx + reach;
      scores[at] = score;
      if (score > (scores[best] ?? 0)) best = at;
    }
  }
  const [x, y] = [best % side, Math.floor(best / side)];
  const score = (column: number, row: number) => scores[row * side + column] ?? 0;
  const summit = (before: number, here: number, after: number) => {
    const bend = before - 2 * here + after;
    return bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0;
  };
  const isRim = x === 0 || y === 0 || x === side - 1 || y === side - 1;
  return {
    x: x - reach + (isRim ? 0 : summit(score(x - 1, y), score(x, y), score(x + 1, y))),
    y: y - reach + (isRim ? 0 : summit(score(x, y - 1), score(x, y), score(x, y + 1))),
    correlation: score(x, y),
  };
}

function correlationAt(
  { width, values, weights }: Level,
  seen: Pick<Seen, 'values' | 'weights'>,
  left: number,
  top: number,
  size: number,
  dx: number,
  dy: number,
): number | null {
  let sum = 0;
  let a = 0;
  let b = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let row = top; row < top + size; row++) {
    let at = row * width + left;
    let there = (row + dy) * width + left + dx;
    for (let column = 0; column < size; column++, at++, there++) {
      const weight = (weights[at] ?? 0) * (seen.weights[there] ?? 0);
      if (weight === 0) continue;
      const p = values[at] ?? 0;
      const q = seen.values[there] ?? 0;
      sum += weight;
      a += weight * p;
      b += weight * q;
      aa += weight * p * p;
      bb += weight * q * q;
      ab += weight * p * q;
    }
  }
  if (sum < 0.6 * size * size) return null;
  const spread = Math.sqrt(Math.max(0, aa - (a * a) / sum) * Math.max(0, bb - (b * b) / sum));
  return spread > 1e-9 ? (ab - (a * b) / sum) / spread : 0;
}
