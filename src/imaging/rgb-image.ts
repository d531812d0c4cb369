/** An upright 8-bit sRGB picture. */
export interface RgbImage {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Height × width × 3, row by row. */
  readonly pixels: Uint8Array;
}

/** Of red, green and blue, in 256 parts. */
export type Weights = readonly [red: number, green: number, blue: number];

export const luminance: Weights = [77, 150, 29];

/** Of each pixel, row by row, floor((r·R + g·G + b·B) / 256). */
export function planeOf(
  { widthPx, heightPx, pixels }: RgbImage,
  [red, green, blue]: Weights,
): Uint8Array {
  const plane = new Uint8Array(widthPx * heightPx);
  for (let at = 0, from = 0; at < plane.length; at++, from += 3)
    plane[at] =
      (red * (pixels[from] ?? 0) +
        green * (pixels[from + 1] ?? 0) +
        blue * (pixels[from + 2] ?? 0)) >>
      8;
  return plane;
}
