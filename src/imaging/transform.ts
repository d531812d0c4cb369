import { throughJpeg } from './jpeg-loss.ts';
import type { RgbImage } from './rgb-image.ts';

/**
 * The network's input transform, in exact integers so that the trainer's Python gives the same
 * bytes. From the upright 8-bit sRGB picture p of W × H:
 *
 *   side = min(W, H);  x0 = floor((W − side) / 2);  y0 = floor((H − side) / 2)
 *   out  = floor((2·Σ wx·wy·p + side²) / (2·side²))
 *
 * Each input pixel is S units long and each output pixel `side` units, so the overlaps wx and wy
 * are integers that sum to `side`: area averaging, rounded half up, for shrinking and enlarging.
 *
 * float64 is exact here: the largest numerator is 511·side², below 2^53 for side < 4.1 million.
 * The floor of the rounded quotient is the true one too: a quotient below the integer n ≤ 256 is
 * at least 1/(2·side²) below it, more than half a float64 step at n.
 *
 * The network learned from copies of 150 rows that JPEG had compressed, and notices when it had
 * not. So a picture of more than 150 rows and columns is first brought to that form: averaged until
 * its shorter side is 150, and taken through JPEG's losses.
 */
/** The largest centred square, averaged to `size` × `size`; 3 × size × size, plane by plane. */
export function toTensor(image: RgbImage, size: number): Uint8Array {
  const tensor = new Uint8Array(3 * size * size);
  const plane = size * size;
  const learned = asLearned(image);
  average(learned, centredSquare(learned), [size, size], (at, channel, value) => {
    tensor[channel * plane + at] = value;
  });
  return tensor;
}

/** The centred square averaged to `size` × `size`, as a picture. */
export function toSquare(image: RgbImage, size: number): RgbImage {
  return averaged(image, centredSquare(image), [size, size]);
}

/** Shorter side of the pictures that the network learned from. */
const LEARNED_SIDE = 150;

function asLearned(image: RgbImage): RgbImage {
  const { widthPx, heightPx } = image;
  const side = Math.min(widthPx, heightPx);
  if (side <= LEARNED_SIDE) return image;
  const scaled = (lengthPx: number) =>
    Math.floor((2 * lengthPx * LEARNED_SIDE + side) / (2 * side));
  const whole = { x0: 0, y0: 0, width: widthPx, height: heightPx };
  return throughJpeg(averaged(image, whole, [scaled(widthPx), scaled(heightPx)]));
}

/** Part of a picture. */
interface Window {
  readonly x0: number;
  readonly y0: number;
  readonly width: number;
  readonly height: number;
}

function centredSquare({ widthPx, heightPx }: RgbImage): Window {
  const side = Math.min(widthPx, heightPx);
  const x0 = Math.floor((widthPx - side) / 2);
  const y0 = Math.floor((heightPx - side) / 2);
  return { x0, y0, width: side, height: side };
}

type Extent = readonly [width: number, height: number];

function averaged(image: RgbImage, window: Window, extent: Extent): RgbImage {
  const [widthPx, heightPx] = extent;
  const pixels = new Uint8Array(3 * widthPx * heightPx);
  average(image, window, extent, (at, channel, value) => {
    pixels[3 * at + channel] = value;
  });
  return { widthPx, heightPx, pixels };
}

function average(
  { widthPx, pixels }: RgbImage,
  { x0, y0, width, height }: Window,
  [outWidth, outHeight]: Extent,
  put: (at: number, channel: number, value: number) => void,
): void {
  const area = width * height;
  const across = overlaps(width, outWidth);
  const down = overlaps(height, outHeight);
  // Column sums of one output row: at most 255·height, so they fit 32 bits.
  const columns = new Int32Array(3 * width);

  for (let y = 0; y < outHeight; y++) {
    columns.fill(0);
    const rows = spanAt(down, y);
    for (let k = 0; k < rows.weights.length; k++) {
      const start = 3 * ((y0 + rows.first + k) * widthPx + x0);
      addRow(columns, pixels.subarray(start, start + 3 * width), rows.weights[k] ?? 0);
    }
    for (let x = 0; x < outWidth; x++) {
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
      const at = y * outWidth + x;
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
