import { regionsAbove } from './contour.ts';
import { MeasuringError } from './errors.ts';
import { maskOf } from './mask.ts';
import { areaOf, type Point } from './polygon.ts';
import { type Controls, controlsFor, curveThrough } from './spline.ts';

/** The outline is painted on a grid of at most so many cells a side. */
const gridSide = 320;
/** Of the root of the area: how far the curve may lie from what was painted. */
const tolerance = 0.015;

/**
 * The outline with what a round brush went over added to it, or taken off; the largest part stays.
 * @throws MeasuringError 'outline-invalid' where nothing is left.
 */
export function brushed(
  controls: Controls,
  stroke: readonly Point[],
  radiusPx: number,
  way: 'add' | 'remove',
): Controls {
  const curve = curveThrough(controls);
  const all = [...curve, ...(way === 'add' ? stroke : [])];
  const [xs, ys] = [all.map(({ x }) => x), all.map(({ y }) => y)];
  const [x0, y0] = [Math.min(...xs) - radiusPx - 1, Math.min(...ys) - radiusPx - 1];
  const [width, height] = [
    Math.max(...xs) + radiusPx + 1 - x0,
    Math.max(...ys) + radiusPx + 1 - y0,
  ];
  const step = Math.max(width, height) / gridSide;
  const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
  const toGrid = ({ x, y }: Point) => ({ x: (x - x0) / step, y: (y - y0) / step });
  const { pixels } = maskOf(curve.map(toGrid), columns, rows);
  const values = Float32Array.from(pixels);
  const radius = radiusPx / step;
  for (const [index, each] of stroke.entries()) {
    const [from, to] = [toGrid(stroke[Math.max(0, index - 1)] ?? each), toGrid(each)];
    const stops = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y)));
    for (let stop = 1; stop <= stops; stop++) {
      const share = stop / stops;
      const at = { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
      stamp(values, columns, rows, at, radius, way === 'add' ? 1 : 0);
    }
  }
  const [largest] = regionsAbove({ columns, rows, values }, 0.5);
  if (!largest)
    throw new MeasuringError(
      'outline-invalid',
      'Nothing of the outline would be left. Use a smaller brush, or draw it anew.',
    );
  const outline = largest.outline.map(({ x, y }) => ({ x: x0 + x * step, y: y0 + y * step }));
  return controlsFor(outline, Math.max(step, tolerance * Math.sqrt(areaOf(outline))));
}

function stamp(
  values: Float32Array,
  columns: number,
  rows: number,
  { x, y }: Point,
  radius: number,
  value: 0 | 1,
): void {
  for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(rows, y + radius); row++) {
    const reach = radius ** 2 - (row + 0.5 - y) ** 2;
    if (reach < 0) continue;
    const half = Math.sqrt(reach);
    const from = Math.max(0, Math.round(x - half));
    const to = Math.min(columns, Math.round(x + half));
    if (to > from) values.fill(value, row * columns + from, row * columns + to);
  }
}
