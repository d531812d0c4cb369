/** Windows bitmaps for tests, written from the format's description. */
import type { Colour } from './pictures.ts';

export interface Bitmap {
  readonly width: number;
  /** Negative: rows run from the top. */
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  /** Colours that indices stand for. */
  readonly palette?: readonly Colour[];
  readonly masks?: readonly number[];
  /** Rows as they stand in the file, or the encoded runs. */
  readonly data: Uint8Array;
}

/** With the header that nearly all have (BITMAPINFOHEADER). */
export function bmp({
  width,
  height,
  bits,
  compression = 0,
  palette = [],
  masks = [],
  data,
}: Bitmap) {
  const pixelsAt = 54 + 4 * masks.length + 4 * palette.length;
  const file = Buffer.alloc(pixelsAt + data.length);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(pixelsAt, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(bits, 28);
  file.writeUInt32LE(compression, 30);
  file.writeUInt32LE(data.length, 34);
  file.writeUInt32LE(palette.length, 46);
  for (const [at, mask] of masks.entries()) file.writeUInt32LE(mask, 54 + 4 * at);
  for (const [at, [r, g, b]] of palette.entries())
    file.set([b, g, r, 0], 54 + 4 * masks.length + 4 * at);
  file.set(data, pixelsAt);
  return file;
}

/** Rows of little-endian pixels, each row padded to four bytes. */
export function bmpRows(rows: readonly (readonly number[])[], bytesPerPixel: number): Buffer {
  return Buffer.concat(
    rows.map((row) => {
      const line = Buffer.alloc(Math.ceil((row.length * bytesPerPixel) / 4) * 4);
      for (const [x, pixel] of row.entries())
        line.writeUIntLE(pixel, x * bytesPerPixel, bytesPerPixel);
      return line;
    }),
  );
}
