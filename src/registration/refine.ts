import type { Affine } from './affine.ts';
import type { Level } from './level.ts';
import { cellOf, type Warp } from './mapping.ts';
import { agreement, type Seen, seenThrough } from './resample.ts';
import { solve } from './solve.ts';

/** Beyond so many times the typical difference a pixel counts for next to nothing. */
const robustness = 2.5;
/** Steps below this share of the longer side change nothing that matters. */
const enough = 1e-5;

export interface Refined {
  readonly affine: Affine;
  readonly correlation: number;
  readonly overlap: number;
}

/**
 * The transform that makes both pictures agree best, from one nearby: Gauss–Newton on the differences,
 * each weighted down the more it exceeds what is typical (Geman & McClure, 1987), which leaves out hairs,
 * reflections and what has changed.
 * @param freedom 'similarity' turns, scales, shifts; 'affine' stretches as well.
 */
export function refine(
  reference: Level,
  other: Level,
  from: Affine,
  freedom: 'similarity' | 'affine',
  rounds: number,
): Refined {
  let affine = from;
  for (let round = 0; round < rounds; round++) {
    const seen = seenThrough(reference, other, { affine, warp: null });
    const step = bestStep(reference, seen, freedom);
    if (!step) break;
    affine = {
      a: affine.a + step.a,
      b: affine.b + step.b,
      c: affine.c + step.c,
      d: affine.d + step.d,
      e: affine.e + step.e,
      f: affine.f + step.f,
    };
    if (Object.values(step).every((value) => Math.abs(value) < enough)) break;
  }
  return { affine, ...agreement(reference, seenThrough(reference, other, { affine, warp: null })) };
}

function bestStep(reference: Level, seen: Seen, freedom: 'similarity' | 'affine'): Affine | null {
  const { width, height, unit } = reference;
  const weight = robustWeights(reference, seen);
  const count = freedom === 'affine' ? 6 : 4;
  const matrix = new Float64Array(count * count);
  const right = new Float64Array(count);
  const slope = new Float64Array(count);
  for (let row = 0, at = 0; row < height; row++) {
    const v = (row + 0.5 - height / 2) / unit;
    for (let column = 0; column < width; column++, at++) {
      const w = weight[at] ?? 0;
      if (w === 0) continue;
      const u = (column + 0.5 - width / 2) / unit;
      const gx = seen.dx[at] ?? 0;
      const gy = seen.dy[at] ?? 0;
      const difference = (reference.values[at] ?? 0) - (seen.values[at] ?? 0);
      slope[0] = gx;
      slope[1] = gy;
      if (count === 4) {
        slope[2] = gx * u + gy * v;
        slope[3] = gy * u - gx * v;
      } else {
        slope[2] = gx * u;
        slope[3] = gx * v;
        slope[4] = gy * u;
        slope[5] = gy * v;
      }
      for (let i = 0; i < count; i++) {
        const scaled = w * (slope[i] ?? 0);
        right[i] = (right[i] ?? 0) + scaled * difference;
        for (let j = 0; j <= i; j++)
          matrix[i * count + j] = (matrix[i * count + j] ?? 0) + scaled * (slope[j] ?? 0);
      }
    }
  }
  for (let i = 0; i < count; i++) {
    matrix[i * count + i] = (matrix[i * count + i] ?? 0) * 1.001;
    for (let j = i + 1; j < count; j++) matrix[i * count + j] = matrix[j * count + i] ?? 0;
  }
  const [c = 0, f = 0, p = 0, q = 0, r = 0, s = 0] = solve(matrix, right) ?? [];
  if (c === 0 && f === 0) return null;
  return count === 4 ? { a: p, b: -q, c, d: q, e: p, f } : { a: p, b: q, c, d: r, e: s, f };
}

/** What both see, less the more they differ there. */
function robustWeights(reference: Level, seen: Seen): Float32Array {
  const { values, weights } = reference;
  const magnitudes: number[] = [];
  for (let at = 0; at < values.length; at += 7)
    if ((weights[at] ?? 0) * (seen.weights[at] ?? 0) > 0.5)
      magnitudes.push(Math.abs((values[at] ?? 0) - (seen.values[at] ?? 0)));
  const typical = magnitudes.toSorted((a, b) => a - b)[magnitudes.length >> 1] ?? 1;
  const limit = (robustness * Math.max(typical, 0.05)) ** 2;
  return weights.map((own, at) => {
    const weight = own * (seen.weights[at] ?? 0);
    if (weight === 0) return 0;
    const difference = (values[at] ?? 0) - (seen.values[at] ?? 0);
    return weight / (1 + (difference * difference) / limit) ** 2;
  });
}

/** Cells across the longer side of the warp's grid. */
const cells = 6;
/** Against what the pictures say of a node: how much its neighbours hold it, and how much rest does. */
const [stiffness, rest] = [1.2, 0.08];

/** The mild warp, on top of the transform, that makes both agree better. */
export function refineWarp(reference: Level, other: Level, affine: Affine, rounds: number): Warp {
  const { width, height, unit } = reference;
  const columns = Math.max(3, Math.round((cells * width) / unit) + 1);
  const rows = Math.max(3, Math.round((cells * height) / unit) + 1);
  const nodes = columns * rows;
  let warp: Warp = {
    columns,
    rows,
    halfWidth: width / unit / 2,
    halfHeight: height / unit / 2,
    dx: new Float64Array(nodes),
    dy: new Float64Array(nodes),
  };
  for (let round = 0; round < rounds; round++) {
    const seen = seenThrough(reference, other, { affine, warp });
    const step = warpStep(reference, seen, warp);
    if (!step) break;
    warp = {
      ...warp,
      dx: warp.dx.map((value, node) => value + (step[2 * node] ?? 0)),
      dy: warp.dy.map((value, node) => value + (step[2 * node + 1] ?? 0)),
    };
    if (step.every((value) => Math.abs(value) < 10 * enough)) break;
  }
  return warp;
}

function warpStep(reference: Level, seen: Seen, warp: Warp): Float64Array | null {
  const { width, height, unit } = reference;
  const { columns, rows } = warp;
  const count = 2 * columns * rows;
  const matrix = new Float64Array(count * count);
  const right = new Float64Array(count);
  const weight = robustWeights(reference, seen);
  const nodes = new Int32Array(4);
  const shares = new Float64Array(4);
  for (let row = 0, at = 0; row < height; row++) {
    const v = (row + 0.5 - height / 2) / unit;
    for (let column = 0; column < width; column++, at++) {
      const w = weight[at] ?? 0;
      if (w === 0) continue;
      const cell = cellOf(warp, (column + 0.5 - width / 2) / unit, v);
      const gx = seen.dx[at] ?? 0;
      const gy = seen.dy[at] ?? 0;
      const difference = (reference.values[at] ?? 0) - (seen.values[at] ?? 0);
      for (let corner = 0; corner < 4; corner++) {
        const isRight = corner & 1;
        const isBelow = corner >> 1;
        nodes[corner] = cell.at + isRight * cell.right + isBelow * cell.below;
        shares[corner] = (isRight ? cell.fx : 1 - cell.fx) * (isBelow ? cell.fy : 1 - cell.fy);
      }
      for (let i = 0; i < 4; i++) {
        const n = 2 * (nodes[i] ?? 0);
        const share = w * (shares[i] ?? 0);
        right[n] = (right[n] ?? 0) + share * gx * difference;
        right[n + 1] = (right[n + 1] ?? 0) + share * gy * difference;
        for (let j = 0; j < 4; j++) {
          const both = share * (shares[j] ?? 0);
          const to = n * count + 2 * (nodes[j] ?? 0);
          matrix[to] = (matrix[to] ?? 0) + both * gx * gx;
          matrix[to + 1] = (matrix[to + 1] ?? 0) + both * gx * gy;
          matrix[to + count] = (matrix[to + count] ?? 0) + both * gx * gy;
          matrix[to + count + 1] = (matrix[to + count + 1] ?? 0) + both * gy * gy;
        }
      }
    }
  }
  stiffen(matrix, right, warp);
  return solve(matrix, right);
}

/** Adds what holds the nodes: half of Σ stiffness·(step − neighbour's)² + rest·step². */
function stiffen(matrix: Float64Array, right: Float64Array, { columns, rows, dx, dy }: Warp): void {
  const count = right.length;
  let trace = 0;
  for (let i = 0; i < count; i++) trace += matrix[i * count + i] ?? 0;
  const typical = trace / count + 1e-9;
  const now = (i: number) => (i % 2 === 0 ? dx[i >> 1] : dy[i >> 1]) ?? 0;
  const add = (i: number, j: number, value: number) => {
    matrix[i * count + j] = (matrix[i * count + j] ?? 0) + value;
    right[i] = (right[i] ?? 0) - value * now(j);
  };
  for (let node = 0; node < columns * rows; node++) {
    const [column, row] = [node % columns, Math.floor(node / columns)];
    const neighbours = [
      ...(column > 0 ? [node - 1] : []),
      ...(column < columns - 1 ? [node + 1] : []),
      ...(row > 0 ? [node - columns] : []),
      ...(row < rows - 1 ? [node + columns] : []),
    ];
    for (const axis of [0, 1]) {
      const i = 2 * node + axis;
      add(i, i, typical * (rest + stiffness * neighbours.length));
      for (const neighbour of neighbours) add(i, 2 * neighbour + axis, -typical * stiffness);
    }
  }
}
