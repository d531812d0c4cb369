/**
 * Windows bitmaps: 1, 4, 8, 16, 24 and 32 bits a pixel, with palettes, bit masks and run lengths
 * (Microsoft, "Bitmap Storage"; libvips has no reader of its own).
 */
import type { RgbImage } from './rgb-image.ts';

export class BmpError extends Error {
  override readonly name = 'BmpError';
  readonly code: 'cut-short' | 'unknown-kind';
  constructor(code: 'cut-short' | 'unknown-kind') {
    super(code === 'cut-short' ? 'The bitmap is cut short.' : 'The bitmap is of an unknown kind.');
    this.code = code;
  }
}

export interface BmpHeader {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Rows run from the top; as a rule they run from the bottom. */
  readonly isTopDown: boolean;
  readonly bitsPerPixel: number;
  readonly compression: number;
  readonly pixelsAt: number;
  /** Red, green, blue, three bytes a colour. */
  readonly palette: Uint8Array;
  readonly masks: readonly [red: number, green: number, blue: number];
}

const compression = { none: 0, runs8: 1, runs4: 2, masks: 3, alphaMasks: 6 } as const;
const fileHeaderBytes = 14;
const coreHeaderBytes = 12;
const infoHeaderBytes = 40;

/** Throws `BmpError` for what is none or is of an unknown kind; reads no pixels. */
export function readBmpHeader(file: Uint8Array): BmpHeader {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < fileHeaderBytes + coreHeaderBytes) throw new BmpError('cut-short');
  const headerBytes = view.getUint32(14, true);
  const isCore = headerBytes === coreHeaderBytes;
  if (!isCore && (headerBytes < infoHeaderBytes || headerBytes > 1024))
    throw new BmpError('unknown-kind');
  if (file.length < fileHeaderBytes + headerBytes) throw new BmpError('cut-short');
  const height = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const header = {
    widthPx: isCore ? view.getUint16(18, true) : view.getInt32(18, true),
    heightPx: Math.abs(height),
    isTopDown: height < 0,
    bitsPerPixel: view.getUint16(isCore ? 24 : 28, true),
    compression: isCore ? compression.none : view.getUint32(30, true),
    pixelsAt: view.getUint32(10, true),
  };
  if (header.widthPx < 1 || header.heightPx < 1) throw new BmpError('unknown-kind');
  const hasMasks =
    header.compression === compression.masks || header.compression === compression.alphaMasks;
  if (!isKnown(header.bitsPerPixel, header.compression)) throw new BmpError('unknown-kind');
  // Of the oldest header that has them, the masks stand behind it; of later ones, inside.
  const masksAt = fileHeaderBytes + infoHeaderBytes;
  if (hasMasks && file.length < masksAt + 12) throw new BmpError('cut-short');
  const masks = hasMasks
    ? ([0, 4, 8].map((at) => view.getUint32(masksAt + at, true)) as [number, number, number])
    : header.bitsPerPixel === 16
      ? ([0x7c00, 0x03e0, 0x001f] as const)
      : ([0xff0000, 0x00ff00, 0x0000ff] as const);
  const declared = isCore ? 0 : view.getUint32(46, true);
  const palette = readPalette(file, {
    from: fileHeaderBytes + headerBytes,
    colours: header.bitsPerPixel > 8 ? 0 : declared || 2 ** header.bitsPerPixel,
    bytesPerColour: isCore ? 3 : 4,
  });
  return { ...header, palette, masks };
}

/** The picture upright. Pixels that runs skip are black. Throws `BmpError` for what is cut short. */
export function decodeBmp(file: Uint8Array, header: BmpHeader): RgbImage {
  const { widthPx, heightPx, compression: kind } = header;
  const pixels = new Uint8Array(widthPx * heightPx * 3);
  if (kind === compression.runs8 || kind === compression.runs4) decodeRuns(file, header, pixels);
  else if (header.bitsPerPixel <= 8) decodeIndices(file, header, pixels);
  else decodeColours(file, header, pixels);
  return { widthPx, heightPx, pixels };
}

function isKnown(bits: number, kind: number): boolean {
  switch (kind) {
    case compression.none:
      return [1, 4, 8, 16, 24, 32].includes(bits);
    case compression.runs8:
      return bits === 8;
    case compression.runs4:
      return bits === 4;
    case compression.masks:
    case compression.alphaMasks:
      return bits === 16 || bits === 32;
    default:
      return false;
  }
}

function readPalette(
  file: Uint8Array,
  { from, colours, bytesPerColour }: { from: number; colours: number; bytesPerColour: number },
): Uint8Array {
  // Indices without a colour are black.
  const palette = new Uint8Array(256 * 3);
  for (let index = 0; index < Math.min(colours, 256); index++) {
    const [blue = 0, green = 0, red = 0] = file.subarray(from + index * bytesPerColour);
    palette.set([red, green, blue], index * 3);
  }
  return palette;
}

/** Where row `y`, counted from the top, begins; rows are padded to four bytes. */
function rowAt(file: Uint8Array, header: BmpHeader, y: number): number {
  const { widthPx, heightPx, bitsPerPixel, isTopDown, pixelsAt } = header;
  const rowBytes = Math.ceil((widthPx * bitsPerPixel) / 32) * 4;
  const at = pixelsAt + (isTopDown ? y : heightPx - 1 - y) * rowBytes;
  if (at + Math.ceil((widthPx * bitsPerPixel) / 8) > file.length) throw new BmpError('cut-short');
  return at;
}

function decodeIndices(file: Uint8Array, header: BmpHeader, pixels: Uint8Array): void {
  const { widthPx, heightPx, bitsPerPixel, palette } = header;
  const perByte = 8 / bitsPerPixel;
  for (let y = 0; y < heightPx; y++) {
    const row = rowAt(file, header, y);
    for (let x = 0; x < widthPx; x++) {
      const byte = file[row + Math.floor(x / perByte)] ?? 0;
      const shift = 8 - bitsPerPixel * ((x % perByte) + 1);
      const index = (byte >> shift) & (2 ** bitsPerPixel - 1);
      copyColour(palette, index, pixels, y * widthPx + x);
    }
  }
}

function decodeColours(file: Uint8Array, header: BmpHeader, pixels: Uint8Array): void {
  const { widthPx, heightPx, bitsPerPixel, masks } = header;
  const step = bitsPerPixel / 8;
  for (const [channel, mask] of masks.entries()) {
    // No pixel has any of it.
    if (mask === 0) continue;
    const { shift, most } = channelOf(mask);
    const byte = Math.log2(shift) / 8;
    // As a rule a channel is a byte.
    const isByte = most === 255 && Number.isInteger(byte);
    for (let y = 0; y < heightPx; y++) {
      const row = rowAt(file, header, y);
      let to = y * widthPx * 3 + channel;
      for (let from = row; from < row + widthPx * step; from += step) {
        pixels[to] = isByte
          ? (file[from + byte] ?? 0)
          : scaled(wordAt(file, from, step), shift, most);
        to += 3;
      }
    }
  }
}

function scaled(word: number, shift: number, most: number): number {
  return Math.round(((Math.floor(word / shift) & most) * 255) / most);
}

function wordAt(file: Uint8Array, from: number, bytes: number): number {
  let value = 0;
  for (let byte = bytes - 1; byte >= 0; byte--) value = value * 256 + (file[from + byte] ?? 0);
  return value;
}

/** The value of the lowest bit of a mask, and the greatest value of the channel. */
function channelOf(mask: number): { shift: number; most: number } {
  const shift = 2 ** (31 - Math.clz32(mask & -mask));
  return { shift, most: Math.min(mask / shift, 0x7fffffff) };
}

/** Pairs of a count and a colour; a count of 0 escapes: end of line, of picture, a step, literals. */
function decodeRuns(file: Uint8Array, header: BmpHeader, pixels: Uint8Array): void {
  const { widthPx, heightPx, bitsPerPixel, palette, isTopDown } = header;
  let [at, x, row] = [header.pixelsAt, 0, 0];
  const put = (index: number) => {
    const y = isTopDown ? row : heightPx - 1 - row;
    if (x < widthPx && y >= 0 && y < heightPx) copyColour(palette, index, pixels, y * widthPx + x);
    x++;
  };
  /** The index at `place` of a byte that holds one index, or two. */
  const indexOf = (byte: number, place: number) =>
    bitsPerPixel === 8 ? byte : place % 2 === 0 ? byte >> 4 : byte & 15;
  for (;;) {
    // So is a file that ended within the step or the literals before.
    if (at + 2 > file.length) throw new BmpError('cut-short');
    const [count = 0, value = 0] = file.subarray(at);
    at += 2;
    if (count > 0) {
      for (let place = 0; place < count; place++) put(indexOf(value, place));
    } else if (value === 0) {
      [x, row] = [0, row + 1];
    } else if (value === 1) {
      return;
    } else if (value === 2) {
      [x, row] = [x + (file[at] ?? 0), row + (file[at + 1] ?? 0)];
      at += 2;
    } else {
      const bytes = Math.ceil((value * bitsPerPixel) / 8);
      for (let place = 0; place < value; place++)
        put(indexOf(file[at + Math.floor((place * bitsPerPixel) / 8)] ?? 0, place));
      at += bytes + (bytes % 2);
    }
    // A file may not make this loop longer than its picture.
    if (row > heightPx) return;
  }
}

function copyColour(palette: Uint8Array, index: number, pixels: Uint8Array, to: number): void {
  for (let channel = 0; channel < 3; channel++)
    pixels[to * 3 + channel] = palette[index * 3 + channel] ?? 0;
}
