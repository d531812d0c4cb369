/**
 * What JPEG at quality 75 leaves of a picture, in exact integers (ITU-T T.81 and JFIF; the usual
 * 4:2:0 subsampling, the tables of T.81 Annex K, triangular upsampling). Every image that the
 * network learned from had been through it; `training/jpeg.py` is the same arithmetic.
 *
 * The cosine transform is a product with round(2^13·A), A orthonormal: all its sums are whole
 * numbers below 2^53, which float64 holds exactly.
 */
import type { RgbImage } from './rgb-image.ts';

/** Per cent of the tables that is quality 75. */
const QUALITY_SCALE = 50;
const LUMINANCE = [
  [16, 11, 10, 16, 24, 40, 51, 61],
  [12, 12, 14, 19, 26, 58, 60, 55],
  [14, 13, 16, 24, 40, 57, 69, 56],
  [14, 17, 22, 29, 51, 87, 80, 62],
  [18, 22, 37, 56, 68, 109, 103, 77],
  [24, 35, 55, 64, 81, 104, 113, 92],
  [49, 64, 78, 87, 103, 121, 120, 101],
  [72, 92, 95, 98, 112, 100, 103, 99],
].flat();
/** Its corner; everywhere else it is 99. */
const CHROMINANCE_CORNER = [
  [17, 18, 24, 47],
  [18, 21, 26, 66],
  [24, 26, 56, 99],
  [47, 66, 99, 99],
];
const CHROMINANCE = LUMINANCE.map(
  (_, at) => CHROMINANCE_CORNER[Math.floor(at / 8)]?.[at % 8] ?? 99,
);
/** round(2^13 · c(u)/2 · cos((2x + 1)·u·π/16)), row u. */
const COSINES = Float64Array.from(
  [
    [2896, 2896, 2896, 2896, 2896, 2896, 2896, 2896],
    [4017, 3406, 2276, 799, -799, -2276, -3406, -4017],
    [3784, 1567, -1567, -3784, -3784, -1567, 1567, 3784],
    [3406, -799, -4017, -2276, 2276, 4017, 799, -3406],
    [2896, -2896, -2896, 2896, 2896, -2896, -2896, 2896],
    [2276, -4017, 799, 3406, -3406, -799, 4017, -2276],
    [1567, -3784, 3784, -1567, -1567, 3784, -3784, 1567],
    [799, -2276, 3406, -4017, 4017, -3406, 2276, -799],
  ].flat(),
);
const TRANSPOSED = COSINES.map((_, at) => COSINES[(at % 8) * 8 + Math.floor(at / 8)] ?? 0);
/** Both transforms of a block are 2^26 too large. */
const UNIT = 2 ** 26;

/** Width and height are multiples of what its users need. */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly samples: Int32Array;
}

/** A picture of the same size. */
export function throughJpeg({ widthPx, heightPx, pixels }: RgbImage): RgbImage {
  const width = Math.ceil(widthPx / 16) * 16;
  const height = Math.ceil(heightPx / 16) * 16;
  const [luma, blue, red] = Array.from({ length: 3 }, () => newPlane(width, height)) as [
    Plane,
    Plane,
    Plane,
  ];
  for (let at = 0; at < width * height; at++) {
    // Beyond its edges the picture repeats its last pixels.
    const x = Math.min(at % width, widthPx - 1);
    const y = Math.min(Math.floor(at / width), heightPx - 1);
    const from = 3 * (y * widthPx + x);
    const [r = 0, g = 0, b = 0] = pixels.subarray(from, from + 3);
    luma.samples[at] = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
    blue.samples[at] = (-11059 * r - 21709 * g + 32768 * b + (128 << 16) + 32767) >> 16;
    red.samples[at] = (32768 * r - 27439 * g - 5329 * b + (128 << 16) + 32767) >> 16;
  }
  const y = throughBlocks(luma, LUMINANCE).samples;
  const [cb, cr] = [blue, red].map(
    (chroma) => upsampled(throughBlocks(halved(chroma), CHROMINANCE)).samples,
  ) as [Int32Array, Int32Array];
  const result = new Uint8ClampedArray(pixels.length);
  for (let at = 0; at < widthPx * heightPx; at++) {
    const from = Math.floor(at / widthPx) * width + (at % widthPx);
    const light = y[from] ?? 0;
    const b = (cb[from] ?? 0) - 128;
    const r = (cr[from] ?? 0) - 128;
    result[3 * at] = light + ((91881 * r + 32768) >> 16);
    result[3 * at + 1] = light + ((-22554 * b - 46802 * r + 32768) >> 16);
    result[3 * at + 2] = light + ((116130 * b + 32768) >> 16);
  }
  return { widthPx, heightPx, pixels: new Uint8Array(result.buffer) };
}

function newPlane(width: number, height: number): Plane {
  return { width, height, samples: new Int32Array(width * height) };
}

/** Means of 2 × 2, halves rounded down and up in turn from column to column. */
function halved({ width, height, samples }: Plane): Plane {
  const half = newPlane(width / 2, height / 2);
  for (let at = 0; at < half.samples.length; at++) {
    const x = at % half.width;
    const from = 2 * Math.floor(at / half.width) * width + 2 * x;
    const upper = (samples[from] ?? 0) + (samples[from + 1] ?? 0);
    const lower = (samples[from + width] ?? 0) + (samples[from + width + 1] ?? 0);
    half.samples[at] = (upper + lower + 1 + (x % 2)) >> 2;
  }
  return half;
}

/** Each block of 8 × 8 transformed, quantized, and transformed back. */
function throughBlocks({ width, height, samples }: Plane, table: readonly number[]): Plane {
  const result = newPlane(width, height);
  const steps = table.map((step) => Math.max(Math.floor((step * QUALITY_SCALE + 50) / 100), 1));
  const block = new Float64Array(64);
  for (let start = 0; start < samples.length; start += 8 * width) {
    for (let x = start; x < start + width; x += 8) {
      const at = (index: number) => x + Math.floor(index / 8) * width + (index % 8);
      for (let index = 0; index < 64; index++) block[index] = (samples[at(index)] ?? 0) - 128;
      const waves = product(product(COSINES, block), TRANSPOSED);
      for (const [index, wave] of waves.entries()) {
        const step = steps[index] ?? 1;
        const level = Math.floor((2 * Math.abs(wave) + step * UNIT) / (2 * step * UNIT));
        waves[index] = Math.sign(wave) * level * step;
      }
      const back = product(product(TRANSPOSED, waves), COSINES);
      for (const [index, value] of back.entries()) {
        const sample = Math.floor((value + UNIT / 2) / UNIT) + 128;
        result.samples[at(index)] = Math.min(Math.max(sample, 0), 255);
      }
    }
  }
  return result;
}

/** Of two matrices of 8 × 8. */
function product(left: Float64Array, right: Float64Array): Float64Array {
  const result = new Float64Array(64);
  for (let row = 0; row < 64; row += 8) {
    for (let k = 0; k < 8; k++) {
      const factor = left[row + k] ?? 0;
      for (let column = 0; column < 8; column++) {
        result[row + column] = (result[row + column] ?? 0) + factor * (right[k * 8 + column] ?? 0);
      }
    }
  }
  return result;
}

/** Twice as large: 3/4 of the nearer and 1/4 of the farther sample, down and across. */
function upsampled({ width, height, samples }: Plane): Plane {
  const result = newPlane(2 * width, 2 * height);
  for (let y = 0; y < 2 * height; y++) {
    const near = Math.floor(y / 2);
    const far = Math.min(Math.max(near + (y % 2 === 0 ? -1 : 1), 0), height - 1);
    const tall = (x: number) =>
      3 * (samples[near * width + x] ?? 0) + (samples[far * width + x] ?? 0);
    for (let x = 0; x < width; x++) {
      const here = 3 * tall(x);
      const to = y * 2 * width + 2 * x;
      result.samples[to] = (here + tall(Math.max(x - 1, 0)) + 8) >> 4;
      result.samples[to + 1] = (here + tall(Math.min(x + 1, width - 1)) + 7) >> 4;
    }
  }
  return result;
}
