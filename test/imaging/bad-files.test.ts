import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { Decoder } from '../../src/imaging/decoder.ts';
import { ImagingError } from '../../src/imaging/errors.ts';
import { bmp } from './bitmaps.ts';
import { fourColours, pngChunk, textured, WatchedHost } from './pictures.ts';

const host = new WatchedHost();
const decoder = new Decoder(host);
afterAll(() => decoder.close());
// Whatever a file holds, the same decoder process must survive it.
afterEach(() => expect(host.started.length).toBeLessThanOrEqual(1));

/** Why `read` and `render` refuse a file; both must give the same answer. */
async function refusal(fileName: string, bytes: Uint8Array): Promise<ImagingError> {
  const failures = await Promise.all([
    decoder.read(bytes, { fileName, tensorSize: 8 }).catch((error: unknown) => error),
    decoder.render(bytes, { fileName, maxSidePx: 100 }).catch((error: unknown) => error),
  ]);
  const [read, render] = failures;
  if (!(read instanceof ImagingError) || !(render instanceof ImagingError))
    throw new Error(`${fileName} was not refused: ${failures}`);
  expect([read.code, read.message]).toEqual([render.code, render.message]);
  expect(read.message).toContain(fileName);
  expect(read.message).toMatch(/\. .+\.$/); // says what to do, after what happened
  return read;
}

/** A PNG of one colour, made without ever holding its pixels. */
function hugePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8); // one bit, grey
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 9 });
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', rows),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** An ISO media file that holds nothing but its brands. */
function isoFile(...brands: string[]): Buffer {
  const box = Buffer.alloc(8 + 4 * (brands.length + 1));
  box.writeUInt32BE(box.length, 0);
  box.write(`ftyp${brands[0]}`, 4, 'latin1');
  brands.slice(1).forEach((brand, at) => {
    box.write(brand, 16 + 4 * at, 'latin1');
  });
  return Buffer.concat([box, Buffer.alloc(200)]);
}

describe('files that are no image of a kind that is read', () => {
  test('an empty file is refused as such', async () => {
    const { code, message } = await refusal('IMG_0001.jpg', new Uint8Array(0));
    expect(code).toBe('empty-file');
    expect(message).toContain('is empty');
  });

  test('text named .jpg is not an image', async () => {
    const bytes = Buffer.from('Dear colleague, thank you for referring this patient.\n'.repeat(20));
    expect((await refusal('letter.jpg', bytes)).code).toBe('not-an-image');
  });

  test('a single byte, a program and a video are not images', async () => {
    for (const bytes of [
      Buffer.from([0xff]),
      Buffer.from('\x7fELF\x02\x01\x01'),
      isoFile('isom', 'mp42'),
      Buffer.alloc(4096),
    ])
      expect((await refusal('file.jpg', bytes)).code).toBe('not-an-image');
  });

  test.each([
    ['drawing.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'SVG'],
    ['drawing2.svg', Buffer.from('<?xml version="1.0"?>\n<!-- x -->\n<svg width="9"/>'), 'SVG'],
    ['letter.pdf', Buffer.from('%PDF-1.7\n'), 'PDF'],
    ['layers.psd', Buffer.from('8BPS\0\x01\0\0\0\0\0\0\0\x03'), 'Photoshop'],
    ['study.dcm', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM\x02\0')]), 'DICOM'],
    ['scan.jxl', Buffer.from([0xff, 0x0a, 0x00]), 'JPEG XL'],
    [
      'scan.bmp',
      bmp({ width: 9, height: 9, bits: 24, compression: 4, data: new Uint8Array(9) }),
      'BMP',
    ],
    ['shot.cr2', Buffer.from('II*\0\x10\0\0\0CR\x02\0'), "camera's raw file"],
  ])('%s is refused with advice', async (fileName, bytes, named) => {
    const { code, message } = await refusal(fileName, bytes);
    expect(code).toBe('unsupported-format');
    expect(message).toContain(named);
    expect(message).toContain('JPEG');
  });

  test.each([
    ['photo.heic', isoFile('heic', 'mif1', 'heic')],
    ['photo2.heic', isoFile('mif1', 'mif1', 'heix')],
    ['scan.jp2', Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1')],
    ['scan.j2k', Buffer.from([0xff, 0x4f, 0xff, 0x51])],
  ])('%s without a picture in it is damaged', async (fileName, bytes) => {
    expect((await refusal(fileName, bytes)).code).toBe('damaged-image');
  });

  test('no format but those that are read gets past the loader either', async () => {
    // A GIF header tells the sniffer "gif"; the contents are SVG, which libvips could draw.
    const disguised = Buffer.from('GIF89a<svg xmlns="http://www.w3.org/2000/svg"/>');
    expect((await refusal('disguised.gif', disguised)).code).toBe('damaged-image');
  });
});

describe('damaged files', () => {
  const formats = ['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const;

  test.each(formats)('a truncated %s is damaged, wherever it ends', async (format) => {
    const bytes = await textured(160, 120).toFormat(format).toBuffer();
    for (const share of [0.1, 0.4, 0.7, 0.98]) {
      const part = bytes.subarray(0, Math.floor(bytes.length * share));
      expect((await refusal(`cut-at-${share}.${format}`, part)).code).toBe('damaged-image');
    }
  });

  test('a truncated JPEG says that it ends too early', async () => {
    const bytes = await textured(160, 120).jpeg().toBuffer();
    const { message } = await refusal('IMG_0042.jpg', bytes.subarray(0, bytes.length / 2));
    expect(message).toBe(
      'IMG_0042.jpg is damaged: it ends in the middle of the picture. ' +
        'Copy it again from the camera.',
    );
  });

  test('a JPEG with garbage in its middle is damaged', async () => {
    const bytes = await textured(160, 120).jpeg().toBuffer();
    bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 400);
    expect((await refusal('garbage.jpg', bytes)).code).toBe('damaged-image');
  });

  test('a truncated BMP is damaged, wherever it ends', async () => {
    const bytes = bmp({ width: 40, height: 30, bits: 24, data: new Uint8Array(3600) });
    for (const length of [30, 60, 2000, bytes.length - 1]) {
      const { code, message } = await refusal('cut.bmp', bytes.subarray(0, length));
      expect(code).toBe('damaged-image');
      expect(message).toContain('ends in the middle');
    }
  });

  test('a header alone is damaged', async () => {
    const starts = { jpeg: 3, png: 8, webp: 12, tiff: 8, gif: 6 };
    for (const [format, length] of Object.entries(starts)) {
      const bytes = await textured(16, 16)
        .toFormat(format as 'jpeg')
        .toBuffer();
      const { code } = await refusal(`start.${format}`, bytes.subarray(0, length));
      expect(code).toBe('damaged-image');
    }
  });

  test('a wrong scan header, which some phones write into sound JPEGs, is no damage', async () => {
    const bytes = await fourColours(64, 64).jpeg().toBuffer();
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]));
    const spectralEnd = scan + 2 + bytes.readUInt16BE(scan + 2) - 2;
    const sound = await decoder.read(bytes, { fileName: 'sound.jpg', tensorSize: 8 });
    bytes[spectralEnd] = 0;
    await expect(sharp(bytes, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow('SOS');
    const odd = await decoder.read(bytes, { fileName: 'phone.jpg', tensorSize: 8 });
    expect(Buffer.from(odd.tensor).equals(sound.tensor)).toBe(true);

    const cut = bytes.subarray(0, bytes.length - 60);
    expect((await refusal('cut.jpg', cut)).code).toBe('damaged-image');
    bytes.fill(0xff, bytes.length - 80, bytes.length - 40);
    expect((await refusal('garbage.jpg', bytes)).code).toBe('damaged-image');
  });
});

describe('oversized files', () => {
  test('a 30,000 × 30,000 PNG is refused from its header, with its size', async () => {
    const bomb = hugePng(30_000, 30_000);
    expect(bomb.length).toBeLessThan(1_000_000);
    const { code, message } = await refusal('bomb.png', bomb);
    expect(code).toBe('image-too-large');
    expect(message).toContain('30000 × 30000 pixels');
  });

  test('a BMP of 30,000 × 30,000 is refused from its header', async () => {
    const bomb = bmp({
      width: 30_000,
      height: 30_000,
      bits: 1,
      compression: 0,
      data: new Uint8Array(9),
    });
    expect((await refusal('bomb.bmp', bomb)).message).toContain('30000 × 30000 pixels');
  });

  test('a picture is measured by its pixels, not by one side', async () => {
    expect((await refusal('tape.png', hugePng(60_000_000, 1))).code).toBe('image-too-large');
    const long = await decoder.read(hugePng(40_000, 16), { fileName: 'long.png', tensorSize: 8 });
    expect(long).toMatchObject({ widthPx: 40_000, heightPx: 16 });
  });

  test('a file of more than 128 MiB is not even sent to the decoder', async () => {
    const { code, message } = await refusal('film.tif', new Uint8Array(130 * 2 ** 20));
    expect(code).toBe('image-too-large');
    expect(message).toContain('130 MiB');
  });
});
