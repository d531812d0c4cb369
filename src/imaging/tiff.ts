/**
 * Reads the directories of a TIFF structure: a TIFF file's, and the one that EXIF is. Bounded: every
 * offset is checked, directories are not followed in circles, and malformed data yields nothing, not
 * errors. Tags and types: TIFF 6.0, EXIF 2.32 (CIPA DC-008-2019).
 */
export const tag = {
  newSubfileType: 0x00fe,
  compression: 0x0103,
  photometric: 0x0106,
  make: 0x010f,
  model: 0x0110,
  subDirectories: 0x014a,
  yCbCrCoefficients: 0x0211,
  referenceBlackWhite: 0x0214,
  exifDirectory: 0x8769,
  dateTimeOriginal: 0x9003,
  dngVersion: 0xc612,
} as const;

/** Values of `tag.photometric`. */
export const photometric = { yCbCr: 6, lab: 8 } as const;

/** Values of `tag.compression`: of the first and the second way to have a JPEG inside. */
export const jpegCompressions: readonly number[] = [6, 7];

const reducedCopy = 1;
const transparencyMask = 4;

const maxEntries = 512;
const maxPages = 1000;
const maxTextBytes = 256;
const maxNumbers = 16;

/** Bytes of a value by its type. */
const shortType = 3;
const longType = 4;
const rationalType = 5;

export interface Directory {
  has(tag: number): boolean;
  text(tag: number): string | null;
  /** Shorts, longs or rationals; none where there are none. */
  numbers(tag: number): number[];
  integer(tag: number): number | null;
  /** Offset of the next page's directory, or 0. */
  readonly next: number;
}

export interface Tiff {
  readonly firstDirectory: number;
  directory(offset: number): Directory | null;
}

/** `block` is a TIFF structure, with or without a leading `Exif\0\0`. */
export function openTiff(block: Uint8Array): Tiff | null {
  const hasPrefix = block[0] === 0x45 && block[1] === 0x78; // "Ex" of "Exif\0\0"
  const bytes = hasPrefix ? block.subarray(6) : block;
  const littleEndian = bytes[0] === 0x49;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint16(2, littleEndian) !== 42) return null;
  return {
    firstDirectory: view.getUint32(4, littleEndian),
    directory: (offset) => readDirectory(view, littleEndian, offset),
  };
}

export interface TiffPage {
  readonly index: number;
  readonly directory: Directory;
}

/** The page of a TIFF file that holds the picture itself, and not a small copy or a mask of it. */
export function mainPage(file: Uint8Array): TiffPage | undefined {
  const pages = readPages(file);
  const isAside = (page: Directory) => (subfileType(page) & (reducedCopy | transparencyMask)) !== 0;
  const index = Math.max(
    pages.findIndex((page) => !isAside(page)),
    0,
  );
  const directory = pages[index];
  return directory && { index, directory };
}

/**
 * True for a camera's raw file in TIFF clothing (DNG, NEF, ARW, CR2): what a TIFF reader finds first
 * in it is only a preview, and the picture is in a directory beneath or in none that it knows.
 */
export function isCameraRaw(file: Uint8Array): boolean {
  if (file[8] === 0x43 && file[9] === 0x52) return true; // Canon's "CR" after the TIFF header
  const pages = readPages(file);
  const [first] = pages;
  if (!first) return false;
  if (first.has(tag.dngVersion)) return true;
  const isPreview = (subfileType(first) & reducedCopy) !== 0;
  const isAlone = pages.every((page) => (subfileType(page) & reducedCopy) !== 0);
  return isPreview && (isAlone || first.has(tag.subDirectories));
}

function readPages(file: Uint8Array): Directory[] {
  const tiff = openTiff(file);
  const pages: Directory[] = [];
  const seen = new Set<number>();
  let offset = tiff?.firstDirectory ?? 0;
  while (tiff && offset !== 0 && !seen.has(offset) && pages.length < maxPages) {
    seen.add(offset);
    const page = tiff.directory(offset);
    if (!page) break;
    pages.push(page);
    offset = page.next;
  }
  return pages;
}

function subfileType(page: Directory): number {
  return page.integer(tag.newSubfileType) ?? 0;
}

function readDirectory(view: DataView, littleEndian: boolean, offset: number): Directory | null {
  if (offset + 2 > view.byteLength) return null;
  const declared = view.getUint16(offset, littleEndian);
  const count = Math.min(declared, maxEntries);
  const entries = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const at = offset + 2 + 12 * i;
    if (at + 12 > view.byteLength) break;
    entries.set(view.getUint16(at, littleEndian), at);
  }
  const end = offset + 2 + 12 * declared;

  /** Where the values of an entry are, that has one of these types. */
  function values(wanted: number, types: Readonly<Record<number, number>>) {
    const at = entries.get(wanted);
    if (at === undefined) return null;
    const type = view.getUint16(at + 2, littleEndian);
    const size = types[type];
    if (size === undefined) return null;
    const length = view.getUint32(at + 4, littleEndian);
    const from = length * size <= 4 ? at + 8 : view.getUint32(at + 8, littleEndian);
    return { type, size, length, from };
  }

  function numbers(wanted: number): number[] {
    const found = values(wanted, { [shortType]: 2, [longType]: 4, [rationalType]: 8 });
    if (!found) return [];
    const { type, size, from } = found;
    const length = Math.min(found.length, maxNumbers);
    if (from + length * size > view.byteLength) return [];
    return Array.from({ length }, (_, index) => {
      const at = from + index * size;
      if (type === shortType) return view.getUint16(at, littleEndian);
      const whole = view.getUint32(at, littleEndian);
      return type === longType ? whole : whole / view.getUint32(at + 4, littleEndian);
    });
  }

  return {
    has: (wanted) => entries.has(wanted),
    text(wanted) {
      const found = values(wanted, { 2: 1 });
      if (!found) return null;
      const length = Math.min(found.length, maxTextBytes);
      if (found.from + length > view.byteLength) return null;
      const raw = new Uint8Array(view.buffer, view.byteOffset + found.from, length);
      const end = raw.indexOf(0);
      return decodeText(end < 0 ? raw : raw.subarray(0, end));
    },
    numbers,
    integer: (wanted) => numbers(wanted)[0] ?? null,
    next: end + 4 <= view.byteLength ? view.getUint32(end, littleEndian) : 0,
  };
}

/** EXIF wants ASCII. Cameras write UTF-8 or Windows-1252 where that does not suffice. */
function decodeText(raw: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    return new TextDecoder('windows-1252').decode(raw);
  }
}
