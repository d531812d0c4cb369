import { boxMeans } from './box-means.ts';
import type { Point } from './polygon.ts';
import { combined } from './quantity.ts';
import type { Scale } from './scale.ts';

/** An upright 8-bit sRGB picture: height × width × 3, row by row. */
interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixels: Uint8Array;
}

/** A row of equally spaced marks that was found in a picture. */
export interface Ruler {
  /** From one mark to the next, in pixels of the picture. */
  readonly spacingPx: number;
  /** Standard uncertainty of `spacingPx`, divided by it. */
  readonly relativeError: number;
  /** Of the row, clockwise from the horizontal, 0…180. */
  readonly directionDegrees: number;
  readonly marks: number;
  /** The first and the last mark, in pixels of the picture. */
  readonly from: Point;
  readonly to: Point;
}

/** Longer side of the picture as it is searched. */
const side = 720;
/** Nearer marks than this blur into each other, and fewer than these may be chance. */
const [leastSpacing, leastMarks] = [6, 7];
/** The row of marks is looked for in strips so wide, of the longer side. */
const stripPx = Math.round(0.035 * side);
/** How well a profile must repeat itself, −1…1. */
const leastRepetition = 0.45;
/** Grey levels by which marks must stand out, across a whole strip. */
const leastStrength = 2;
/** A printed ruler, and its tilt against the skin. */
const rulerError = 0.005;

/**
 * The row of marks of a ruler at any angle, or `null`: thin dark lines (or light ones) whose sums along
 * their own direction repeat themselves. A ruler that the picture cuts is one, as long as seven marks
 * are seen. Perspective is not undone: a ruler must lie in the plane of the skin.
 */
export function findRuler(picture: Picture): Ruler | null {
  const grey = greyOf(picture, side);
  let best: Row | undefined;
  for (const sign of [1, -1] as const) {
    const lines = thinLines(grey, sign);
    let found: Row | undefined;
    for (let degrees = 0; degrees < 180; degrees += 2) {
      const row = bestRow(lines, degrees);
      if (row && (!found || row.score > found.score)) found = row;
    }
    if (found && (!best || found.score > best.score)) best = straightened(lines, found);
  }
  if (!best) return null;
  const comb = fitComb(best.profile, best.period);
  if (!comb || comb.marks < leastMarks) return null;
  return {
    spacingPx: comb.spacing * grey.ratio,
    relativeError: combined(comb.error / comb.spacing, rulerError),
    directionDegrees: ((best.degrees % 180) + 180) % 180,
    marks: comb.marks,
    from: placeOf(best, comb.first, grey),
    to: placeOf(best, comb.last, grey),
  };
}

/** The scale that a ruler gives; one mark is a millimetre unless said otherwise. */
export function scaleOfRuler({ spacingPx, relativeError }: Ruler, markMm = 1): Scale {
  return { mmPerPx: markMm / spacingPx, relativeError, source: 'ruler' };
}

interface Grey {
  readonly width: number;
  readonly height: number;
  /** Pixels of the picture for one of these. */
  readonly ratio: number;
  readonly values: Float32Array;
}

function greyOf({ widthPx, heightPx, pixels }: Picture, longest: number): Grey {
  const ratio = Math.max(1, Math.max(widthPx, heightPx) / longest);
  const [width, height] = [Math.floor(widthPx / ratio), Math.floor(heightPx / ratio)];
  const sums = new Float64Array(width * height);
  const counts = new Int32Array(width * height);
  for (let y = 0, at = 0; y < heightPx; y++) {
    const row = Math.min(height - 1, Math.floor(y / ratio)) * width;
    for (let x = 0; x < widthPx; x++, at += 3) {
      const cell = row + Math.min(width - 1, Math.floor(x / ratio));
      sums[cell] =
        (sums[cell] ?? 0) + (pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0);
      counts[cell] = (counts[cell] ?? 0) + 3;
    }
  }
  return {
    width,
    height,
    ratio,
    values: Float32Array.from(sums, (sum, cell) => sum / (counts[cell] || 1)),
  };
}

/**
 * Pixels of thin lines: where they are, from the middle, how much they differ from around them, and
 * which way they go: the share of their slopes' squares that points across the picture, and the mixed
 * one (the structure tensor, divided by its trace).
 */
interface Lines {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly strength: Float32Array;
  readonly across: Float32Array;
  readonly mixed: Float32Array;
  readonly reach: number;
}

function thinLines({ width, height, values }: Grey, sign: 1 | -1): Lines {
  const means = boxMeans(values, width, height, 5);
  const slopes = [0, 1, 2].map(() => new Float32Array(values.length));
  const [xx, yy, xy] = slopes;
  for (let y = 1; y + 1 < height; y++) {
    for (let x = 1; x + 1 < width; x++) {
      const at = y * width + x;
      const dx = (values[at + 1] ?? 0) - (values[at - 1] ?? 0);
      const dy = (values[at + width] ?? 0) - (values[at - width] ?? 0);
      if (xx) xx[at] = dx * dx;
      if (yy) yy[at] = dy * dy;
      if (xy) xy[at] = dx * dy;
    }
  }
  const [sxx, syy, sxy] = slopes.map((each) => boxMeans(each, width, height, 2));
  const found: number[][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const strength = sign * ((means[at] ?? 0) - (values[at] ?? 0));
      if (strength <= 8) continue;
      const trace = (sxx?.[at] ?? 0) + (syy?.[at] ?? 0) + 1e-6;
      const [across, mixed] = [(sxx?.[at] ?? 0) / trace, (sxy?.[at] ?? 0) / trace];
      // One dark spot is worth no more than a mark, or a hair would outshine the ruler.
      const worth = Math.min(strength, 40);
      found.push([x + 0.5 - width / 2, y + 0.5 - height / 2, worth, across, mixed]);
    }
  }
  const column = (index: number) => Float32Array.from(found, (each) => each[index] ?? 0);
  return {
    x: column(0),
    y: column(1),
    strength: column(2),
    across: column(3),
    mixed: column(4),
    reach: reachOf(width, height),
  };
}

const reachOf = (width: number, height: number) => Math.ceil(Math.hypot(width, height) / 2) + 1;

const radians = (degrees: number) => (degrees * Math.PI) / 180;

interface Row {
  readonly degrees: number;
  readonly score: number;
  /** Which of the strips across it. */
  readonly strip: number;
  readonly period: number;
  readonly profile: Float64Array;
}

/** The same row in the direction in which its marks' own slopes point, by their mean double angle. */
function straightened(lines: Lines, row: Row): Row {
  const { x, y, strength, across, mixed, reach } = lines;
  const [cos, sin] = [Math.cos(radians(row.degrees)), Math.sin(radians(row.degrees))];
  let [twiceCos, twiceSin] = [0, 0];
  for (let at = 0; at < x.length; at++) {
    const half = Math.floor((2 * (-(x[at] ?? 0) * sin + (y[at] ?? 0) * cos + reach)) / stripPx);
    if (half !== row.strip && half - 1 !== row.strip) continue;
    const [c, s] = [2 * (across[at] ?? 0) - 1, 2 * (mixed[at] ?? 0)];
    const [fit, clear] = [c * (cos * cos - sin * sin) + s * 2 * cos * sin, Math.hypot(c, s)];
    if (fit < 0.6 || clear < 0.7) continue;
    twiceCos += (strength[at] ?? 0) * c;
    twiceSin += (strength[at] ?? 0) * s;
  }
  const other = bestRow(lines, (Math.atan2(twiceSin, twiceCos) * 90) / Math.PI);
  return other && Math.abs(other.period / row.period - 1) < 0.1 ? other : row;
}

/** The strip across this direction whose profile repeats itself best. */
function bestRow(lines: Lines, degrees: number): Row | undefined {
  const { x, y, strength, across, mixed, reach } = lines;
  const [cos, sin] = [Math.cos(radians(degrees)), Math.sin(radians(degrees))];
  const length = 2 * reach;
  const strips = 2 * Math.ceil(length / stripPx);
  const profiles = new Float64Array(strips * length);
  for (let at = 0; at < x.length; at++) {
    const share = across[at] ?? 0;
    // A mark's slopes point along the row; a hair's that goes along it do not.
    const fitting =
      (cos * cos * share + 2 * cos * sin * (mixed[at] ?? 0) + sin * sin * (1 - share)) ** 2;
    const worth = fitting * (strength[at] ?? 0);
    const place = (x[at] ?? 0) * cos + (y[at] ?? 0) * sin + reach - 0.5;
    const along = Math.floor(place);
    const next = place - along;
    // Strips overlap by half.
    const half = Math.floor((2 * (-(x[at] ?? 0) * sin + (y[at] ?? 0) * cos + reach)) / stripPx);
    for (let index = half - 1; index <= half; index++) {
      if (index < 0 || index >= strips) continue;
      const to = index * length + along;
      profiles[to] = (profiles[to] ?? 0) + worth * (1 - next);
      profiles[to + 1] = (profiles[to + 1] ?? 0) + worth * next;
    }
  }
  let best: Row | undefined;
  for (let index = 0; index < strips; index++) {
    const profile = profiles.subarray(index * length, (index + 1) * length);
    const repeated = repetition(profile);
    if (repeated && (!best || repeated.score > best.score))
      best = { degrees, strip: index, ...repeated, profile: profile.slice() };
  }
  return best;
}

/** Where a place along a row lies in the picture, in the middle of its strip. */
function placeOf({ degrees, strip }: Row, place: number, grey: Grey): Point {
  const reach = reachOf(grey.width, grey.height);
  const [cos, sin] = [Math.cos(radians(degrees)), Math.sin(radians(degrees))];
  const along = place + 0.5 - reach;
  const across = ((strip + 1) * stripPx) / 2 - reach;
  return {
    x: (along * cos - across * sin + grey.width / 2) * grey.ratio,
    y: (along * sin + across * cos + grey.height / 2) * grey.ratio,
  };
}

/** The shortest period with which a profile repeats itself, and how well. */
function repetition(profile: Float64Array) {
  let [first, last] = [0, profile.length - 1];
  while (first < last && !profile[first]) first++;
  while (last > first && !profile[last]) last--;
  const length = last - first + 1;
  if (length < leastSpacing * leastMarks) return undefined;
  const typical = 10 * stripPx;
  const part = Float64Array.from({ length }, (_, at) =>
    Math.min(profile[first + at] ?? 0, typical),
  );
  const mean = part.reduce((sum, value) => sum + value, 0) / length;
  let variance = 0;
  for (let at = 0; at < length; at++) {
    part[at] = (part[at] ?? 0) - mean;
    variance += (part[at] ?? 0) ** 2;
  }
  // Faint texture repeats itself by chance.
  if (variance / length < (leastStrength * stripPx) ** 2) return undefined;
  const longest = Math.floor(length / leastMarks);
  const again = new Float64Array(3 * longest + 1);
  for (let lag = leastSpacing - 1; lag < again.length; lag++) {
    let sum = 0;
    for (let at = 0; at + lag < length; at++) sum += (part[at] ?? 0) * (part[at + lag] ?? 0);
    again[lag] = (sum / variance) * (length / (length - lag));
  }
  const strength = (lag: number) => {
    const peak = (place: number) =>
      Math.max(again[place - 1] ?? 0, again[place] ?? 0, again[place + 1] ?? 0);
    const trough = again[Math.round(lag / 2)] ?? 0;
    return (peak(lag) + peak(2 * lag) + peak(3 * lag)) / 3 - Math.max(0, trough);
  };
  let [period, score] = [0, 0];
  for (let lag = leastSpacing; lag <= longest; lag++) {
    const isPeak =
      (again[lag] ?? 0) >= (again[lag - 1] ?? 0) && (again[lag] ?? 0) >= (again[lag + 1] ?? 0);
    // A multiple of the period repeats as well, so it must do so clearly better.
    if (isPeak && strength(lag) > 1.15 * score + (period ? 0.02 : 0)) {
      [period, score] = [lag, strength(lag)];
    }
  }
  if (score < leastRepetition) return undefined;
  // Of two rows that repeat equally well, the longer one.
  return {
    period,
    score: score * Math.min(1, 0.7 + (0.3 * length) / (20 * period)),
  };
}

/** Places of the marks against their numbers, by least squares; those that fit no number are left out. */
function fitComb(profile: Float64Array, period: number) {
  const peaks: { place: number; height: number }[] = [];
  const reach = Math.max(1, Math.floor(period / 2) - 1);
  const highest = profile.reduce((most, value) => Math.max(most, value), 0);
  for (let at = 1; at + 1 < profile.length; at++) {
    const height = profile[at] ?? 0;
    if (height < 0.2 * highest) continue;
    let isPeak = true;
    for (let step = -reach; step <= reach; step++) {
      const other = profile[at + step] ?? 0;
      if (other > height || (other === height && step < 0)) isPeak = false;
    }
    if (isPeak)
      peaks.push({ place: centreOfMass(profile, at, Math.max(1, Math.floor(period / 3))), height });
  }
  let best: { start: number; spacing: number; members: Member[] } | undefined;
  for (const start of peaks) {
    let spacing = period;
    let members: Member[] = [];
    // Numbers are sure near the start; each fit makes them surer further away.
    for (const limit of [3, 6, 12, 25, 50, 1000]) {
      members = numbered(peaks, start.place, spacing, limit);
      if (members.length < 3) break;
      spacing = slopeOf(members).slope;
    }
    if (!best || members.length > best.members.length)
      best = { start: start.place, spacing, members };
  }
  if (!best || best.members.length < leastMarks) return undefined;
  const { slope, error } = slopeOf(best.members);
  const places = best.members.map(({ place }) => place);
  const [first, last] = [Math.min(...places), Math.max(...places)];
  return { spacing: slope, error, marks: best.members.length, first, last };
}

interface Member {
  readonly number: number;
  readonly place: number;
  readonly height: number;
}

function numbered(
  peaks: readonly { place: number; height: number }[],
  start: number,
  spacing: number,
  limit: number,
): Member[] {
  const found = new Map<number, Member & { off: number }>();
  for (const { place, height } of peaks) {
    const exact = (place - start) / spacing;
    const number = Math.round(exact);
    const off = Math.abs(exact - number);
    const other = found.get(number);
    if (Math.abs(number) > limit || off > 0.2 || (other && other.off <= off)) continue;
    found.set(number, { number, place, height, off });
  }
  return [...found.values()].toSorted((a, b) => a.number - b.number);
}

function slopeOf(members: readonly Member[]) {
  const count = members.length;
  const mean = (of: (each: Member) => number) =>
    members.reduce((sum, each) => sum + of(each), 0) / count;
  const [n, p] = [mean(({ number }) => number), mean(({ place }) => place)];
  let [nn, np] = [0, 0];
  for (const { number, place } of members) {
    nn += (number - n) ** 2;
    np += (number - n) * (place - p);
  }
  const slope = np / nn;
  const rest = members.reduce(
    (sum, { number, place }) => sum + (place - p - slope * (number - n)) ** 2,
    0,
  );
  return { slope, error: Math.sqrt(rest / Math.max(1, count - 2) / nn) };
}

function centreOfMass(profile: Float64Array, at: number, reach: number): number {
  let [sum, weighted] = [0, 0];
  for (let step = -reach; step <= reach; step++) {
    const value = (profile[at + step] ?? 0) ** 2;
    sum += value;
    weighted += value * (at + step);
  }
  return sum > 0 ? weighted / sum : at;
}
