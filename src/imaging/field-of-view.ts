import { luminance, planeOf, type RgbImage } from './rgb-image.ts';

/** Part of a picture. */
export interface Window {
  readonly x0: number;
  readonly y0: number;
  readonly width: number;
  readonly height: number;
}

/** At most this luminance is a frame's black, at least that its white. */
const black = 40;
const white = 230;
/** A line is frame where all of it but one pixel in so many is. */
const stray = 50;

/**
 * What the dermatoscope saw: the picture without the plain black or white margins around it, in
 * exact integers so that the trainer's Python finds the same.
 *
 *   Y = floor((77·R + 150·G + 29·B) / 256)
 *
 * A row or column of the window is frame where at most a fiftieth of its pixels has Y > 40, or at
 * most a fiftieth Y < 230. Frame is taken off above, below, left and right in turn until neither
 * side is any. Of a round field that leaves the square around it. A picture of which less than a
 * quarter of either side would stay is taken whole: it is dark or bright, not framed.
 */
export function fieldOfView(image: RgbImage): Window {
  const { widthPx, heightPx } = image;
  const values = planeOf(image, luminance);
  let top = 0;
  let bottom = heightPx;
  let left = 0;
  let right = widthPx;
  const isFrame = (from: number, step: number, count: number) => {
    let lit = 0;
    let unlit = 0;
    for (let i = 0, at = from; i < count; i++, at += step) {
      const y = values[at] ?? 0;
      if (y > black) lit++;
      if (y < white) unlit++;
    }
    return lit * stray <= count || unlit * stray <= count;
  };
  const rowIsFrame = (y: number) => isFrame(y * widthPx + left, 1, right - left);
  const columnIsFrame = (x: number) => isFrame(top * widthPx + x, widthPx, bottom - top);
  let before: number;
  do {
    before = (bottom - top) * (right - left);
    while (top < bottom && rowIsFrame(top)) top++;
    while (bottom > top && rowIsFrame(bottom - 1)) bottom--;
    while (left < right && columnIsFrame(left)) left++;
    while (right > left && columnIsFrame(right - 1)) right--;
  } while (before !== (bottom - top) * (right - left));
  if (4 * (bottom - top) < heightPx || 4 * (right - left) < widthPx)
    return { x0: 0, y0: 0, width: widthPx, height: heightPx };
  return { x0: left, y0: top, width: right - left, height: bottom - top };
}
