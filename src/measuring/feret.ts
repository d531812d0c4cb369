import { convexHull, distance, type Point, type Polygon } from './polygon.ts';

/** A straight line between two points of a picture. */
export interface Axis {
  readonly from: Point;
  readonly to: Point;
  readonly lengthPx: number;
}

/** The two points of the polygon that lie furthest apart (Feret's largest diameter). */
export function longAxis(polygon: Polygon): Axis {
  const hull = convexHull(polygon);
  let best: readonly [Point, Point] | undefined;
  let longest = -1;
  for (const [index, a] of hull.entries()) {
    for (const b of hull.slice(index + 1)) {
      const length = distance(a, b);
      if (length > longest) [best, longest] = [[a, b], length];
    }
  }
  const [from, to] = best ?? [
    { x: 0, y: 0 },
    { x: 0, y: 0 },
  ];
  return { from, to, lengthPx: Math.max(longest, 0) };
}

/**
 * How wide the polygon is across an axis: the distance between the two lines parallel to the axis
 * that hold the polygon, drawn through where its ends reach furthest. It is drawn where the polygon
 * reaches furthest on the one side, and at a right angle to the axis.
 */
export function shortAxis(polygon: Polygon, { from, to, lengthPx }: Axis): Axis {
  const [ux, uy] =
    lengthPx === 0 ? [1, 0] : [(to.x - from.x) / lengthPx, (to.y - from.y) / lengthPx];
  const across = ({ x, y }: Point) => -(x - from.x) * uy + (y - from.y) * ux;
  let [low, high]: (Point | undefined)[] = [];
  for (const point of polygon) {
    if (!low || across(point) < across(low)) low = point;
    if (!high || across(point) > across(high)) high = point;
  }
  if (!low || !high) return { from, to: from, lengthPx: 0 };
  const width = across(high) - across(low);
  const foot = { x: high.x + width * uy, y: high.y - width * ux };
  return { from: foot, to: high, lengthPx: width };
}
