/**
 * Closed polygons in a picture's pixels: x to the right, y down, the centre of the first pixel at
 * (0.5, 0.5). The last point joins the first.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}
export type Polygon = readonly Point[];

/** Each side with the point that it begins and ends at. */
export function* sides(polygon: Polygon): Generator<readonly [Point, Point]> {
  let before = polygon.at(-1);
  for (const point of polygon) {
    if (before) yield [before, point];
    before = point;
  }
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

/** Half of Σ (x₁·y₂ − x₂·y₁); positive where the polygon runs clockwise on the screen. */
export function signedArea(polygon: Polygon): number {
  let twice = 0;
  for (const [a, b] of sides(polygon)) twice += a.x * b.y - b.x * a.y;
  return twice / 2;
}

export function areaOf(polygon: Polygon): number {
  return Math.abs(signedArea(polygon));
}

export function perimeterOf(polygon: Polygon): number {
  let length = 0;
  for (const [a, b] of sides(polygon)) length += distance(a, b);
  return length;
}

/** The centre of mass of the area. */
export function centroidOf(polygon: Polygon): Point {
  const area = signedArea(polygon);
  let x = 0;
  let y = 0;
  for (const [a, b] of sides(polygon)) {
    const cross = a.x * b.y - b.x * a.y;
    x += (a.x + b.x) * cross;
    y += (a.y + b.y) * cross;
  }
  return { x: x / (6 * area), y: y / (6 * area) };
}

/** The direction, in radians, along which the area reaches furthest from its centre of mass. */
export function principalDirection(polygon: Polygon): number {
  const centre = centroidOf(polygon);
  let [xx, yy, xy] = [0, 0, 0];
  for (const [a, b] of sides(polygon)) {
    const [ax, ay, bx, by] = [a.x - centre.x, a.y - centre.y, b.x - centre.x, b.y - centre.y];
    const cross = ax * by - bx * ay;
    xx += cross * (ax * ax + ax * bx + bx * bx);
    yy += cross * (ay * ay + ay * by + by * by);
    xy += (cross * (ax * by + 2 * ax * ay + 2 * bx * by + bx * ay)) / 2;
  }
  const turn = Math.sign(signedArea(polygon));
  return Math.atan2(2 * turn * xy, turn * (xx - yy)) / 2;
}

/** The corners of the smallest convex polygon around the points (Andrew's monotone chain). */
export function convexHull(points: Polygon): Point[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const half = (ordered: Iterable<Point>) => {
    const chain: Point[] = [];
    for (const point of ordered) {
      for (;;) {
        const [before, last] = [chain.at(-2), chain.at(-1)];
        if (!before || !last || turn(before, last, point) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

/** Whether the point lies inside, by the number of sides that a ray from it crosses. */
export function contains(polygon: Polygon, { x, y }: Point): boolean {
  let inside = false;
  for (const [a, b] of sides(polygon)) {
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
  }
  return inside;
}

/** Whether no two sides meet but where one follows the other. */
export function isSimple(polygon: Polygon): boolean {
  const all = [...sides(polygon)].filter(([a, b]) => a.x !== b.x || a.y !== b.y);
  return all.every(([a, b], i) =>
    all.every(([c, d], j) => {
      const areNeighbours = j <= i + 1 || (i === 0 && j === all.length - 1);
      return areNeighbours || !meet(a, b, c, d);
    }),
  );
}

/** So many points at equal distances along the polygon, the first one its own first. */
export function resampled(polygon: Polygon, count: number): Point[] {
  const closed = [...polygon, ...polygon.slice(0, 1)];
  const step = perimeterOf(polygon) / count;
  const points: Point[] = [];
  let [walked, next] = [0, 0];
  for (const [index, b] of closed.entries()) {
    const a = closed[index - 1];
    if (!a) continue;
    const length = distance(a, b);
    while (points.length < count && next <= walked + length) {
      const share = length === 0 ? 0 : (next - walked) / length;
      points.push({ x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) });
      next = points.length * step;
    }
    walked += length;
  }
  return points;
}

/** Positive where the way from a over b to c turns to the right on the screen. */
function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** Whether the lines from a to b and from c to d have a point in common, their ends among them. */
function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc * abd < 0 && cda * cdb < 0) return true;
  return (
    (abc === 0 && isWithin(c, a, b)) ||
    (abd === 0 && isWithin(d, a, b)) ||
    (cda === 0 && isWithin(a, c, d)) ||
    (cdb === 0 && isWithin(b, c, d))
  );
}

/** Of a point on the line through a and b: whether it is between them. */
function isWithin({ x, y }: Point, a: Point, b: Point): boolean {
  return (
    Math.min(a.x, b.x) <= x &&
    x <= Math.max(a.x, b.x) &&
    Math.min(a.y, b.y) <= y &&
    y <= Math.max(a.y, b.y)
  );
}
