import { boxMeans } from '../measuring/index.ts';
import { luminance, planeOf, type RgbImage, type Weights } from './rgb-image.ts';

/** A part of a picture, in its pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Glyph extends Box {
  readonly height: number;
  /** How far it stands out from what is around it, in luminance. */
  readonly contrast: number;
  /** Twice its area by its outline: about as wide as a stroke of it. */
  readonly stroke: number;
  /** The share of its rows and columns that cross it more than once, the larger of both. */
  readonly folds: number;
}

/** Half the side of the square that a pixel is compared with. */
const reach = 18;
/** Luminance by which a stroke stands out. */
const leastContrast = 30;
const smallest = 7;
const largest = 96;
/** So many signs in a row are writing. */
const fewest = 4;

/**
 * Lines of writing that a camera or a program has put into a picture: names, dates, numbers. Looked for are signs
 * that stand out, alike in height and stroke, on one line, as of a typeface; hairs, scales and skin's own patterns
 * are not alike enough or too plain. Writing by hand, writing that runs across or upwards, and signs below 7 or
 * above 96 pixels are not found.
 */
export function findWriting(image: RgbImage): Box[] {
  const lines = planes.flatMap((weights) => {
    const values = planeOf(image, weights);
    const around = boxMeans(values, image.widthPx, image.heightPx, reach);
    return [1, -1].flatMap((sign) => linesOf(glyphsOf(values, around, image, sign)));
  });
  return lines
    .filter((line, index) => !lines.slice(0, index).some((other) => overlap(line, other)))
    .sort((one, other) => one.top - other.top || one.left - other.left);
}

/** Luminance, and blue, in which yellow stands out from skin. */
const planes: readonly Weights[] = [luminance, [0, 0, 256]];

const overlap = (one: Box, other: Box) =>
  one.left < other.right &&
  other.left < one.right &&
  one.top < other.bottom &&
  other.top < one.bottom;

/** What is brighter (`sign` 1) or darker (-1) than its surroundings, in connected pieces of a sign's size. */
function glyphsOf(
  values: Uint8Array,
  around: Float32Array,
  { widthPx }: RgbImage,
  sign: number,
): Glyph[] {
  const outstanding = (at: number) => sign * ((values[at] ?? 0) - (around[at] ?? 0));
  const ink = values.map((_, at) => Number(outstanding(at) >= leastContrast));
  const glyphs: Glyph[] = [];
  for (let start = ink.indexOf(1); start >= 0; start = ink.indexOf(1, start)) {
    const piece = takeOut(ink, start, widthPx);
    const box = boxOf(piece, widthPx);
    const [width, height] = [box.right - box.left, box.bottom - box.top];
    if (height < smallest || height > largest || width > 1.6 * height) continue;
    const share = piece.length / (width * height);
    if (share < 0.12 || share > 0.95) continue;
    const contrast = piece.reduce((sum, at) => sum + outstanding(at), 0) / piece.length;
    glyphs.push({ ...box, height, contrast, ...shapeOf(piece, box, widthPx) });
  }
  return glyphs;
}

/** The pixels that hang together with the one at `start`, by a side or a corner; they are ink no more. */
function takeOut(ink: Uint8Array, start: number, widthPx: number): number[] {
  const piece: number[] = [];
  const take = (at: number) => {
    if (!ink[at]) return;
    ink[at] = 0;
    piece.push(at);
  };
  take(start);
  for (const at of piece) {
    const x = at % widthPx;
    for (const inRow of [at - widthPx, at, at + widthPx]) {
      if (x > 0) take(inRow - 1);
      take(inRow);
      if (x < widthPx - 1) take(inRow + 1);
    }
  }
  return piece;
}

function boxOf(piece: readonly number[], widthPx: number): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const at of piece) {
    const x = at % widthPx;
    const y = (at - x) / widthPx;
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + 1);
    bottom = Math.max(bottom, y + 1);
  }
  return { left, top, right, bottom };
}

function shapeOf(
  piece: readonly number[],
  { left, top, right, bottom }: Box,
  widthPx: number,
): Pick<Glyph, 'stroke' | 'folds'> {
  const ink = new Set(piece);
  /**
   * How many strokes cross each row or column: one begins where the pixel `before` it is none of the piece. What ends
   * the row above is none either, unless the piece is as wide as the picture: such a one is on no line.
   */
  const crossingsOf = (lines: number, before: number, lineOf: (at: number) => number) => {
    const crossings = new Uint8Array(lines);
    for (const at of piece) {
      const line = lineOf(at);
      if (!ink.has(at - before)) crossings[line] = (crossings[line] ?? 0) + 1;
    }
    return [...crossings];
  };
  const rows = crossingsOf(bottom - top, 1, (at) => Math.floor(at / widthPx) - top);
  const columns = crossingsOf(right - left, widthPx, (at) => (at % widthPx) - left);
  const foldsOf = (lines: readonly number[]) =>
    lines.filter((crossings) => crossings > 1).length / lines.length;
  const halfOutline = [...rows, ...columns].reduce((sum, crossings) => sum + crossings);
  return {
    stroke: piece.length / halfOutline,
    folds: Math.max(foldsOf(rows), foldsOf(columns)),
  };
}

function linesOf(glyphs: Glyph[]): Box[] {
  const byLeft = glyphs.sort((one, other) => one.left - other.left);
  return [...byLeft.entries()].flatMap(([index, first]) => {
    const line = [first];
    let last = first;
    for (const next of byLeft.slice(index + 1)) {
      if (!stands(last, next)) continue;
      line.push(next);
      last = next;
    }
    return isWriting(line) ? [boxAround(line)] : [];
  });
}

const boxAround = (line: readonly Glyph[]): Box => ({
  left: Math.min(...line.map(({ left }) => left)),
  top: Math.min(...line.map(({ top }) => top)),
  right: Math.max(...line.map(({ right }) => right)),
  bottom: Math.max(...line.map(({ bottom }) => bottom)),
});

/** Whether a sign goes on a line behind its last: near it, on its foot, and of its kind. */
function stands(last: Glyph, next: Glyph): boolean {
  const tall = Math.max(last.height, next.height);
  return (
    next.left <= last.right + 1.5 * tall &&
    next.left >= last.right - 0.25 * tall &&
    Math.min(last.height, next.height) > 0.5 * tall &&
    Math.abs(next.bottom - last.bottom) <= 0.28 * tall &&
    Math.abs(next.contrast - last.contrast) <= 0.4 * Math.max(next.contrast, last.contrast) &&
    Math.max(last.stroke, next.stroke) <= 1.8 * Math.min(last.stroke, next.stroke)
  );
}

function isWriting(line: readonly Glyph[]): boolean {
  if (line.length < fewest) return false;
  const foot = median(line.map(({ bottom }) => bottom));
  const tall = Math.max(...line.map(({ height }) => height));
  const onFoot = line.filter(({ bottom }) => Math.abs(bottom - foot) <= Math.max(1, 0.08 * tall));
  const folded = line.filter(({ folds }) => folds >= 0.2);
  return onFoot.length >= 0.6 * line.length && folded.length >= Math.max(2, 0.4 * line.length);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? 0;
}
