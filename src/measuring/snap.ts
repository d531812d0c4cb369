import { areaOf, type Point, type Polygon, resampled, signedArea } from './polygon.ts';

/** An upright 8-bit sRGB picture: height × width × 3, row by row. */
interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixels: Uint8Array;
}

/** Points of the outline, and places along the normal of each. */
const [rays, places] = [96, 41];
/** How far from the outline the border is looked for, in shares of the lesion's radius. */
const reach = 0.24;
/** What a step sideways costs from one ray to the next, and being away from the outline. */
const [stiffness, pull] = [6, 0.6];

/**
 * The outline moved to where the picture's colour changes from inside to outside: along the normal of each
 * point the place that parts a darker inside best from a lighter outside, all rays together by dynamic
 * programming. Where nothing changes it stays where it was. `clarity` is how much of the colours' spread
 * across the border the border explains, 0…1.
 */
export function snapped(picture: Picture, outline: Polygon): { outline: Point[]; clarity: number } {
  const points = resampled(outline, rays);
  const radius = Math.sqrt(areaOf(outline) / Math.PI);
  const turn = Math.sign(signedArea(outline)) || 1;
  const step = (2 * reach * radius) / (places - 1);
  const normals = points.map((_, index) => {
    const [before, after] = [points.at(index - 2), points[(index + 2) % rays]];
    const [dx, dy] = [(after?.x ?? 0) - (before?.x ?? 0), (after?.y ?? 0) - (before?.y ?? 0)];
    const length = Math.hypot(dx, dy) || 1;
    return { x: (turn * dy) / length, y: (-turn * dx) / length };
  });
  const costs = points.map((point, ray) => {
    const normal = normals[ray] ?? { x: 0, y: 0 };
    const profile = Array.from({ length: places }, (_, place) =>
      meanAround(
        picture,
        point.x + (place - (places - 1) / 2) * step * normal.x,
        point.y + (place - (places - 1) / 2) * step * normal.y,
        step,
      ),
    );
    return costsOf(profile);
  });
  const chosen = cheapestRing(costs);
  const left = chosen.reduce((sum, place, ray) => sum + (costs[ray]?.[place] ?? 1), 0) / rays;
  const moved = points.map(({ x, y }, ray) => {
    const far = ((chosen[ray] ?? (places - 1) / 2) - (places - 1) / 2) * step;
    const normal = normals[ray] ?? { x: 0, y: 0 };
    return { x: x + far * normal.x, y: y + far * normal.y };
  });
  return { outline: moved, clarity: 1 - left };
}

/** For each place between inside and outside: what of the profile's spread a step there leaves, 0…1. */
function costsOf(profile: readonly number[]): Float64Array {
  const sums = [0];
  const squares = [0];
  for (const value of profile) {
    sums.push((sums.at(-1) ?? 0) + value);
    squares.push((squares.at(-1) ?? 0) + value * value);
  }
  const [total, all] = [sums.at(-1) ?? 0, squares.at(-1) ?? 0];
  const spread = all - (total * total) / profile.length;
  const costs = new Float64Array(places).fill(1);
  for (let place = 3; place < places - 3; place++) {
    const [inside, outside] = [sums[place + 1] ?? 0, total - (sums[place + 1] ?? 0)];
    const [n, m] = [place + 1, places - place - 1];
    // Skin is lighter than the lesion.
    if (inside / n >= outside / m) continue;
    const left = all - inside ** 2 / n - outside ** 2 / m;
    // Grain alone is no border.
    costs[place] = (left + 9 * places) / (spread + 9 * places);
  }
  return costs;
}

/** A place for each ray, the first and the last neighbours as well. */
function cheapestRing(costs: readonly Float64Array[]): number[] {
  const middle = (places - 1) / 2;
  const own = (ray: number, place: number) =>
    (costs[ray]?.[place] ?? 1) + pull * ((place - middle) / places) ** 2;
  const run = (fixed: number | null) => {
    let sums = Float64Array.from({ length: places }, (_, place) =>
      fixed === null || place === fixed ? own(0, place) : Number.POSITIVE_INFINITY,
    );
    const from: Int16Array[] = [];
    for (let ray = 1; ray <= costs.length; ray++) {
      const next = new Float64Array(places).fill(Number.POSITIVE_INFINITY);
      const came = new Int16Array(places);
      for (let place = 0; place < places; place++) {
        for (
          let before = Math.max(0, place - 3);
          before <= Math.min(places - 1, place + 3);
          before++
        ) {
          const sum = (sums[before] ?? 0) + stiffness * ((place - before) / places) ** 2;
          if (sum < (next[place] ?? 0)) [next[place], came[place]] = [sum, before];
        }
        if (ray < costs.length) next[place] = (next[place] ?? 0) + own(ray, place);
      }
      from.push(came);
      sums = next;
    }
    let place = fixed ?? sums.reduce((best, sum, at) => (sum < (sums[best] ?? 0) ? at : best), 0);
    const ring: number[] = [];
    for (const came of from.toReversed()) {
      place = came[place] ?? place;
      ring.push(place);
    }
    return ring.reverse();
  };
  // Once open, to find where the ring should begin, then closed there.
  return run(run(null)[0] ?? middle);
}

/** Mean grey of a square of this side. */
function meanAround({ widthPx, heightPx, pixels }: Picture, x: number, y: number, side: number) {
  const half = Math.max(0.5, side / 2);
  const [left, right] = [Math.max(0, Math.floor(x - half)), Math.min(widthPx, Math.ceil(x + half))];
  const [top, bottom] = [
    Math.max(0, Math.floor(y - half)),
    Math.min(heightPx, Math.ceil(y + half)),
  ];
  const hop = Math.max(1, Math.floor(side / 6));
  let [sum, count] = [0, 0];
  for (let row = top; row < bottom; row += hop) {
    for (let column = left; column < right; column += hop) {
      const at = 3 * (row * widthPx + column);
      // Pigment darkens green and blue more than red.
      sum += 0.2 * (pixels[at] ?? 0) + 0.5 * (pixels[at + 1] ?? 0) + 0.3 * (pixels[at + 2] ?? 0);
      count++;
    }
  }
  return count > 0 ? sum / count : 255;
}
