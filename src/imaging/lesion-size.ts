import { fieldOfView } from './field-of-view.ts';
import type { RgbImage } from './rgb-image.ts';
import { toSquare } from './transform.ts';

/** The square that the network sees is looked at in so many rows and columns. */
const sidePx = 64;
/** Its middle half is where a lesion is looked for, away from shadows at the rim. */
const from = sidePx / 4;
const to = sidePx - from;

/**
 * The share of the network's square that the lesion covers: darkness is 255 less the blue, which skin
 * reflects and every pigment and blood absorbs, averaged over 3 × 3 pixels; dark is what lies beyond
 * Otsu's threshold of the middle half (IEEE Trans. Syst. Man Cybern. 9(1), 1979); the lesion is the
 * largest connected dark part that reaches into that half, its holes filled. Whole numbers, but for
 * the variance that the threshold maximizes. `null` where nothing in the middle is darker than the rest.
 */
export function lesionShare(image: RgbImage, field = fieldOfView(image)): number | null {
  const darkness = darknessOf(toSquare(image, sidePx, field));
  const threshold = thresholdOf(darkness);
  const isDark = Uint8Array.from(darkness, (value) => (value > threshold ? 1 : 0));
  let largest: readonly number[] = [];
  for (let y = from; y < to; y++) {
    for (let x = from; x < to; x++) {
      const part = takeOut(isDark, y * sidePx + x, 1);
      if (part.length > largest.length) largest = part;
    }
  }
  return largest.length === 0 ? null : filledSize(largest) / isDark.length;
}

/** Of each pixel's neighbourhood; at the rim the nearest pixels stand for those beyond it. */
function darknessOf({ pixels }: RgbImage): Uint8Array {
  const inside = (place: number) => Math.min(Math.max(place, 0), sidePx - 1);
  return Uint8Array.from({ length: sidePx * sidePx }, (_, at) => {
    const [y, x] = [Math.floor(at / sidePx), at % sidePx];
    let sum = 0;
    for (let row = y - 1; row <= y + 1; row++)
      for (let column = x - 1; column <= x + 1; column++)
        sum += 255 - (pixels[3 * (inside(row) * sidePx + inside(column)) + 2] ?? 0);
    return Math.floor(sum / 9);
  });
}

/** Splits the middle half so that the variance between the two parts is largest. */
function thresholdOf(darkness: Uint8Array): number {
  const counts = new Int32Array(256);
  for (let y = from; y < to; y++)
    for (const value of darkness.subarray(y * sidePx + from, y * sidePx + to))
      counts[value] = (counts[value] ?? 0) + 1;
  const count = (to - from) ** 2;
  const total = counts.reduce((sum, times, value) => sum + times * value, 0);
  let [below, sum, best, threshold] = [0, 0, 0, 255];
  for (const [value, times] of counts.entries()) {
    below += times;
    sum += times * value;
    // Where all are on one side it is 0 / 0, which is never the largest.
    const between = (total * below - count * sum) ** 2 / (below * (count - below));
    if (between > best) [best, threshold] = [between, value];
  }
  return threshold;
}

/** The pixels of this value that hang together with the one at `start`, each set to 2; none, if it is not. */
function takeOut(map: Uint8Array, start: number, value: number): number[] {
  const part: number[] = [];
  const take = (at: number) => {
    if (map[at] !== value) return;
    map[at] = 2;
    part.push(at);
  };
  take(start);
  for (const at of part) {
    const x = at % sidePx;
    take(at - sidePx);
    take(at + sidePx);
    if (x > 0) take(at - 1);
    if (x < sidePx - 1) take(at + 1);
  }
  return part;
}

/** All pixels but those that can be reached from the rim without crossing the part. */
function filledSize(part: readonly number[]): number {
  const map = new Uint8Array(sidePx * sidePx);
  for (const at of part) map[at] = 1;
  let outside = 0;
  for (const at of map.keys()) {
    const [y, x] = [Math.floor(at / sidePx), at % sidePx];
    const isRim = y === 0 || x === 0 || y === sidePx - 1 || x === sidePx - 1;
    if (isRim) outside += takeOut(map, at, 0).length;
  }
  return map.length - outside;
}
