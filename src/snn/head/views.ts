import type { Shape } from '../network.ts';

/** A square's symmetries: four quarter turns, and their mirror images. */
export const VIEW_COUNT = 8;

/** How many of them a reading may sum over: the first one, two, four, or all. */
export const VIEW_CHOICES = [1, 2, 4, VIEW_COUNT] as const;
export type ViewChoice = (typeof VIEW_CHOICES)[number];

/**
 * The views of an image (uint8, C×S×S): turned by 0, 90, 180 and 270 degrees counter-clockwise,
 * then those four mirrored left to right; the first `count` of them. Spike counts summed over all
 * eight do not depend on how the lesion lay before the camera: a turned or mirrored image has the
 * same views in another order. Those summed over the first four do not depend on quarter turns.
 * Throws RangeError for an image that is no square of this shape.
 */
export function views(
  image: Uint8Array,
  [channels, height, width]: Shape,
  count: ViewChoice = VIEW_COUNT,
): Uint8Array[] {
  if (height !== width || image.length !== channels * height * width) {
    throw new RangeError(`No square of ${channels} × ${height} × ${width} values`);
  }
  const pixels = width * width;
  if (count === 1) return [image];
  return Array.from({ length: count }, (_, index) => {
    const view = new Uint8Array(image.length);
    for (let y = 0; y < width; y++) {
      for (let column = 0; column < width; column++) {
        const from = uprightPosition(index, y, column, width);
        for (let channel = 0; channel < channels; channel++) {
          const plane = channel * pixels;
          view[plane + y * width + column] = image[plane + from] ?? 0;
        }
      }
    }
    return view;
  });
}

/** Of the position (y, x) in a view of this width: its index, row by row, in the upright image. */
export function uprightPosition(view: number, y: number, x: number, width: number): number {
  const last = width - 1;
  const turnedX = view >= 4 ? last - x : x;
  switch (view % 4) {
    case 0:
      return y * width + turnedX;
    case 1:
      return turnedX * width + last - y;
    case 2:
      return (last - y) * width + last - turnedX;
    default:
      return (last - turnedX) * width + y;
  }
}

/** Channel by channel. Throws RangeError where the lengths differ. */
export function sumCounts(counts: readonly Int32Array[]): Int32Array {
  const [first = new Int32Array(), ...others] = counts;
  return others.reduce((sum, each) => {
    if (each.length !== sum.length) throw new RangeError('Spike counts of different networks');
    return sum.map((count, index) => count + (each[index] ?? 0));
  }, Int32Array.from(first));
}
