import { expect, test } from 'vitest';
import { sniffFormat } from '../../src/imaging/sniff.ts';

/** A file of 600 bytes that begins so; the rest are noughts. */
function fileOf(...parts: (string | readonly number[])[]): Uint8Array {
  const start = Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part),
    ),
  );
  return Buffer.concat([start, Buffer.alloc(600)]).subarray(0, 600);
}

/** An ISO base media file: its first box's length, the major brand, a version, then others. */
const brands = (length: number, major: string, ...others: string[]) =>
  fileOf([0, 0, length >> 8, length & 255], 'ftyp', major, [0, 0, 0, 0], ...others);

const formatOf = (file: Uint8Array) => sniffFormat('a.bin', file);
const bitmap = [...Buffer.from('BM'), 70, 1, 0, 0, 0, 0, 0, 0];

test.each([
  ['jpeg', fileOf([0xff, 0xd8, 0xff, 0xe1])],
  ['png', fileOf([0x89], 'PNG\r\n\x1a\n')],
  ['gif', fileOf('GIF87a')],
  ['gif', fileOf('GIF89a')],
  ['webp', fileOf('RIFF', [9, 9, 9, 9], 'WEBP')],
  ['tiff', fileOf('II*\0')],
  ['tiff', fileOf('II+\0')],
  ['tiff', fileOf('MM\0*')],
  ['tiff', fileOf('MM\0+')],
  ['avif', brands(20, 'avif', 'mif1')],
  ['avif', brands(24, 'mif1', 'miaf', 'avif')],
  ['avif', brands(20, 'avis', 'msf1')],
  ...['heic', 'heim', 'heis', 'heix', 'hevc', 'hevm', 'hevs', 'hevx', 'mif1', 'msf1'].map(
    (brand) => ['heic', brands(16, brand)] as const,
  ),
  ['heic', brands(24, 'xxxx', 'miaf', 'heic')],
  ['jpeg2000', fileOf([0xff, 0x4f, 0xff, 0x51])],
  ['jpeg2000', fileOf([0, 0, 0, 12], 'jP  ')],
  ['bmp', fileOf(bitmap)],
] as const)('a file is %s by its first bytes (%#)', (format, file) => {
  expect(formatOf(file)).toBe(format);
});

test.each([
  ['two of a JPEG’s three bytes', fileOf([0xff, 0xd8, 0])],
  ['a GIF of no known version', fileOf('GIF88a')],
  ['sound in the box of WebP', fileOf('RIFF', [9, 9, 9, 9], 'WAVE')],
  ['WebP’s name in another box', fileOf('RIFX', [9, 9, 9, 9], 'WEBP')],
  ['a TIFF’s letters, and no mark', fileOf('II,\0')],
  ['a film', brands(24, 'isom', 'mp42', 'avc1')],
  ['a brand behind the box that lists them', brands(16, 'isom', 'heic')],
  ['a brand that the box holds in part', brands(19, 'isom', 'heic')],
  ['text that begins with BM', fileOf('BMI and other figures of 2026')],
  ['a bitmap’s start with something where nothing is to be', fileOf(bitmap.with(6, 1))],
  ['a bitmap’s start with something further on', fileOf(bitmap.with(8, 1))],
  ['a bitmap without room for its header', fileOf(bitmap).subarray(0, 26)],
  ['a half of JPEG 2000’s start', fileOf([0xff, 0x4f, 0xff, 0x52])],
  ['nothing', new Uint8Array(0)],
])('%s is no image', (_, file) => {
  expect(() => formatOf(file)).toThrow('a.bin is not an image');
});

test('brands are looked for in the first 256 bytes', () => {
  const listed = (at: number) =>
    brands(1000, 'isom', ...Array<string>((at - 16) / 4).fill('xxxx'), 'heic');
  expect(formatOf(listed(252))).toBe('heic');
  expect(() => formatOf(listed(256))).toThrow('not an image');
});

test('the smallest file with a bitmap’s header has 27 bytes', () => {
  expect(formatOf(fileOf(bitmap).subarray(0, 27))).toBe('bmp');
});

test.each([
  ['a DICOM file', fileOf(Array(128).fill(0), 'DICM')],
  ['a PDF document', fileOf('%PDF-1.7')],
  ['a Photoshop document', fileOf('8BPS')],
  ['a JPEG XL picture', fileOf([0xff, 0x0a])],
  ['a JPEG XL picture', fileOf([0, 0, 0, 12], 'JXL ')],
  ['an SVG drawing, not a photograph', fileOf('<svg xmlns="x">')],
  ['an SVG drawing, not a photograph', fileOf('  <?xml version="1.0"?>\n<!-- by hand -->\n<SVG>')],
])('%s is called by its name, with what to do', (what, file) => {
  expect(() => formatOf(file)).toThrow(
    `a.bin is ${what}. Export it as JPEG, PNG or TIFF, then import that file.`,
  );
});

test('a drawing is looked for at the beginning, as far as 1024 characters', () => {
  const drawing = (spaces: number) =>
    Buffer.from(`${' '.repeat(spaces)}<svg xmlns="x"></svg>`, 'latin1');
  expect(() => formatOf(drawing(1019))).toThrow('an SVG drawing');
  expect(() => formatOf(drawing(1020))).toThrow('not an image');
  expect(() => formatOf(Buffer.from('a page with <svg >'))).toThrow('not an image');
});
