import { fieldOfView, type Window } from './field-of-view.ts';
import type { RgbImage } from './rgb-image.ts';

/**
 * The network's input transform, in exact integers so that the trainer's Python gives the same
 * bytes. Of the upright 8-bit sRGB picture p, from the field of view of W × H at (X, Y):
 *
 *   side = min(W, H);  x0 = X + floor((W − side) / 2);  y0 = Y + floor((H − side) / 2)
 *   out  = floor((2·Σ wx·wy·p + side²) / (2·side²))
 *
 * Each input pixel is S units long and each output pixel `side` units, so the overlaps wx and wy
 * are integers that sum to `side`: area averaging, rounded half up, for shrinking and enlarging.
 *
 * float64 is exact here: the largest numerator is 511·side², below 2^53 for side < 4.1 million.
 * The floor of the rounded quotient is the true one too: a quotient below the integer n ≤ 256 is
 * at least 1/(2·side²) below it, more than half a float64 step at n.
 */
/** The field of view's largest centred square, averaged to `size` × `size`; 3 × size × size, plane by plane. */
export function toTensor(image: RgbImage, size: number, field = fieldOfView(image)): Uint8Array {
  const tensor = new Uint8Array(3 * size * size);
  const plane = size * size;
  average(image, centredSquare(field), size, (at, channel, value) => {
    tensor[channel * plane + at] = value;
  });
  return tensor;
}

/**
 * The whole field of view, squeezed to `size` × `size`: what the outline's network is shown, so that no
 * part of a lesion is cut off. 3 × size × size, plane by plane; each side has its own ratio.
 */
export function toWholeTensor(
  image: RgbImage,
  size: number,
  field = fieldOfView(image),
): Uint8Array {
  const tensor = new Uint8Array(3 * size * size);
  const plane = size * size;
  average(image, field, size, (at, channel, value) => {
    tensor[channel * plane + at] = value;
  });
  return tensor;
}

/** The same square as a picture. */
export function toSquare(image: RgbImage, size: number, field = fieldOfView(image)): RgbImage {
  const pixels = new Uint8Array(3 * size * size);
  average(image, centredSquare(field), size, (at, channel, value) => {
    pixels[3 * at + channel] = value;
  });
  return { widthPx: size, heightPx: size, pixels };
}

/** What of a field of view the network reads. */
export function centredSquare({ x0, y0, width, height }: Window): Window {
  const side = Math.min(width, height);
  return {
    x0: x0 + Math.floor((width - side) / 2),
    y0: y0 + Math.floor((height - side) / 2),
    width: side,
    height: side,
  };
}

function average(
  { widthPx, pixels }: RgbImage,
  { x0, y0, width, height }: Window,
  size: number,
  put: (at: number, channel: number, value: number) => void,
): void {
  const area = width * height;
  const across = overlaps(width, size);
  const down = overlaps(height, size);
  // Column sums of one output row: at most 255·height, so they fit 32 bits.
  const columns = new Int32Array(3 * width);

  for (let y = 0; y < size; y++) {
    columns.fill(0);
    const rows = spanAt(down, y);
    for (let k = 0; k < rows.weights.length; k++) {
      const start = 3 * ((y0 + rows.first + k) * widthPx + x0);
      addRow(columns, pixels.subarray(start, start + 3 * width), rows.weights[k] ?? 0);
    }
    for (let x = 0; x < size; x++) {
      const { first, weights } = spanAt(across, x);
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = 0, at = 3 * first; k < weights.length; k++, at += 3) {
        const weight = weights[k] ?? 0;
        red += weight * (columns[at] ?? 0);
        green += weight * (columns[at + 1] ?? 0);
        blue += weight * (columns[at + 2] ?? 0);
      }
      const at = y * size + x;
      put(at, 0, Math.floor((2 * red + area) / (2 * area)));
      put(at, 1, Math.floor((2 * green + area) / (2 * area)));
      put(at, 2, Math.floor((2 * blue + area) / (2 * area)));
    }
  }
}

/** Where nearly all the time goes: it reads each input pixel once or twice. */
function addRow(sums: Int32Array, row: Uint8Array, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + weight * (row[i] ?? 0);
}

interface Span {
  /** The first input pixel that the output pixel touches. */
  readonly first: number;
  /** Its overlap with each input pixel from `first` on, in units of 1/size of an input pixel. */
  readonly weights: Int32Array;
}

function overlaps(side: number, size: number): Span[] {
  return Array.from({ length: size }, (_, out) => {
    const from = out * side;
    const to = from + side;
    const first = Math.floor(from / size);
    const weights = new Int32Array(Math.ceil(to / size) - first);
    for (let k = 0; k < weights.length; k++) {
      const start = (first + k) * size;
      weights[k] = Math.min(to, start + size) - Math.max(from, start);
    }
    return { first, weights };
  });
}

function spanAt(spans: readonly Span[], at: number): Span {
  const span = spans[at];
  if (!span) throw new RangeError(`No overlap for output pixel ${at}.`);
  return span;
}
