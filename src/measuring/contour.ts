import { areaOf, contains, type Point, type Polygon, signedArea } from './polygon.ts';

/** Values at the centres of equal cells that cover a picture or a part of it, row by row. */
export interface Field {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array;
}

/** One connected part of a field that lies above a level. */
export interface Region {
  /** Around the part, in cells. */
  readonly outline: Polygon;
  readonly areaCells: number;
  /** Whether it goes on beyond the field's rim. */
  readonly isCut: boolean;
}

/**
 * The parts of a field above `level`, the largest first, holes filled: marching squares with linear
 * interpolation (Lorensen & Cline, SIGGRAPH 1987, in two dimensions). A part at the rim is closed
 * along it.
 */
export function regionsAbove(field: Field, level: number): Region[] {
  const { columns, rows } = field;
  const rings = ringsAround(field, level)
    .map((outline) => ({ outline, areaCells: areaOf(outline), isPart: signedArea(outline) > 0 }))
    .filter(({ areaCells, isPart }) => isPart && areaCells > 0)
    .toSorted((a, b) => b.areaCells - a.areaCells);
  const found: Region[] = [];
  for (const { outline, areaCells } of rings) {
    const [first] = outline;
    // A part inside another one's hole is filled with it.
    if (first && found.some((larger) => contains(larger.outline, first))) continue;
    const isCut = outline.some(({ x, y }) => x <= 0 || y <= 0 || x >= columns || y >= rows);
    found.push({ outline, areaCells, isCut });
  }
  return found;
}

/** Twice to four times as many cells, by linear interpolation between centres; the rim is repeated. */
export function enlargedField(
  { columns, rows, values }: Field,
  width: number,
  height: number,
): Field {
  const [across, down] = [placesOf(columns, width), placesOf(rows, height)];
  const out = new Float32Array(width * height);
  for (const [y, { low, high, share }] of down.entries()) {
    for (const [x, place] of across.entries()) {
      const row = (from: number) => {
        const left = values[from * columns + place.low] ?? 0;
        return left + place.share * ((values[from * columns + place.high] ?? 0) - left);
      };
      const top = row(low);
      out[y * width + x] = top + share * (row(high) - top);
    }
  }
  return { columns: width, rows: height, values: out };
}

function placesOf(count: number, wanted: number) {
  return Array.from({ length: wanted }, (_, index) => {
    const place = Math.min(Math.max(((index + 0.5) * count) / wanted - 0.5, 0), count - 1);
    const low = Math.floor(place);
    return { low, high: Math.min(low + 1, count - 1), share: place - low };
  });
}

/** Rings with what is above on their right; rings around holes run the other way. */
function ringsAround({ columns, rows, values }: Field, level: number): Point[][] {
  // One more row and column all around, below the level and half a cell away.
  const width = columns + 2;
  const value = (x: number, y: number) =>
    x < 1 || y < 1 || x > columns || y > rows
      ? Number.NEGATIVE_INFINITY
      : (values[(y - 1) * columns + x - 1] ?? 0) - level;
  const centre = (place: number, count: number) => Math.min(Math.max(place - 0.5, 0), count);
  /** Where the level crosses between two neighbouring centres; each has a number of its own. */
  const crossing = (ax: number, ay: number, bx: number, by: number): Point => {
    const [a, b] = [value(ax, ay), value(bx, by)];
    const share = !Number.isFinite(a) ? 0 : !Number.isFinite(b) ? 1 : a / (a - b);
    const [x0, x1] = [centre(ax, columns), centre(bx, columns)];
    const [y0, y1] = [centre(ay, rows), centre(by, rows)];
    return { x: x0 + share * (x1 - x0), y: y0 + share * (y1 - y0) };
  };
  const places = new Map<number, Point>();
  const onward = new Map<number, number>();
  const top = (x: number, y: number) => put(2 * (y * width + x), crossing(x, y, x + 1, y));
  const left = (x: number, y: number) => put(2 * (y * width + x) + 1, crossing(x, y, x, y + 1));
  const put = (key: number, point: Point) => {
    places.set(key, point);
    return key;
  };
  for (let y = 0; y <= rows; y++) {
    for (let x = 0; x <= columns; x++) {
      const corners = [value(x, y), value(x + 1, y), value(x + 1, y + 1), value(x, y + 1)];
      const kind = corners.reduce((bits, corner, bit) => bits | (corner > 0 ? 1 << bit : 0), 0);
      if (kind === 0 || kind === 15) continue;
      const sidesOf = [
        () => top(x, y),
        () => left(x + 1, y),
        () => top(x, y + 1),
        () => left(x, y),
      ];
      for (const [from, to] of linesOf(kind, corners)) {
        const [begin, end] = [sidesOf[from]?.(), sidesOf[to]?.()];
        if (begin !== undefined && end !== undefined) onward.set(end, begin);
      }
    }
  }
  const rings: Point[][] = [];
  for (let [start] = onward.keys(); start !== undefined; [start] = onward.keys()) {
    const ring: Point[] = [];
    for (let key: number | undefined = start; key !== undefined; ) {
      const point = places.get(key);
      if (point) ring.push(point);
      const next = onward.get(key);
      onward.delete(key);
      key = next === start ? undefined : next;
    }
    rings.push(ring);
  }
  return rings;
}

/** By which corners (1, 2, 4, 8 clockwise from the upper left) are above: lines between the
 * sides 0…3, from the upper one clockwise; what is above lies to their left. */
function linesOf(kind: number, corners: readonly number[]): readonly (readonly [number, number])[] {
  const isJoined =
    corners.reduce((sum, corner) => sum + (Number.isFinite(corner) ? corner : 0), 0) > 0;
  switch (kind) {
    case 1:
      return [[3, 0]];
    case 2:
      return [[0, 1]];
    case 3:
      return [[3, 1]];
    case 4:
      return [[1, 2]];
    case 5:
      return isJoined
        ? [
            [1, 0],
            [3, 2],
          ]
        : [
            [3, 0],
            [1, 2],
          ];
    case 6:
      return [[0, 2]];
    case 7:
      return [[3, 2]];
    case 8:
      return [[2, 3]];
    case 9:
      return [[2, 0]];
    case 10:
      return isJoined
        ? [
            [0, 3],
            [2, 1],
          ]
        : [
            [0, 1],
            [2, 3],
          ];
    case 11:
      return [[2, 1]];
    case 12:
      return [[1, 3]];
    case 13:
      return [[1, 0]];
    default:
      return [[0, 3]];
  }
}
