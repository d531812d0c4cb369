import { type Affine, identity, type Point, scaleOf, stretchOf, turnOf } from './affine.ts';
import { type Checked, checkPieces } from './check.ts';
import { candidates, type Search } from './coarse.ts';
import { withoutHairs } from './hair.ts';
import { bandPass, halved, type Level, levelOf, normalized, type Picture } from './level.ts';
import { type Mapping, mapped } from './mapping.ts';
import { refine, refineWarp } from './refine.ts';
import { agreement, seenThrough } from './resample.ts';

/** Longer side of the pictures as they are compared. */
const side = 256;

export type Registration = Alignment | Refusal;

/** Where each point of the reference lies in the other picture, and how sure that is. */
export interface Alignment {
  readonly kind: 'aligned';
  readonly mapping: Mapping;
  /** How much larger things are in the other picture, for the same share of its longer side. */
  readonly scale: number;
  /** Clockwise. */
  readonly turnDegrees: number;
  /** Expected error, as a share of the reference's longer side: half of all points are off by less. */
  readonly error: number;
  /** Share of the reference that the other picture shows as well. */
  readonly overlap: number;
  readonly evidence: Evidence;
}

export type RefusalReason =
  /** Nothing that both show says that it is the same place. */
  | 'no-match'
  /** The other picture fits when it is mirrored. */
  | 'mirrored'
  /** The reference, or the other picture, is too blurred to check an alignment. */
  | 'blurred'
  /** They share too little of the skin. */
  | 'little-overlap'
  | 'too-small';

export interface Refusal {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  readonly evidence: Evidence | null;
}

/** What the decision was made by. */
export interface Evidence extends Checked {
  /** Of the fine structure of both, −1…1. */
  readonly correlation: number;
  readonly overlap: number;
}

/** What a picture is compared by, at several sizes; made once for a picture that is compared often. */
export interface Prepared {
  readonly levels: readonly [fine: Level, middle: Level, coarse: Level];
  /** The fine structure alone, in which a mistake shows. */
  readonly detail: Level;
  readonly sharpness: number;
}

const limits = {
  leastSidePx: 96,
  sharpness: 0.05,
  correlation: 0.2,
  agreeing: 0.5,
  pieces: 4,
  overlap: 0.25,
  /** A person does not photograph a lesion so differently. */
  scale: 2.2,
  stretch: 1.25,
} as const;

const degrees = (value: number) => (value * Math.PI) / 180;
const scales = [0.7, 0.84, 1, 1.19, 1.42];
/** As one holds a dermatoscope the second time; and any other way. */
const usual: Search = { turns: [-40, -30, -20, -10, 0, 10, 20, 30, 40].map(degrees), scales };
const any: Search = {
  turns: Array.from({ length: 36 }, (_, index) => degrees(10 * index - 180)),
  scales,
};
const [tried, kept] = [10, 3];
/** Fine structure that agrees less than this is not the same; a warp would only hide that. */
const worthWarping = 0.1;

/** @throws RangeError where the pixels are not those of the stated size. */
export function prepare(picture: Picture): Prepared {
  if (picture.pixels.length !== 3 * picture.widthPx * picture.heightPx)
    throw new RangeError(
      `${picture.pixels.length} bytes are no ${picture.widthPx} × ${picture.heightPx} picture`,
    );
  const fine = withoutHairs(levelOf(picture, side));
  const middle = halved(fine);
  const coarse = halved(middle);
  const across = (level: Level) => normalized(level, Math.max(3, Math.round(level.unit * 0.07)));
  const detail = normalized(bandPass(fine, 1, 7), 12);
  return {
    levels: [across(fine), across(middle), coarse],
    detail,
    sharpness: sharpnessOf(fine),
  };
}

/**
 * Aligns two pictures of a lesion, or says why it does not: turn, scale and shift by their gradients'
 * directions, then step by step by what they show, then a mild warp. An alignment stands only if the
 * fine structure, which nothing before has seen by itself, agrees piece by piece.
 */
export function register(reference: Picture | Prepared, other: Picture | Prepared): Registration {
  const [a, b] = [reference, other].map((each) => ('levels' in each ? each : prepare(each)));
  if (!a || !b) throw new RangeError('Two pictures are needed');
  const least = Math.min(...[a, b].map(({ levels: [fine] }) => Math.min(fine.width, fine.height)));
  if (least < limits.leastSidePx) return { kind: 'refused', reason: 'too-small', evidence: null };
  if (Math.min(a.sharpness, b.sharpness) < limits.sharpness)
    return { kind: 'refused', reason: 'blurred', evidence: null };
  const usually = align(a, b, usual);
  if (isAccepted(usually)) return usually;
  const found = align(a, b, any);
  if (isAccepted(found)) return found;
  if (isAccepted(align(a, mirrored(b), any)))
    return { kind: 'refused', reason: 'mirrored', evidence: found.evidence };
  const reason = found.overlap < limits.overlap ? 'little-overlap' : 'no-match';
  return { kind: 'refused', reason, evidence: found.evidence };
}

function isAccepted({ evidence, mapping: { affine } }: Alignment): boolean {
  const { correlation, pieces, agreeing, overlap } = evidence;
  const scale = scaleOf(affine);
  return (
    correlation >= limits.correlation &&
    agreeing >= limits.pieces &&
    agreeing >= limits.agreeing * pieces &&
    overlap >= limits.overlap &&
    Math.max(scale, 1 / scale) <= limits.scale &&
    stretchOf(affine) <= limits.stretch
  );
}

/** The best alignment of those that the search offers, whether it can stand or not. */
function align(a: Prepared, b: Prepared, search: Search): Alignment {
  const [, middleA, coarseA] = a.levels;
  const [, middleB, coarseB] = b.levels;
  const [smallA, smallB] = [halved(middleA), halved(middleB)];
  const starts = candidates(coarseA, coarseB, search, tried)
    .map(({ transform }) => refine(smallA, smallB, transform, 'similarity', 8))
    .toSorted(byCorrelation)
    .slice(0, kept)
    .map(({ affine }) => refine(middleA, middleB, affine, 'similarity', 8))
    .toSorted(byCorrelation);
  let best: Alignment | undefined;
  for (const { affine } of starts) {
    const found = finished(a, b, affine);
    if (!best || found.evidence.correlation > best.evidence.correlation) best = found;
    if (isConvincing(found)) break;
  }
  return best ?? finished(a, b, identity);
}

/** From a similarity that is nearly right to an alignment, and what speaks for it. */
function finished(a: Prepared, b: Prepared, from: Affine): Alignment {
  const [fineA] = a.levels;
  const [fineB] = b.levels;
  const straight = refine(fineA, fineB, from, 'affine', 8);
  const closer = refine(a.detail, b.detail, straight.affine, 'affine', 6);
  const before = agreement(a.detail, seenThrough(a.detail, b.detail, { ...straight, warp: null }));
  const affine = closer.correlation > before.correlation ? closer.affine : straight.affine;
  const isWorthwhile = Math.max(closer.correlation, before.correlation) >= worthWarping;
  const mapping = { affine, warp: isWorthwhile ? refineWarp(fineA, fineB, affine, 4) : null };
  const seen = seenThrough(a.detail, b.detail, mapping);
  const { correlation, overlap } = agreement(a.detail, seen);
  const checked = checkPieces(a.detail, seen);
  return {
    kind: 'aligned',
    mapping,
    scale: scaleOf(affine),
    turnDegrees: (turnOf(affine) * 180) / Math.PI,
    error: Math.max(0.001, checked.offset),
    overlap,
    evidence: { ...checked, correlation, overlap },
  };
}

/** Beyond doubt, so that no other beginning needs to be tried. */
function isConvincing({ evidence: { correlation, pieces, agreeing } }: Alignment): boolean {
  return correlation > 0.5 && agreeing > 0.7 * pieces;
}

/** What little is seen must not win: a narrow strip agrees with anything. */
function byCorrelation(
  a: { correlation: number; overlap: number },
  b: { correlation: number; overlap: number },
): number {
  const merit = (each: typeof a) => each.correlation * Math.min(1, each.overlap / 0.5);
  return merit(b) - merit(a);
}

/** Fine steps between neighbours against the whole picture's contrast. */
function sharpnessOf({ width, height, values, weights }: Level): number {
  let [fine, sum, squares, count] = [0, 0, 0, 0];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      if (!weights[at]) continue;
      const value = values[at] ?? 0;
      const bend =
        (values[at - 1] ?? 0) +
        (values[at + 1] ?? 0) +
        (values[at - width] ?? 0) +
        (values[at + width] ?? 0) -
        4 * value;
      fine += Math.abs(bend);
      sum += value;
      squares += value * value;
      count++;
    }
  }
  const spread = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  return count === 0 || spread === 0 ? 0 : fine / count / spread;
}

function mirrored({ levels, detail, sharpness }: Prepared): Prepared {
  const flip = (level: Level): Level => {
    const turned = (from: Float32Array) => {
      const out = new Float32Array(from.length);
      for (let y = 0; y < level.height; y++)
        for (let x = 0; x < level.width; x++)
          out[y * level.width + x] = from[y * level.width + level.width - 1 - x] ?? 0;
      return out;
    };
    return { ...level, values: turned(level.values), weights: turned(level.weights) };
  };
  const [fine, middle, coarse] = levels;
  return { levels: [flip(fine), flip(middle), flip(coarse)], detail: flip(detail), sharpness };
}

/** A point of the reference in the other picture, both in their own pixels. */
export function pointInOther(
  { mapping }: Alignment,
  point: Point,
  reference: Pick<Picture, 'widthPx' | 'heightPx'>,
  other: Pick<Picture, 'widthPx' | 'heightPx'>,
): Point {
  const from = Math.max(reference.widthPx, reference.heightPx);
  const to = Math.max(other.widthPx, other.heightPx);
  const { x, y } = mapped(mapping, {
    x: (point.x - reference.widthPx / 2) / from,
    y: (point.y - reference.heightPx / 2) / from,
  });
  return { x: x * to + other.widthPx / 2, y: y * to + other.heightPx / 2 };
}
