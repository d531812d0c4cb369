/** An upright 8-bit sRGB picture. */
export interface RgbImage {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Height × width × 3, row by row. */
  readonly pixels: Uint8Array;
}
