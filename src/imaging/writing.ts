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
  { widthPx, heightPx }: RgbImage,
  sign: number,
): Glyph[] {
  const outstanding = (at: number) => sign * ((values[at] ?? 0) - (around[at] ?? 0));
  const seen = new Uint8Array(values.length);
  const stack: number[] = [];
  const glyphs: Glyph[] = [];
  for (let start = 0; start < values.length; start++) {
    if (seen[start] || outstanding(start) < leastContrast) continue;
    seen[start] = 1;
    stack.push(start);
    const piece: number[] = [];
    let [left, top, right, bottom] = [widthPx, heightPx, 0, 0];
    let contrast = 0;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      piece.push(at);
      const x = at % widthPx;
      const y = (at - x) / widthPx;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
      contrast += outstanding(at);
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const [nx, ny] = [x + dx, y + dy];
          if (nx < 0 || ny < 0 || nx >= widthPx || ny >= heightPx) continue;
          const next = ny * widthPx + nx;
          if (seen[next] || outstanding(next) < leastContrast) continue;
          seen[next] = 1;
          stack.push(next);
        }
    }
    const [width, height] = [right - left, bottom - top];
    if (height < smallest || height > largest || width > 1.6 * height) continue;
    const share = piece.length / (width * height);
    if (share < 0.12 || share > 0.95) continue;
    glyphs.push({
      ...{ left, top, right, bottom, height, contrast: contrast / piece.length },
      ...shapeOf(piece, { left, top, right, bottom }, widthPx),
    });
  }
  return glyphs;
}

function shapeOf(
  piece: readonly number[],
  { left, top, right, bottom }: Box,
  widthPx: number,
): Pick<Glyph, 'stroke' | 'folds'> {
  const [width, height] = [right - left, bottom - top];
  const mask = new Uint8Array(width * height);
  for (const at of piece) {
    const x = at % widthPx;
    mask[((at - x) / widthPx - top) * width + x - left] = 1;
  }
  let edges = 0;
  const foldsOf = (lines: number, length: number, step: number, next: number) => {
    let folded = 0;
    for (let line = 0; line < lines; line++) {
      let runs = 0;
      let before = 0;
      for (let i = 0; i < length; i++) {
        const now = mask[line * next + i * step] ?? 0;
        if (now !== before) edges++;
        if (now && !before) runs++;
        before = now;
      }
      if (before) edges++;
      if (runs > 1) folded++;
    }
    return folded / lines;
  };
  const folds = Math.max(foldsOf(height, width, 1, width), foldsOf(width, height, width, 1));
  return { stroke: (2 * piece.length) / edges, folds };
}

function linesOf(glyphs: Glyph[]): Box[] {
  const byLeft = glyphs.sort((one, other) => one.left - other.left);
  const taken = new Set<Glyph>();
  const lines: Box[] = [];
  for (const [index, first] of byLeft.entries()) {
    if (taken.has(first)) continue;
    const line = [first];
    for (const next of byLeft.slice(index + 1)) {
      const last = line.at(-1) ?? first;
      if (next.left - last.right > 1.5 * Math.max(last.height, next.height)) {
        if (next.left - last.right > 3 * largest) break;
        continue;
      }
      if (!taken.has(next) && stands(line, next)) line.push(next);
    }
    if (!isWriting(line)) continue;
    for (const each of line) taken.add(each);
    lines.push({
      left: Math.min(...line.map(({ left }) => left)),
      top: Math.min(...line.map(({ top }) => top)),
      right: Math.max(...line.map(({ right }) => right)),
      bottom: Math.max(...line.map(({ bottom }) => bottom)),
    });
  }
  return lines;
}

/** Whether a sign goes on a line behind its last: on its foot, and of its kind. */
function stands(line: readonly Glyph[], next: Glyph): boolean {
  const last = line.at(-1);
  if (!last) return false;
  const tall = Math.max(last.height, next.height);
  return (
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
