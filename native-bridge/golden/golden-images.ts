import type { NetworkInfo } from '../shared/contract.ts';
import { Random } from '../shared/random.ts';
import found from './golden-drawings.json' with { type: 'json' };

export interface GoldenImage {
  readonly name: string;
  /** C×H×W. */
  readonly image: Uint8Array;
}

const patterns = [
  { name: 'gradient', a: 1, b: 2, k: 0 },
  { name: 'ramp', a: 3, b: 1, k: 0 },
  { name: 'moire', a: 2, b: 3, k: 1 },
  { name: 'noise', a: 7, b: 5, k: 3 },
  { name: 'stripes', a: 128, b: 0, k: 0 },
  { name: 'checks', a: 128, b: 128, k: 0 },
] as const;

/** Drawings of six figures each, of seeds that follow one another. */
const plain = Array.from({ length: 16 }, (_, row) =>
  Array.from({ length: 6 }, (_, column) => row * 6 + column + 1),
);

/** Patterns, black, white, drawings. */
export const goldenCount: number = patterns.length + 2 + plain.length + found.length;

/**
 * What a device replays before it is trusted: smooth and busy patterns, black, white, and drawings
 * in glaring colours, which drive neurons to the ends of their ranges. Those named `found` are what
 * `build/golden-drawings.mjs` found for the ends of the shipped network that the others leave out. All
 * depend on the shape alone, so they serve any network.
 */
export function goldenImages(shape: Readonly<NetworkInfo['inputShape']>): GoldenImage[] {
  const pixels = shape[0] * shape[1] * shape[2];
  return [
    ...patterns.map((each) => ({ name: each.name, image: pattern(each, shape) })),
    { name: 'black', image: new Uint8Array(pixels) },
    { name: 'white', image: new Uint8Array(pixels).fill(255) },
    ...drawings('drawing', plain, shape),
    ...drawings('found', found, shape),
  ];
}

/** `pixel(c, y, x) = (a·x + b·y + 37·c + x·y·k) & 255`, as in a model's `golden.json`. */
export function pattern(
  { a, b, k }: { readonly a: number; readonly b: number; readonly k: number },
  [channels, height, width]: Readonly<NetworkInfo['inputShape']>,
): Uint8Array {
  return Uint8Array.from({ length: channels * height * width }, (_, at) => {
    const x = at % width;
    const y = Math.floor(at / width) % height;
    const c = Math.floor(at / (width * height));
    return (a * x + b * y + 37 * c + x * y * k) & 255;
  });
}

function drawings(
  name: string,
  all: readonly (readonly number[])[],
  shape: Readonly<NetworkInfo['inputShape']>,
): GoldenImage[] {
  return all.map((seeds, index) => ({
    name: `${name}-${index + 1}`,
    image: drawing(seeds, shape),
  }));
}

/** A figure of each seed on black, one over the other. Whole numbers only. */
export function drawing(
  seeds: readonly number[],
  shape: Readonly<NetworkInfo['inputShape']>,
): Uint8Array {
  const image = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (const seed of seeds) draw(image, seed, shape);
  return image;
}

/** A disc of one colour, full or in stripes, of two pixels across or covering the whole image. */
function draw(
  image: Uint8Array,
  seed: number,
  [channels, height, width]: Readonly<NetworkInfo['inputShape']>,
) {
  const random = new Random(seed);
  const colour = Array.from({ length: channels }, () => random.of([0, 255]));
  const radius = 2 + random.below(random.of([12, width >> 1, 2 * width]));
  const [atX, atY] = [random.below(width), random.below(height)];
  const period = 2 + random.below(random.of([6, 40]));
  const filled = random.of([period, 1 + random.below(period - 1)]);
  const [right, down] = [random.below(4), random.below(4)];
  const [bottom, end] = [Math.min(height, atY + radius), Math.min(width, atX + radius)];
  for (let y = Math.max(0, atY - radius); y < bottom; y++)
    for (let x = Math.max(0, atX - radius); x < end; x++)
      if ((x - atX) ** 2 + (y - atY) ** 2 < radius ** 2 && (right * x + down * y) % period < filled)
        for (const [c, level] of colour.entries()) image[(c * height + y) * width + x] = level;
}
