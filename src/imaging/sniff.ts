import type { ImageFormat } from '../clinic/entities/index.ts';
import { ImagingError } from './errors.ts';

/**
 * Tells a file's format from its first bytes, before any decoder sees it. Throws `ImagingError`
 * `not-an-image` or `unsupported-format` with advice for what the program does not read.
 */
export function sniffFormat(fileName: string, bytes: Uint8Array): ImageFormat {
  const found = photographFormat(bytes);
  if (found) return found;
  const other = otherFormat(bytes);
  if (other)
    throw new ImagingError('unsupported-format', `${fileName} is ${other.what}. ${other.advice}`);
  throw new ImagingError(
    'not-an-image',
    `${fileName} is not an image: its contents are those of another kind of file. ` +
      'Choose a JPEG, HEIC, PNG, TIFF, WebP, AVIF, JPEG 2000, GIF or BMP file.',
  );
}

function photographFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  const head = ascii(bytes, 0, 12);
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'webp';
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return 'tiff';
  if (isoBrands(bytes).some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  if (isoBrands(bytes).some((brand) => /^(hei[cmsx]|hev[cmsx]|mif1|msf1)$/.test(brand)))
    return 'heic';
  if (startsWith(bytes, [0xff, 0x4f, 0xff, 0x51]) || head.startsWith('\0\0\0\x0cjP  '))
    return 'jpeg2000';
  if (head.startsWith('BM') && bytes.length > 26 && bytes[6] === 0 && bytes[8] === 0) return 'bmp';
  return undefined;
}

const exportAdvice = 'Export it as JPEG, PNG or TIFF, then import that file.';

function otherFormat(bytes: Uint8Array): { what: string; advice: string } | undefined {
  const head = ascii(bytes, 0, 12);
  if (ascii(bytes, 128, 4) === 'DICM') return { what: 'a DICOM file', advice: exportAdvice };
  if (head.startsWith('%PDF')) return { what: 'a PDF document', advice: exportAdvice };
  if (head.startsWith('8BPS')) return { what: 'a Photoshop document', advice: exportAdvice };
  if (startsWith(bytes, [0xff, 0x0a]) || head.startsWith('\0\0\0\x0cJXL '))
    return { what: 'a JPEG XL picture', advice: exportAdvice };
  if (/^\s*(<[?!].*)?<svg[\s>]/is.test(ascii(bytes, 0, 1024)))
    return { what: 'an SVG drawing, not a photograph', advice: exportAdvice };
  return undefined;
}

/** Major and compatible brands of an ISO base media file, from its leading `ftyp` box. */
function isoBrands(bytes: Uint8Array): string[] {
  if (ascii(bytes, 4, 4) !== 'ftyp') return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = Math.min(view.getUint32(0), bytes.length, 256);
  const brands = [ascii(bytes, 8, 4)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(ascii(bytes, at, 4));
  return brands;
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((value, at) => bytes[at] === value);
}

function ascii(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}
