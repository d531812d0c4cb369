/**
 * Reads the few EXIF tags that the product keeps, and nothing else. Bounded: every offset is
 * checked, directories are not followed in circles, and malformed data yields `null`, not errors.
 * Tags and types: EXIF 2.32 (CIPA DC-008-2019) and TIFF 6.0.
 */
export interface CaptureDetails {
  /** DateTimeOriginal as the camera wrote it: `YYYY-MM-DDTHH:MM:SS`. */
  readonly capturedAt: string | null;
  /** Make and model, printable characters only. */
  readonly device: string | null;
}

const tag = {
  newSubfileType: 0x00fe,
  make: 0x010f,
  model: 0x0110,
  exifDirectory: 0x8769,
  dateTimeOriginal: 0x9003,
  dngVersion: 0xc612,
} as const;

const maxEntries = 512;
const maxTextBytes = 256;
const maxDeviceLength = 80;

/** `block` is a TIFF structure, with or without a leading `Exif\0\0`. */
export function readCaptureDetails(block: Uint8Array): CaptureDetails {
  const tiff = openTiff(block);
  const main = tiff?.directory(tiff.firstDirectory);
  if (!tiff || !main) return { capturedAt: null, device: null };
  const exifOffset = main.integer(tag.exifDirectory);
  const exif = exifOffset === null ? null : tiff.directory(exifOffset);
  return {
    capturedAt: captureTime(exif?.text(tag.dateTimeOriginal) ?? null),
    device: deviceName(main.text(tag.make), main.text(tag.model)),
  };
}

/**
 * True for a camera's raw file in TIFF clothing (DNG, NEF, ARW, CR2): what a TIFF reader finds
 * first in it is only a preview.
 */
export function isCameraRaw(file: Uint8Array): boolean {
  if (file[8] === 0x43 && file[9] === 0x52) return true; // Canon's "CR" after the TIFF header
  const tiff = openTiff(file);
  const main = tiff?.directory(tiff.firstDirectory);
  if (!main) return false;
  const subfile = main.integer(tag.newSubfileType) ?? 0;
  return main.has(tag.dngVersion) || (subfile & 1) === 1;
}

interface Directory {
  has(tag: number): boolean;
  text(tag: number): string | null;
  integer(tag: number): number | null;
}

function openTiff(block: Uint8Array) {
  const hasPrefix = block[0] === 0x45 && block[1] === 0x78; // "Ex" of "Exif\0\0"
  const bytes = hasPrefix ? block.subarray(6) : block;
  const littleEndian = bytes[0] === 0x49;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint16(2, littleEndian) !== 42) return null;
  return {
    firstDirectory: view.getUint32(4, littleEndian),
    directory: (offset: number) => readDirectory(view, littleEndian, offset),
  };
}

function readDirectory(view: DataView, littleEndian: boolean, offset: number): Directory | null {
  if (offset + 2 > view.byteLength) return null;
  const count = Math.min(view.getUint16(offset, littleEndian), maxEntries);
  const entries = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const at = offset + 2 + 12 * i;
    if (at + 12 > view.byteLength) break;
    entries.set(view.getUint16(at, littleEndian), at);
  }
  return {
    has: (wanted) => entries.has(wanted),
    text(wanted) {
      const at = entries.get(wanted);
      if (at === undefined || view.getUint16(at + 2, littleEndian) !== 2) return null;
      const length = Math.min(view.getUint32(at + 4, littleEndian), maxTextBytes);
      const from = length <= 4 ? at + 8 : view.getUint32(at + 8, littleEndian);
      if (from + length > view.byteLength) return null;
      const raw = new Uint8Array(view.buffer, view.byteOffset + from, length);
      const text = new TextDecoder('utf-8').decode(raw);
      return text.split('\0', 1)[0] ?? null;
    },
    integer(wanted) {
      const at = entries.get(wanted);
      if (at === undefined) return null;
      const type = view.getUint16(at + 2, littleEndian);
      if (type === 3) return view.getUint16(at + 8, littleEndian);
      return type === 4 ? view.getUint32(at + 8, littleEndian) : null;
    },
  };
}

function captureTime(written: string | null): string | null {
  const match = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(written ?? '');
  if (!match) return null;
  const [, year, month, day, hour, minute, second] = match;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const date = new Date(`${iso}Z`);
  const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso);
  return isReal && date.getUTCFullYear() > 1900 ? iso : null;
}

function deviceName(make: string | null, model: string | null): string | null {
  const maker = printable(make);
  const type = printable(model);
  const isRepeated = type.toLowerCase().startsWith(maker.toLowerCase());
  const name = isRepeated ? type : `${maker} ${type}`.trim();
  return name === '' ? null : name.slice(0, maxDeviceLength).trim();
}

/** Letters, digits and plain punctuation; anything else becomes a space. */
function printable(text: string | null): string {
  return (text ?? '')
    .replace(/[^\p{L}\p{N} .,:;()/+&_-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
