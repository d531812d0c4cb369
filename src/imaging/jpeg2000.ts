/**
 * JPEG 2000, as picture archives and older dermatoscopes write it, bare or in a JP2 file: OpenJPEG in
 * WebAssembly (`@cornerstonejs/codec-openjpeg`), loaded from node_modules when the first such file comes.
 * Boxes and markers by ISO/IEC 15444-1, annexes I and A.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CodecError } from './codec-error.ts';
import { tiffOf } from './profiled-tiff.ts';

interface OpenJpegDecoder {
  getEncodedBuffer(bytes: number): Uint8Array;
  decode(): void;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number };
  getDecodedBuffer(): Uint8Array;
  delete(): void;
}

interface OpenJpeg {
  J2KDecoder: new () => OpenJpegDecoder;
}

export interface Jpeg2000Header {
  readonly widthPx: number;
  readonly heightPx: number;
  /** As they are decoded: of a picture with a palette, those of its colours. */
  readonly components: number;
  readonly profile: Uint8Array | undefined;
}

const enumerated = { sRgb: 16, grey: 17 } as const;
const codestreamStart = 0xff4fff51;

let loading: Promise<OpenJpeg> | undefined;
/** What the library said against the file that it has just now. */
let complaints: string[] = [];

function library(): Promise<OpenJpeg> {
  loading ??= load();
  return loading;
}

async function load(): Promise<OpenJpeg> {
  const require = createRequire(import.meta.url);
  const make = require('@cornerstonejs/codec-openjpeg/decodewasmjs') as (
    options: object,
  ) => Promise<OpenJpeg>;
  const say = (line: string) => {
    if (line.startsWith('[ERROR]')) complaints.push(line);
  };
  return make({
    wasmBinary: readFileSync(require.resolve('@cornerstonejs/codec-openjpeg/decodewasm')),
    print: say,
    printErr: say,
  });
}

/** Throws `CodecError` for what is cut short, and for kinds that are not read. */
export function readJpeg2000Header(bytes: Uint8Array): Jpeg2000Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const isBare = view.getUint32(0) === codestreamStart;
    if (isBare) return { ...readSize(view, 0), profile: undefined };
    const { codestreamAt, profile, paletteColumns } = readBoxes(bytes, view);
    const size = readSize(view, codestreamAt);
    return { ...size, components: paletteColumns ?? size.components, profile };
  } catch (error) {
    if (error instanceof RangeError) throw new CodecError('damaged', 'It is cut short.');
    throw error;
  }
}

/** As a TIFF. Throws `CodecError`. */
export async function decodeJpeg2000(
  bytes: Uint8Array,
  header: Jpeg2000Header,
): Promise<Uint8Array> {
  const { components } = header;
  if (components !== 1 && components !== 3)
    throw new CodecError('unsupported', `It has ${components} components.`);
  const { J2KDecoder } = await library();
  complaints = [];
  const decoder = new J2KDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { width, height, bitsPerSample } = decoder.getFrameInfo();
    const samples = decoder.getDecodedBuffer();
    const [complaint] = complaints;
    const bytesPerSample = bitsPerSample > 8 ? 2 : 1;
    if (
      complaint !== undefined ||
      width !== header.widthPx ||
      height !== header.heightPx ||
      samples.length !== width * height * components * bytesPerSample
    )
      throw new CodecError('damaged', complaint ?? 'It is cut short.');
    const layout = { widthPx: width, heightPx: height, channels: components } as const;
    return tiffOf({ ...layout, profile: header.profile }, (pixels) =>
      writeEightBits(samples, bitsPerSample, pixels),
    );
  } catch (error) {
    if (error instanceof CodecError) throw error;
    // The library throws numbers, or traps; then its memory is not to be relied on for the next file.
    loading = undefined;
    throw new CodecError('damaged', complaints[0] ?? 'OpenJPEG gave up.');
  } finally {
    if (loading) decoder.delete();
  }
}

/** Of a JP2 file: where the codestream begins, and what is said of its colours before. */
function readBoxes(bytes: Uint8Array, view: DataView) {
  let colours: ReturnType<typeof readColours> | undefined;
  for (const box of boxes(view, 0, bytes.length)) {
    if (box.kind === 'jp2c') return { ...colours, codestreamAt: box.from };
    if (box.kind === 'jp2h') colours = readColours(bytes, view, box);
  }
  throw new CodecError('damaged', 'It is cut short: no picture is in it.');
}

/** Of a JP2 file's header: the profile of the colours, and how many a palette has. */
function readColours(bytes: Uint8Array, view: DataView, header: Box) {
  let profile: Uint8Array | undefined;
  let paletteColumns: number | undefined;
  let areTold: boolean | undefined;
  for (const { kind, from, to } of boxes(view, header.from, header.to)) {
    if (kind === 'pclr') paletteColumns = view.getUint8(from + 2);
    // The first that tells them in a way of JP2 counts: before it may be one for readers of JPX.
    if (kind !== 'colr' || areTold) continue;
    const method = view.getUint8(from);
    if (method === 1) assertKnownColours(view.getUint32(from + 3));
    if (method === 2) profile = bytes.slice(from + 3, to);
    areTold = method === 1 || method === 2;
  }
  if (areTold === false)
    throw new CodecError('unsupported', 'Its colours are told in no way of JP2.');
  return { profile, paletteColumns };
}

function assertKnownColours(space: number): void {
  if (space !== enumerated.sRgb && space !== enumerated.grey)
    throw new CodecError('unsupported', `Its colours are of kind ${space}.`);
}

interface Box {
  readonly kind: string;
  /** Behind its length and kind. */
  readonly from: number;
  readonly to: number;
}

function* boxes(view: DataView, from: number, end: number): Generator<Box> {
  for (let at = from; at + 8 <= end; ) {
    const short = view.getUint32(at);
    const kind = String.fromCharCode(...[4, 5, 6, 7].map((part) => view.getUint8(at + part)));
    const head = short === 1 ? 16 : 8;
    const length = short === 1 ? Number(view.getBigUint64(at + 8)) : short || Infinity;
    if (length < head) throw new CodecError('damaged', `Its box ${kind} is damaged.`);
    yield { kind, from: at + head, to: Math.min(end, at + length) };
    at += length;
  }
}

/** The marker segment SIZ, which is the first. */
function readSize(view: DataView, at: number): Omit<Jpeg2000Header, 'profile'> {
  if (view.getUint32(at) !== codestreamStart)
    throw new CodecError('damaged', 'No codestream begins where one should.');
  const [x1, y1, x0, y0] = [8, 12, 16, 20].map((part) => view.getUint32(at + part)) as [
    number,
    number,
    number,
    number,
  ];
  const components = view.getUint16(at + 40);
  const depth = view.getUint8(at + 42);
  for (let component = 0; component < components; component++) {
    const own = at + 42 + component * 3;
    const isWhole = view.getUint8(own + 1) === 1 && view.getUint8(own + 2) === 1;
    if (!isWhole || view.getUint8(own) !== depth)
      throw new CodecError('unsupported', 'Its components differ in size or depth.');
  }
  const isSigned = (depth & 0x80) !== 0;
  const bits = (depth & 0x7f) + 1;
  if (isSigned || bits > 16) throw new CodecError('unsupported', 'Its samples are of a rare kind.');
  return { widthPx: x1 - x0, heightPx: y1 - y0, components };
}

/** Two bytes a sample, the lower first, above 8 bits. */
function writeEightBits(samples: Uint8Array, bits: number, pixels: Uint8Array): void {
  if (bits === 8) {
    pixels.set(samples);
    return;
  }
  const largest = 2 ** bits - 1;
  for (let index = 0; index < pixels.length; index++)
    pixels[index] =
      bits < 8
        ? Math.round(((samples[index] ?? 0) * 255) / largest)
        : ((samples[index * 2] ?? 0) | ((samples[index * 2 + 1] ?? 0) << 8)) >> (bits - 8);
}
