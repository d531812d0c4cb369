import type { Level } from './level.ts';
import { between, cellOf, type Mapping } from './mapping.ts';

/** The other picture as it looks in the reference's place, with its slopes there. */
export interface Seen {
  readonly values: Float32Array;
  readonly weights: Float32Array;
  /** Change of the value for a step in the other picture, of its whole longer side. */
  readonly dx: Float32Array;
  readonly dy: Float32Array;
}

/** By linear interpolation; beyond the other picture's rim the weight is 0. */
export function seenThrough(reference: Level, other: Level, { affine, warp }: Mapping): Seen {
  const { width, height, unit } = reference;
  const count = width * height;
  const out: Seen = {
    values: new Float32Array(count),
    weights: new Float32Array(count),
    dx: new Float32Array(count),
    dy: new Float32Array(count),
  };
  const { values, weights } = other;
  const [w, h, u] = [other.width, other.height, other.unit];
  const halfX = w / 2 - 0.5;
  const halfY = h / 2 - 0.5;
  for (let row = 0, to = 0; row < height; row++) {
    const v = (row + 0.5 - height / 2) / unit;
    for (let column = 0; column < width; column++, to++) {
      const t = (column + 0.5 - width / 2) / unit;
      let x = affine.a * t + affine.b * v + affine.c;
      let y = affine.d * t + affine.e * v + affine.f;
      if (warp) {
        const { at, right, below, fx, fy } = cellOf(warp, t, v);
        x += between(warp.dx, at, right, below, fx, fy);
        y += between(warp.dy, at, right, below, fx, fy);
      }
      x = x * u + halfX;
      y = y * u + halfY;
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      if (!(x0 >= 0 && y0 >= 0 && x0 + 1 < w && y0 + 1 < h)) continue;
      const fx = x - x0;
      const fy = y - y0;
      const at = y0 * w + x0;
      const weight = Math.min(
        weights[at] ?? 0,
        weights[at + 1] ?? 0,
        weights[at + w] ?? 0,
        weights[at + w + 1] ?? 0,
      );
      if (weight === 0) continue;
      const p = values[at] ?? 0;
      const q = values[at + 1] ?? 0;
      const r = values[at + w] ?? 0;
      const s = values[at + w + 1] ?? 0;
      out.values[to] = (p * (1 - fx) + q * fx) * (1 - fy) + (r * (1 - fx) + s * fx) * fy;
      out.dx[to] = ((q - p) * (1 - fy) + (s - r) * fy) * u;
      out.dy[to] = ((r - p) * (1 - fx) + (s - q) * fx) * u;
      out.weights[to] = weight;
    }
  }
  return out;
}

/** Correlation of what both pictures show, −1…1, and the share of the reference that both see. */
export function agreement(reference: Level, seen: Pick<Seen, 'values' | 'weights'>) {
  let [sum, a, b, aa, bb, ab, all] = [0, 0, 0, 0, 0, 0, 0];
  for (let at = 0; at < reference.values.length; at++) {
    const own = reference.weights[at] ?? 0;
    all += own;
    const weight = own * (seen.weights[at] ?? 0);
    if (weight === 0) continue;
    const [x, y] = [reference.values[at] ?? 0, seen.values[at] ?? 0];
    sum += weight;
    a += weight * x;
    b += weight * y;
    aa += weight * x * x;
    bb += weight * y * y;
    ab += weight * x * y;
  }
  if (sum === 0) return { correlation: 0, overlap: 0 };
  const spread = Math.sqrt(Math.max(0, aa - (a * a) / sum) * Math.max(0, bb - (b * b) / sum));
  return {
    correlation: spread > 0 ? (ab - (a * b) / sum) / spread : 0,
    overlap: sum / Math.max(all, 1),
  };
}
