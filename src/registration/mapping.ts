import { type Affine, apply, type Point } from './affine.ts';

/**
 * Steps at the nodes of a grid that covers the reference picture, linear between them, in shares of
 * the other picture's longer side.
 */
export interface Warp {
  readonly columns: number;
  readonly rows: number;
  /** Half of the grid's width and height, in shares of the reference's longer side. */
  readonly halfWidth: number;
  readonly halfHeight: number;
  readonly dx: Float64Array;
  readonly dy: Float64Array;
}

/** Where each point of the reference lies in the other picture. */
export interface Mapping {
  readonly affine: Affine;
  readonly warp: Warp | null;
}

export function mapped({ affine, warp }: Mapping, point: Point): Point {
  const straight = apply(affine, point);
  if (!warp) return straight;
  const { at, right, below, fx, fy } = cellOf(warp, point.x, point.y);
  return {
    x: straight.x + between(warp.dx, at, right, below, fx, fy),
    y: straight.y + between(warp.dy, at, right, below, fx, fy),
  };
}

/** Linear between the four nodes of a cell. */
export function between(
  steps: Float64Array,
  at: number,
  right: number,
  below: number,
  fx: number,
  fy: number,
): number {
  const above = (steps[at] ?? 0) * (1 - fx) + (steps[at + right] ?? 0) * fx;
  const under = (steps[at + below] ?? 0) * (1 - fx) + (steps[at + below + right] ?? 0) * fx;
  return above * (1 - fy) + under * fy;
}

/** The cell's first node, the steps to its neighbours, and where in the cell the point lies. */
export function cellOf(
  { columns, rows, halfWidth, halfHeight }: Warp,
  x: number,
  y: number,
): { at: number; right: number; below: number; fx: number; fy: number } {
  const column = ((x / halfWidth + 1) / 2) * (columns - 1);
  const row = ((y / halfHeight + 1) / 2) * (rows - 1);
  const [left, top] = [
    Math.min(Math.max(Math.floor(column), 0), columns - 2),
    Math.min(Math.max(Math.floor(row), 0), rows - 2),
  ];
  return {
    at: top * columns + left,
    right: 1,
    below: columns,
    fx: Math.min(Math.max(column - left, 0), 1),
    fy: Math.min(Math.max(row - top, 0), 1),
  };
}
