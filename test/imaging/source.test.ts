import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { ImagingError } from '../../src/imaging/errors.ts';
import { openTiff, tag } from '../../src/imaging/tiff.ts';
import { bmp, bmpRows } from './bitmaps.ts';
import {
  type Colour,
  fourColours,
  greyProfile,
  largePng,
  plain,
  quadrants,
  textured,
  withProfile,
} from './pictures.ts';

// As a machine of several cores has it, before the program says otherwise.
sharp.concurrency(3);
const { finishUpright, openSource } = await import('../../src/imaging/source.ts');

interface TiffKind {
  readonly photometric: number;
  /** As each pixel has them. */
  readonly samples: readonly number[];
  readonly bits?: 8 | 16;
  readonly compression?: number;
  readonly profile?: Buffer;
  /** What the pixels are in, of the same size. */
  readonly jpeg?: Buffer;
  /** The camera's model. */
  readonly model?: string;
  /** YCbCrCoefficients. */
  readonly coefficients?: readonly number[];
  /** ReferenceBlackWhite. */
  readonly references?: readonly number[];
}

/** An uncompressed TIFF of 4 × 2 equal pixels (TIFF 6.0). */
function tiffOf(kind: TiffKind): Buffer {
  const { photometric, samples, bits = 8, profile, jpeg, model, coefficients, references } = kind;
  const { compression = jpeg ? 7 : 1 } = kind;
  const [text, short, long, rational, undefinedType] = [2, 3, 4, 5, 7];
  const [bitsAt, extraAt, modelAt, coefficientsAt, referencesAt] = [300, 320, 340, 360, 400];
  const dataAt = 460;
  const pixel = Buffer.alloc((samples.length * bits) / 8);
  for (const [at, value] of samples.entries())
    if (bits === 8) pixel[at] = value;
    else pixel.writeUInt16LE(value * 257, 2 * at);
  const data = jpeg ?? Buffer.concat(Array<Buffer>(8).fill(pixel));
  const extra = samples.length - (photometric === 1 ? 1 : 3);
  const profileAt = dataAt + data.length;
  const entries = [
    [256, long, 1, 4],
    [257, long, 1, 2],
    [258, short, samples.length, bitsAt],
    [259, short, 1, compression],
    [262, short, 1, photometric],
    ...(model ? [[272, text, model.length, modelAt]] : []),
    [273, long, 1, dataAt],
    [277, short, 1, samples.length],
    [278, long, 1, 2],
    [279, long, 1, data.length],
    ...(extra > 0 ? [[338, short, extra, extra > 2 ? extraAt : 0]] : []),
    ...(coefficients ? [[529, rational, coefficients.length, coefficientsAt]] : []),
    ...(photometric === 6 ? [[530, short, 2, 1 + 65_536]] : []),
    ...(references ? [[532, rational, references.length, referencesAt]] : []),
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
  head.write(model ?? '', modelAt, 'latin1');
  const writeRationals = (values: readonly number[], from: number) => {
    for (const [index, value] of values.entries()) {
      head.writeUInt32LE(Math.round(value * 10_000), from + 8 * index);
      head.writeUInt32LE(10_000, from + 8 * index + 4);
    }
  };
  writeRationals(coefficients ?? [], coefficientsAt);
  writeRationals(references ?? [], referencesAt);
  return Buffer.concat([head, data, ...(profile ? [profile] : [])]);
}

const jpeg = await textured(64, 64).jpeg().toBuffer();
const tan: Colour = [200, 150, 120];
const { icc: profile } = await sharp(
  await plain(2, 2, [1, 2, 3]).withIccProfile('p3').png().toBuffer(),
).metadata();

async function pixelsOf(bytes: Uint8Array): Promise<Buffer> {
  const { source } = await openSource('a.tif', bytes);
  return finishUpright(source, (picture) => picture.raw().toBuffer());
}

const firstPixel = async (bytes: Uint8Array) => [...(await pixelsOf(bytes)).subarray(0, 3)];

const fixture = (name: string) => readFileSync(path.join(import.meta.dirname, 'codecs', name));

const pictureOf = async (fileName: string, bytes: Uint8Array) => {
  const { format, details, source } = await openSource(fileName, bytes);
  const { data, info } = await finishUpright(source, (picture) =>
    picture.raw().toBuffer({ resolveWithObject: true }),
  );
  return { format, details, data, size: [info.width, info.height, info.channels] };
};

const distance = (one: Uint8Array, other: (at: number) => number) =>
  one.reduce((sum, value, at) => sum + Math.abs(value - other(at)), 0) / one.length;

describe('a file is opened as what it is:', () => {
  const row = Array<number>(96).fill(0xc89678);
  test.each([
    ['jpeg', () => plain(96, 64, tan).jpeg({ quality: 95 }).toBuffer()],
    ['png', () => plain(96, 64, tan).png().toBuffer()],
    ['tiff', () => plain(96, 64, tan).tiff({ compression: 'lzw' }).toBuffer()],
    ['webp', () => plain(96, 64, tan).webp({ lossless: true }).toBuffer()],
    ['avif', () => plain(96, 64, tan).avif({ lossless: true, effort: 0 }).toBuffer()],
    ['gif', () => plain(96, 64, tan).gif().toBuffer()],
    ['bmp', () => bmp({ width: 96, height: 64, bits: 24, data: bmpRows(Array(64).fill(row), 3) })],
  ] as const)('%s', async (kind, encode) => {
    const { format, details, data, size } = await pictureOf('a.bin', await encode());
    expect(format).toBe(kind);
    expect(details).toEqual({ capturedAt: null, device: null });
    expect(size).toEqual([96, 64, 3]);
    expect(distance(data, (at) => tan[at % 3] ?? 0)).toBeLessThanOrEqual(1.5);
  });

  test.each([
    ['heic', 'plain.heic'],
    ['jpeg2000', 'plain.jp2'],
  ])('%s', async (kind, name) => {
    const { format, details, data, size } = await pictureOf(name, fixture(name));
    expect(format).toBe(kind);
    expect(details).toEqual({ capturedAt: null, device: null });
    expect(size).toEqual([96, 64, 3]);
    const right = await sharp(fixture('drawing.png')).removeAlpha().raw().toBuffer();
    expect(distance(data, (at) => right[at] ?? 0)).toBeLessThan(2.5);
  });

  test('a JPEG that lacks its end is given one, any other file is decoded as it came', async () => {
    expect(await pixelsOf(jpeg.subarray(0, -2))).toEqual(await pixelsOf(jpeg));
    const deep = textured(9, 9).toColourspace('rgb16');
    for (const picture of [deep, textured(9, 9).withIccProfile('p3')]) {
      const bytes = await picture.png().toBuffer();
      expect((await openSource('a.png', bytes)).source.bytes).toBe(bytes);
    }
  });

  test('a GIF, though its height is written in the letters that tell Canon’s raw files', async () => {
    const tall = await plain(1, 0x5243, tan).gif().toBuffer();
    expect(tall.toString('latin1', 8, 10)).toBe('CR');
    expect(await openSource('a.gif', tall)).toMatchObject({ format: 'gif' });
  });
});

describe('time and device are read from', () => {
  const exif = {
    IFD0: { Make: 'Maker', Model: 'Camera' },
    IFD2: { DateTimeOriginal: '2024:05:17 09:30:15' },
  };
  const told = { capturedAt: '2024-05-17T09:30:15', device: 'Maker Camera' };
  test.each([
    ['the EXIF of a JPEG', () => plain(9, 9, tan).withExif(exif).jpeg().toBuffer(), told],
    ['the EXIF of a PNG', () => plain(9, 9, tan).withExif(exif).png().toBuffer(), told],
    [
      'the EXIF of a HEIC file',
      () => fixture('turned.heic'),
      { capturedAt: '2026-05-04T10:11:12', device: 'Maker Phone 12' },
    ],
    [
      'a TIFF’s own directory',
      () => tiffOf({ photometric: 2, samples: tan, model: 'Scanner 9' }),
      { capturedAt: null, device: 'Scanner 9' },
    ],
  ] as const)('%s', async (_, encode, expected) => {
    expect((await openSource('a.bin', await encode())).details).toEqual(expected);
  });
});

describe('a picture is shown', () => {
  test('upright', async () => {
    const turned = await fourColours(8, 4).withMetadata({ orientation: 6 }).png().toBuffer();
    const { data, size } = await pictureOf('a.png', turned);
    expect(size).toEqual([4, 8, 3]);
    expect([...data.subarray(0, 3)]).toEqual([...quadrants.bottomLeft]);
  });

  test('on white where it is transparent, in any format', async () => {
    const samples = Uint8Array.of(9, 9, 9, 0, 200, 150, 120, 255);
    const picture = sharp(samples, { raw: { width: 2, height: 1, channels: 4 } });
    for (const encoded of [picture.clone().png(), picture.clone().tiff({ compression: 'lzw' })])
      expect([...(await pixelsOf(await encoded.toBuffer()))]).toEqual([255, 255, 255, ...tan]);
  });

  test('by the first page of a TIFF that is no smaller copy', async () => {
    const black: Colour = [0, 0, 0];
    const pages = await Promise.all(
      [black, tan].map((colour) => plain(9, 9, colour).png().toBuffer()),
    );
    const bytes = await sharp(pages, { join: { animated: true } })
      .tiff({ compression: 'lzw' })
      .toBuffer();
    expect(await firstPixel(bytes)).toEqual([0, 0, 0]);
    const at = openTiff(bytes)?.firstDirectory ?? 0;
    const entries = Array.from(
      { length: bytes.readUInt16LE(at) },
      (_, index) => at + 2 + 12 * index,
    );
    const kind = entries.find((entry) => bytes.readUInt16LE(entry) === tag.newSubfileType) ?? 0;
    bytes.writeUInt32LE(1, kind + 8);
    expect(await firstPixel(bytes)).toEqual([...tan]);
  });

  test('in the colours of the JPEG that is inside a TIFF', async () => {
    const inside = await plain(4, 2, tan)
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const bytes = tiffOf({ photometric: 6, samples: tan, jpeg: inside });
    expect(distance(await pixelsOf(bytes), (at) => tan[at % 3] ?? 0)).toBeLessThanOrEqual(1);
  });
});

describe('numbers of 16 bits show what those of 8 bits do,', () => {
  test.each([
    ['of greys', 1, undefined],
    ['of greys with a profile', 1, greyProfile(1.8)],
    ['of greys with a profile of light itself', 1, greyProfile(1)],
    ['of greys and transparency, with a profile', 2, greyProfile(1)],
    ['of colours', 3, undefined],
    ['of colours with a profile', 3, profile],
    ['of colours and transparency, with a profile', 4, profile],
  ] as const)('%s', async (_, channels, icc) => {
    const raw = { width: 16, height: 8, channels };
    const samples = Uint8Array.from(
      { length: 16 * 8 * channels },
      (_value, at) => 40 + ((at * 7) % 200),
    );
    const deepSamples = Uint16Array.from(samples, (value) => value * 257);
    const shallow = sharp(samples, { raw }).toColourspace(channels < 3 ? 'b-w' : 'srgb');
    const deep = sharp(deepSamples, { raw }).toColourspace(channels < 3 ? 'grey16' : 'rgb16');
    const encoded = async (picture: Sharp) => {
      const png = await picture.clone().png().toBuffer();
      return icc ? withProfile(png, icc) : png;
    };
    const bytes = await encoded(deep);
    expect(await sharp(bytes).metadata()).toMatchObject({ channels, depth: 'ushort' });
    const right = await pixelsOf(await encoded(shallow));
    expect(await pixelsOf(bytes)).toEqual(right);
    // The profile was not passed over.
    if (icc) expect(right).not.toEqual(await pixelsOf(await shallow.png().toBuffer()));
  });
});

/** How a file is refused. */
async function refusal(bytes: Uint8Array): Promise<string> {
  const failure = await pixelsOf(bytes).then(
    () => 'It was read.',
    (error: unknown) => error,
  );
  return failure instanceof ImagingError ? `${failure.code}: ${failure.message}` : String(failure);
}

describe('a file is refused', () => {
  const bitmap = { width: 9, height: 9, bits: 24, data: new Uint8Array(9) };
  /** A copy with these numbers of 32 bits, so many bytes behind the first of these letters. */
  const changed = (file: Buffer, mark: string, by: number, ...values: number[]) => {
    const copy = Buffer.from(file);
    const start = file.indexOf(mark, 0, 'latin1') + by;
    for (const [index, value] of values.entries()) copy.writeUInt32BE(value, start + 4 * index);
    return copy;
  };

  test.each([
    ['a BMP', bmp({ ...bitmap, width: 10_000, height: 10_000 })],
    ['a HEIC picture', changed(fixture('plain.heic'), 'ispe', 8, 10_000, 10_000)],
    ['a JPEG 2000 picture', changed(fixture('plain.jp2'), '\xff\x4f\xff\x51', 8, 10_000, 10_000)],
  ])('from its header where it is too large: %s', async (_, bytes) => {
    expect(await refusal(bytes)).toBe(
      'image-too-large: a.tif is too large: 10000 × 10000 pixels, 100 megapixels. ' +
        'At most 52 are read. Scale it down, then import it.',
    );
  });

  test.each([
    ['a BMP', bmp(bitmap)],
    ['a JPEG', jpeg.subarray(0, -200)],
    ['a JPEG 2000 picture', fixture('plain.jp2').subarray(0, 60)],
  ])('where it ends in the middle: %s', async (_, bytes) => {
    expect(await refusal(bytes)).toBe(
      'damaged-image: a.tif is damaged: it ends in the middle of the picture. ' +
        'Copy it again from the camera.',
    );
  });

  test.each([
    ['a PNG', Buffer.concat([largePng(9, 9).subarray(0, 8), Buffer.alloc(99, 7)])],
    ['a TIFF', Buffer.from('II*\0\x08\0\0\0\0\0\0\0\0\0')],
    ['a HEIC picture', fixture('plain.heic').subarray(0, 700)],
    ['a JPEG 2000 picture', fixture('plain.jp2').subarray(0, 600)],
  ])('where it cannot be decoded: %s', async (_, bytes) => {
    expect(await refusal(bytes)).toBe(
      'damaged-image: a.tif is damaged: parts of the picture cannot be decoded. ' +
        'Copy it again from the camera.',
    );
  });

  test.each([
    ['is a BMP of a rare kind', bmp({ ...bitmap, compression: 4 })],
    [
      'is a HEIC picture of a kind that is not read',
      changed(fixture('plain.heic'), 'nclx', 4, 9 * 65_536 + 13),
    ],
    ['is a JPEG 2000 picture of a kind that is not read', fixture('transparent.jp2')],
    ["is a camera's raw file", Buffer.from('II*\0\x10\0\0\0CR\x02\0')],
    ['holds CIE Lab colours, which are not read', tiffOf({ photometric: 8, samples: tan })],
  ])('by name where it %s', async (what, bytes) => {
    expect(await refusal(bytes)).toBe(
      `unsupported-format: a.tif ${what}. Export it as JPEG or as an RGB TIFF, then import that file.`,
    );
  });

  test.each([
    ['in the first way to have a JPEG inside', 6, 2],
    ['in that way, as luminance and chrominance', 6, 6],
    ['by LZMA', 34925, 2],
    ['by JPEG 2000', 34712, 2],
  ])('by name where it is a TIFF compressed %s', async (_, compression, photometric) => {
    expect(await refusal(tiffOf({ photometric, samples: tan, compression }))).toBe(
      'unsupported-format: a.tif is compressed in a way that is not read. ' +
        'Export it as JPEG or as an RGB TIFF, then import that file.',
    );
  });

  test('after one attempt', async () => {
    const { source } = await openSource('a.jpg', jpeg);
    let attempts = 0;
    const failing = finishUpright(source, async () => {
      attempts += 1;
      throw new Error('The pixels end.');
    });
    await expect(failing).rejects.toMatchObject({ code: 'damaged-image' });
    expect(attempts).toBe(1);
  });
});

describe('a JPEG with the wrong scan header of some phones', () => {
  const phones = Buffer.from(jpeg);
  const scan = jpeg.indexOf('ffda', 0, 'hex');
  phones[scan + 2 + jpeg.readUInt16BE(scan + 2) - 2] = 0;

  test('is read as if it were right', async () => {
    await expect(sharp(phones, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow('SOS');
    expect(await pixelsOf(phones)).toEqual(await pixelsOf(jpeg));
  });

  test('is refused where it is damaged besides', async () => {
    const damaged = Buffer.from(phones);
    damaged.fill(0xff, damaged.length - 80, damaged.length - 40);
    expect(await refusal(damaged)).toContain('parts of the picture cannot be decoded');
    expect(await refusal(phones.subarray(0, -60))).toContain('it ends in the middle');
  });
});

describe('pixels', () => {
  test('are 52 million at most, by the header, one row more is refused', async () => {
    expect((await openSource('a.png', largePng(8000, 6500))).source.fileName).toBe('a.png');
    await expect(openSource('a.png', largePng(8000, 6501))).rejects.toThrow('8000 × 6501 pixels');
  });

  test('that are too many are told in megapixels', async () => {
    await expect(openSource('a.png', largePng(24_020, 25_000))).rejects.toThrow(
      'a.png is too large: 24020 × 25000 pixels, 601 megapixels. At most 52 are read.',
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
    // 90 + (2 − 2 · 0.2126) · 88; green is (90 − 0.2126 · red − 0.0722 · 90) / 0.7152.
    ['weights', { coefficients: [0.2126, 0.7152, 0.0722] }, [229, 49, 90]],
    // Luminance is (90 − 16) · 255 / 219, red as much and (2 − 2 · 0.299) · 88 · 127 / 112.
    ['black and white', { references: [16, 235, 128, 240, 128, 240] }, [226, 15, 86]],
  ] as const)('is read by the %s that the file says', async (_, said, colour) => {
    expect(await firstPixel(tiffOf({ photometric: 6, samples: [90, 128, 216], ...said }))).toEqual([
      ...colour,
    ]);
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
