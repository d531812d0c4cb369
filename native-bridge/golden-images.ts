import type { NetworkInfo } from './contract.ts';
import { Random } from './random.ts';

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

const drawingCount = 24;

/** Patterns, black, white, drawings. */
export const goldenCount: number = patterns.length + 2 + drawingCount;

/**
 * What a device replays before it is trusted: smooth and busy patterns, black, white, and drawings
 * of discs and stripes in glaring colours, which drive neurons to the ends of their ranges
 * (`test/native-bridge/golden-images.test.ts` counts how many). They depend on the shape alone, so
 * they serve any network.
 */
export function goldenImages(shape: Readonly<NetworkInfo['inputShape']>): GoldenImage[] {
  const pixels = shape[0] * shape[1] * shape[2];
  return [
    ...patterns.map((each) => ({ name: each.name, image: pattern(each, shape) })),
    { name: 'black', image: new Uint8Array(pixels) },
    { name: 'white', image: new Uint8Array(pixels).fill(255) },
    ...Array.from({ length: drawingCount }, (_, index) => ({
      name: `drawing-${index + 1}`,
      image: drawing(index + 1, shape),
    })),
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

/** Up to five discs and sets of stripes, one over the other. Whole numbers only. */
export function drawing(
  seed: number,
  [channels, height, width]: Readonly<NetworkInfo['inputShape']>,
): Uint8Array {
  const random = new Random(seed);
  const image = new Uint8Array(channels * height * width);
  const colour = () =>
    Array.from({ length: channels }, () => random.of([0, 255, 0, 255, random.below(256)]));
  const fill = (isInside: (x: number, y: number) => boolean) => {
    const levels = colour();
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (isInside(x, y))
          for (const [c, level] of levels.entries()) image[(c * height + y) * width + x] = level;
  };
  fill(() => true);
  for (let shapes = 1 + random.below(5); shapes > 0; shapes--) {
    if (random.below(5) < 2) {
      const period = 3 + random.below(60);
      const filled = 1 + random.below(period - 1);
      const [right, down] = [random.below(4), random.below(4)];
      fill((x, y) => (right * x + down * y) % period < filled);
    } else {
      const [atX, atY] = [random.below(width), random.below(height)];
      const radius = 3 + random.below(width >> 1);
      fill((x, y) => (x - atX) ** 2 + (y - atY) ** 2 < radius ** 2);
    }
  }
  return image;
}
