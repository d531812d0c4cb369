import { MeasuringError } from './errors.ts';
import {
  areaOf,
  distance,
  isSimple,
  type Point,
  type Polygon,
  perimeterOf,
  resampled,
} from './polygon.ts';

/**
 * An outline as a person draws and corrects it: a closed curve through a few points, a uniform
 * Catmull–Rom spline (Catmull & Rom, "A class of local interpolating splines", 1974). Between the
 * points b and c, with a before and d behind, at t in 0…1:
 *
 *   ½·(2b + (c − a)·t + (2a − 5b + 4c − d)·t² + (3b − a − 3c + d)·t³)
 */
export type Controls = readonly Point[];

export const minControls = 4;
export const maxControls = 64;
/** Straight pieces for each piece of the curve. */
const pieces = 8;

/** The curve as a polygon. */
export function curveThrough(controls: Controls): Point[] {
  return controls.flatMap((_, index) =>
    Array.from({ length: pieces }, (_, piece) => curvePoint(controls, index, piece / pieces)),
  );
}

/** The curve's point at t in 0…1 behind the control of this index. */
export function curvePoint(controls: Controls, index: number, t: number): Point {
  const at = (place: number) => controls.at(place % controls.length) ?? { x: 0, y: 0 };
  const [a, b, c, d] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
  const along = (a: number, b: number, c: number, d: number) =>
    (2 * b +
      (c - a) * t +
      (2 * a - 5 * b + 4 * c - d) * t ** 2 +
      (3 * b - a - 3 * c + d) * t ** 3) /
    2;
  return { x: along(a.x, b.x, c.x, d.x), y: along(a.y, b.y, c.y, d.y) };
}

/**
 * As few points as it takes for the curve to stay within `tolerancePx` of the polygon, at least 8.
 * @throws MeasuringError 'outline-invalid' where the polygon encloses nothing.
 */
export function controlsFor(polygon: Polygon, tolerancePx: number): Point[] {
  if (polygon.length < 3 || areaOf(polygon) === 0)
    throw new MeasuringError('outline-invalid', 'An outline must enclose something.');
  const dense = resampled(polygon, Math.max(4 * maxControls, Math.ceil(perimeterOf(polygon))));
  for (let count = 8; ; count += 4) {
    const controls = resampled(dense, Math.min(count, maxControls));
    if (count >= maxControls) return controls;
    const curve = curveThrough(controls);
    if (dense.every((point) => distanceTo(curve, point) <= tolerancePx)) return controls;
  }
}

/**
 * Throws unless a person's outline can be measured.
 * @throws MeasuringError 'outline-invalid', saying what to change.
 */
export function checkControls(controls: Controls): void {
  const problem =
    controls.length < minControls
      ? `it has ${controls.length} points; set at least ${minControls}`
      : controls.length > maxControls
        ? `it has ${controls.length} points; ${maxControls} are the most`
        : controls.some(({ x, y }) => !Number.isFinite(x) || !Number.isFinite(y))
          ? 'a point lies nowhere'
          : !isSimple(curveThrough(controls))
            ? 'it crosses itself; move the points apart'
            : areaOf(curveThrough(controls)) < 1
              ? 'it encloses nothing'
              : undefined;
  if (problem)
    throw new MeasuringError('outline-invalid', `The outline cannot be measured: ${problem}.`);
}

/** Where the curve comes nearest to a point: behind which control, and how far away. */
export function nearestOnCurve(controls: Controls, point: Point) {
  let best = { index: 0, t: 0, distancePx: Number.POSITIVE_INFINITY };
  for (let index = 0; index < controls.length; index++) {
    for (let piece = 0; piece < pieces; piece++) {
      const t = piece / pieces;
      const distancePx = distance(curvePoint(controls, index, t), point);
      if (distancePx < best.distancePx) best = { index, t, distancePx };
    }
  }
  return best;
}

/** A control more, where the curve comes nearest to `point`; the same controls where there is no room. */
export function withControl(controls: Controls, point: Point): Controls {
  if (controls.length >= maxControls) return controls;
  return controls.toSpliced(nearestOnCurve(controls, point).index + 1, 0, point);
}

/** Without a control; the same controls where none can be spared. */
export function withoutControl(controls: Controls, index: number): Controls {
  return controls.length <= minControls ? controls : controls.toSpliced(index, 1);
}

function distanceTo(polygon: Polygon, point: Point): number {
  let nearest = Number.POSITIVE_INFINITY;
  let before = polygon.at(-1);
  for (const next of polygon) {
    if (before) nearest = Math.min(nearest, distanceToSide(before, next, point));
    before = next;
  }
  return nearest;
}

function distanceToSide(a: Point, b: Point, p: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const squared = dx * dx + dy * dy;
  const t = squared === 0 ? 0 : ((p.x - a.x) * dx + (p.y - a.y) * dy) / squared;
  const share = Math.min(Math.max(t, 0), 1);
  return Math.hypot(p.x - a.x - share * dx, p.y - a.y - share * dy);
}
