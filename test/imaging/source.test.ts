import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { finishUpright, openSource } from '../../src/imaging/source.ts';
import { plain, pngChunk } from './pictures.ts';

/** A PNG of one bit a pixel that is opened by its header alone. */
function largePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(100))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

interface TiffKind {
  readonly photometric: number;
  /** As each pixel has them. */
  readonly samples: readonly number[];
  readonly bits?: 8 | 16;
  readonly profile?: Buffer;
}

/** An uncompressed TIFF of 4 × 2 equal pixels (TIFF 6.0). */
function tiffOf({ photometric, samples, bits = 8, profile }: TiffKind): Buffer {
  const [short, long, undefinedType] = [3, 4, 7];
  const [bitsAt, extraAt, dataAt] = [300, 320, 340];
  const pixel = Buffer.alloc((samples.length * bits) / 8);
  for (const [at, value] of samples.entries())
    if (bits === 8) pixel[at] = value;
    else pixel.writeUInt16LE(value * 257, 2 * at);
  const data = Buffer.concat(Array<Buffer>(8).fill(pixel));
  const extra = samples.length - (photometric === 1 ? 1 : 3);
  const profileAt = dataAt + data.length;
  const entries = [
    [256, long, 1, 4],
    [257, long, 1, 2],
    [258, short, samples.length, bitsAt],
    [259, short, 1, 1],
    [262, short, 1, photometric],
    [273, long, 1, dataAt],
    [277, short, 1, samples.length],
    [278, long, 1, 2],
    [279, long, 1, data.length],
    ...(extra > 0 ? [[338, short, extra, extra > 2 ? extraAt : 0]] : []),
    ...(photometric === 6 ? [[530, short, 2, 1 + 65_536]] : []),
    ...(profile ? [[34675, undefinedType, profile.length, profileAt]] : []),
  ];
  const head = Buffer.alloc(dataAt);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  for (const [index, [tag = 0, type = 0, count = 0, value = 0]] of entries.entries()) {
    const at = 10 + 12 * index;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    head.writeUInt32LE(value, at + 8);
  }
  for (const at of samples.keys()) head.writeUInt16LE(bits, bitsAt + 2 * at);
  return Buffer.concat([head, data, ...(profile ? [profile] : [])]);
}

const { icc: profile } = await sharp(
  await plain(2, 2, [1, 2, 3]).withIccProfile('p3').png().toBuffer(),
).metadata();

async function firstPixel(bytes: Uint8Array): Promise<number[]> {
  const { source } = await openSource('a.tif', bytes);
  return [...(await finishUpright(source, (picture) => picture.raw().toBuffer())).subarray(0, 3)];
}

describe('pixels', () => {
  test('are 52 million at most, by the header', async () => {
    const { source } = await openSource('a.png', largePng(8000, 6500));
    expect(source.fileName).toBe('a.png');
    await expect(openSource('a.png', largePng(52_000_001, 1))).rejects.toMatchObject({
      code: 'image-too-large',
    });
  });

  test('that are too many are told in megapixels', async () => {
    await expect(openSource('a.png', largePng(30_000, 20_000))).rejects.toThrow(
      'a.png is too large: 30000 × 20000 pixels, 600 megapixels. At most 52 are read.',
    );
  });
});

describe('libvips', () => {
  test('works on one picture by one thread and keeps none', () => {
    expect(sharp.concurrency()).toBe(1);
    expect(sharp.cache()).toMatchObject({
      memory: { max: 0 },
      files: { max: 0 },
      items: { max: 0 },
    });
  });

  test('draws no SVG and opens no file', async () => {
    const drawing = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>',
    );
    await expect(sharp(drawing).png().toBuffer()).rejects.toThrow('unsupported');
    const file = new URL('codecs/drawing.png', import.meta.url).pathname;
    await expect(sharp(file).png().toBuffer()).rejects.toThrow();
  });
});

describe('a TIFF of more than four channels', () => {
  const five = [200, 150, 120, 7, 9];
  test('has the colours of its first three', async () => {
    expect(await firstPixel(tiffOf({ photometric: 2, samples: five }))).toEqual([200, 150, 120]);
  });

  test.each([
    ['of 16 bits', { photometric: 2, samples: five, bits: 16 }],
    ['of greys', { photometric: 1, samples: five }],
    ['with a profile', { photometric: 2, samples: five, profile }],
  ] as const)('%s is refused', async (_, kind) => {
    await expect(openSource('a.tif', tiffOf(kind as TiffKind))).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining('a.tif has 5 channels, of which not all are colours'),
    });
  });
});

describe('a TIFF of luminance and chrominance', () => {
  const grey = [90, 128, 128];
  test('is read in 8 bits', async () => {
    expect(await firstPixel(tiffOf({ photometric: 6, samples: grey }))).toEqual([90, 90, 90]);
  });

  test.each([
    ['of 16 bits', { photometric: 6, samples: grey, bits: 16 }],
    ['with a profile', { photometric: 6, samples: grey, profile }],
  ] as const)('%s is refused', async (_, kind) => {
    await expect(openSource('a.tif', tiffOf(kind as TiffKind))).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining('a.tif holds YCbCr colours of a kind that is not read'),
    });
  });
});
