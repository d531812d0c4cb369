import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { Decoder } from '../../src/imaging/decoder.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { bmp, bmpRows } from './bitmaps.ts';
import {
  type Colour,
  colourAt,
  fourColours,
  plain,
  quadrants,
  seededRandom,
  textured,
  withProfile,
} from './pictures.ts';

const decoder = new Decoder(new NodeHost());
afterAll(() => decoder.close());

/** The one colour of a plain picture, as the network would see it. */
async function seenColour(bytes: Uint8Array): Promise<number[]> {
  const { tensor } = await decoder.read(bytes, { fileName: 'picture', tensorSize: 1 });
  return [...tensor];
}

function expectNear(seen: Iterable<number>, expected: readonly number[], tolerance: number) {
  const error = Math.max(
    ...[...seen].map((value, at) => Math.abs(value - (expected[at] ?? Number.NaN))),
  );
  expect(error, `expected ${expected}, saw ${[...seen]}`).toBeLessThanOrEqual(tolerance);
}

async function expectColour(picture: Sharp, expected: Colour, tolerance: number) {
  expectNear(await seenColour(await picture.toBuffer()), expected, tolerance);
}

const tan: Colour = [200, 150, 120];

async function asBitmap(picture: Sharp): Promise<Buffer> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const pixels = Array.from({ length: info.width * info.height }, (_, at) => {
    const [r = 0, g = 0, b = 0] = data.subarray(at * 3);
    return r * 65_536 + g * 256 + b;
  });
  const rows = Array.from({ length: info.height }, (_, y) =>
    pixels.slice(y * info.width, (y + 1) * info.width),
  );
  const { width, height } = info;
  return bmp({ width, height, bits: 24, data: bmpRows(rows.reverse(), 3) });
}

/** An uncompressed TIFF of one colour, as luminance and chrominance. */
function yCbCrTiff(
  width: number,
  height: number,
  pixel: readonly number[],
  [across, down]: readonly [number, number],
): Buffer {
  const block = [...Array<number>(across * down).fill(pixel[0] ?? 0), ...pixel.slice(1)];
  const data = Array.from({ length: (width * height) / (across * down) }, () => block).flat();
  const [short, long] = [3, 4];
  const [bitsAt, dataAt] = [200, 256];
  const entries = [
    [256, long, 1, width],
    [257, long, 1, height],
    [258, short, 3, bitsAt],
    [259, short, 1, 1],
    [262, short, 1, 6],
    [273, long, 1, dataAt],
    [277, short, 1, 3],
    [278, long, 1, height],
    [279, long, 1, data.length],
    [530, short, 2, across + 65_536 * down],
  ] as const;
  const file = Buffer.alloc(dataAt + data.length);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(entries.length, 8);
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + 12 * index;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    file.writeUInt32LE(value, at + 8);
  }
  file.set([8, 0, 8, 0, 8, 0], bitsAt);
  file.set(data, dataAt);
  return file;
}

describe('every format gives the colours that the picture shows', () => {
  test.each([
    ['jpeg', (p: Sharp) => p.jpeg({ quality: 95 }), 2],
    ['png', (p: Sharp) => p.png(), 0],
    ['tiff', (p: Sharp) => p.tiff({ compression: 'lzw' }), 0],
    ['webp', (p: Sharp) => p.webp({ lossless: true }), 0],
    ['avif', (p: Sharp) => p.avif({ lossless: true, effort: 0 }), 2],
    ['gif', (p: Sharp) => p.gif(), 1],
    ['bmp', asBitmap, 0],
  ] as const)('%s', async (format, encode, tolerance) => {
    const encoded = encode(plain(40, 30, tan));
    const bytes = await ('toBuffer' in encoded ? encoded.toBuffer() : encoded);
    const image = await decoder.read(bytes, { fileName: 'picture', tensorSize: 1 });
    expect(image).toMatchObject({ format, widthPx: 40, heightPx: 30 });
    expectNear(image.tensor, tan, tolerance);
  });
});

describe('unusual encodings become 8-bit sRGB', () => {
  test('grey becomes three equal channels', async () => {
    const grey = plain(20, 20, [90, 90, 90]).toColourspace('b-w');
    await expectColour(grey.clone().png(), [90, 90, 90], 0);
    await expectColour(grey.clone().jpeg({ quality: 100 }), [90, 90, 90], 1);
  });

  test('16 bits a channel are reduced to the upper 8', async () => {
    const samples = new Uint16Array(20 * 20 * 3).map((_, at) => (tan[at % 3] ?? 0) * 257);
    const deep = sharp(samples, { raw: { width: 20, height: 20, channels: 3 } });
    await expectColour(deep.clone().toColourspace('rgb16').png(), tan, 0);
    await expectColour(deep.clone().toColourspace('rgb16').tiff({ compression: 'lzw' }), tan, 0);
  });

  test('16-bit grey is reduced too', async () => {
    const samples = new Uint16Array(20 * 20).fill(90 * 257);
    const deep = sharp(samples, { raw: { width: 20, height: 20, channels: 1 } });
    await expectColour(deep.toColourspace('grey16').png(), [90, 90, 90], 1);
  });

  test('a palette is looked up', async () => {
    await expectColour(plain(20, 20, tan).png({ palette: true, colours: 4 }), tan, 1);
  });

  test('what is transparent becomes white, what is half so is mixed with white', async () => {
    const layer = (alpha: number) =>
      sharp({
        create: { width: 20, height: 20, channels: 4, background: { r: 200, g: 100, b: 0, alpha } },
      });
    await expectColour(layer(0).png(), [255, 255, 255], 0);
    await expectColour(layer(1).webp({ lossless: true }), [200, 100, 0], 0);
    await expectColour(layer(0.5).png(), [227, 177, 127], 1);
  });

  test('CMYK with a profile is converted by it', async () => {
    const bytes = await plain(20, 20, tan).withIccProfile('cmyk').jpeg({ quality: 100 }).toBuffer();
    const header = await sharp(bytes).metadata();
    expect(header).toMatchObject({ space: 'cmyk', hasProfile: true });
    expectNear(await seenColour(bytes), tan, 12);
  });

  test('CMYK without a profile is converted by a common one', async () => {
    const bytes = await plain(20, 20, tan).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    const header = await sharp(bytes).metadata();
    expect(header).toMatchObject({ space: 'cmyk', channels: 4 });
    expect(header.icc).toBeUndefined();
    expectNear(await seenColour(bytes), tan, 12);
  });

  test('a wide-gamut profile is applied: the stored numbers change, the colour does not', async () => {
    const bytes = await plain(20, 20, tan).withIccProfile('p3').png().toBuffer();
    const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect([...stored.subarray(0, 3)]).not.toEqual([...tan]);
    expectNear(await seenColour(bytes), tan, 2);
  });

  test.each([
    ['srgb', 3],
    ['srgb', 4],
    ['p3', 3],
    ['p3', 4],
  ] as const)(
    '%s numbers of 16 bits in %i channels show what those of 8 bits do',
    async (profile, channels) => {
      const [width, height] = [32, 24];
      const random = seededRandom(3);
      const samples = Uint8Array.from({ length: width * height * channels }, () => random() * 256);
      const raw = { width, height, channels };
      const shallow = await sharp(samples, { raw }).withIccProfile(profile).png().toBuffer();
      const { icc } = await sharp(shallow).metadata();
      const stored = await sharp(shallow, { ignoreIcc: true }).raw().toBuffer();
      const doubled = Uint16Array.from(stored, (value) => value * 256 + Math.floor(random() * 256));
      const bare = await sharp(doubled, { raw }).toColourspace('rgb16').png().toBuffer();
      const deep = withProfile(bare, icc ?? Buffer.alloc(0));
      expect(await sharp(deep).metadata()).toMatchObject({ depth: 'ushort', hasProfile: true });
      const options = { fileName: 'picture', tensorSize: height };
      const expected = await decoder.read(shallow, options);
      expect((await decoder.read(deep, options)).tensor).toEqual(expected.tensor);
      const size = { fileName: 'picture', maxSidePx: width };
      expect(await decoder.render(deep, size)).toEqual(await decoder.render(shallow, size));
    },
  );

  test('grey of 16 bits with a profile is reduced to the upper 8', async () => {
    const shallow = await sharp(new Uint8Array(400).fill(90), {
      raw: { width: 20, height: 20, channels: 1 },
    })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const bare = await sharp(new Uint16Array(400).fill(90 * 257), {
      raw: { width: 20, height: 20, channels: 1 },
    })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const { icc } = await sharp(
      await plain(2, 2, tan).withIccProfile('srgb').png().toBuffer(),
    ).metadata();
    // A grey picture can carry no profile of colours: it counts as having none.
    const deep = withProfile(bare, icc ?? Buffer.alloc(0));
    expect(await seenColour(deep)).toEqual(await seenColour(shallow));
  });

  test.each([
    [{ progressive: false }, 1],
    [{ progressive: true }, 10],
  ])(
    'a JPEG that lacks nothing but its end is read, and none that lacks a scan (%o)',
    async (options, scans) => {
      const whole = await textured(96, 64).jpeg(options).toBuffer();
      expect([...whole.subarray(-2)]).toEqual([0xff, 0xd9]);
      const read = (bytes: Uint8Array) =>
        decoder.read(bytes, { fileName: 'a.jpg', tensorSize: 48 });
      expect((await read(whole.subarray(0, -2))).tensor).toEqual((await read(whole)).tensor);
      const starts: number[] = [];
      for (
        let at = whole.indexOf('ffda', 0, 'hex');
        at > 0;
        at = whole.indexOf('ffda', at + 2, 'hex')
      )
        starts.push(at);
      expect(starts).toHaveLength(scans);
      for (const start of starts)
        await expect(read(whole.subarray(0, start))).rejects.toMatchObject({
          code: 'damaged-image',
        });
      for (const missing of [20, 200, 1000])
        await expect(read(whole.subarray(0, -missing))).rejects.toMatchObject({
          code: 'damaged-image',
          message: expect.stringContaining('ends in the middle'),
        });
    },
  );

  test('luminance and chrominance of a TIFF become colours, and are refused where they are subsampled', async () => {
    const [y, cb, cr] = [161.53, 128 + 0.564 * (120 - 161.53), 128 + 0.713 * (200 - 161.53)];
    const pixel = [y, cb, cr].map(Math.round);
    expectNear(await seenColour(yCbCrTiff(20, 20, pixel, [1, 1])), tan, 2);
    await expect(seenColour(yCbCrTiff(20, 20, pixel, [2, 2]))).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining('YCbCr'),
    });
  });

  test('of an animation the first frame is taken', async () => {
    const frames = await Promise.all(
      [tan, [0, 0, 0] as const].map((colour) => plain(20, 20, colour).png().toBuffer()),
    );
    const animation = (encode: (p: Sharp) => Sharp) =>
      encode(sharp(frames, { join: { animated: true } })).toBuffer();
    for (const bytes of [
      await animation((p) => p.gif()),
      await animation((p) => p.webp({ lossless: true })),
    ]) {
      const image = await decoder.read(bytes, { fileName: 'animation', tensorSize: 1 });
      expect(image).toMatchObject({ widthPx: 20, heightPx: 20 });
      expect([...image.tensor]).toEqual([...tan]);
    }
  });

  test('a picture of a single pixel is read, and is too small', async () => {
    const bytes = await plain(1, 1, tan).png().toBuffer();
    const image = await decoder.read(bytes, { fileName: 'dot.png', tensorSize: 2 });
    expect([...image.tensor]).toEqual([200, 200, 200, 200, 150, 150, 150, 150, 120, 120, 120, 120]);
    expect(image.qualityWarnings).toContain('too-small');
  });
});

describe('pictures are turned upright', () => {
  const { topLeft: a, topRight: b, bottomLeft: c, bottomRight: d } = quadrants;
  test.each([
    [1, [a, b, c, d]],
    [2, [b, a, d, c]],
    [3, [d, c, b, a]],
    [4, [c, d, a, b]],
    [5, [a, c, b, d]],
    [6, [c, a, d, b]],
    [7, [d, b, c, a]],
    [8, [b, d, a, c]],
  ] as const)('EXIF orientation %i', async (orientation, expected) => {
    const bytes = await fourColours(64, 48)
      .withMetadata({ orientation })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const image = await decoder.read(bytes, { fileName: 'turned.jpg', tensorSize: 2 });
    const isTurned = orientation > 4;
    expect(image).toMatchObject(
      isTurned ? { widthPx: 48, heightPx: 64 } : { widthPx: 64, heightPx: 48 },
    );
    const seen = [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ].map(([x = 0, y = 0]) => colourAt(image.tensor, 2, x, y));
    expectNear(seen.flat(), expected.flat(), 3);
    const rendition = await decoder.render(bytes, { fileName: 'turned.jpg', maxSidePx: 32 });
    const size = await sharp(rendition.bytes).metadata();
    expect(size).toMatchObject(isTurned ? { width: 24, height: 32 } : { width: 32, height: 24 });
  });
});

test.each([
  [800, 600, { x: 0.125, y: 0, width: 0.75, height: 1 }],
  [600, 800, { x: 0, y: 0.125, width: 1, height: 0.75 }],
])(
  'of %i × %i pixels the network’s square is told in shares of the picture',
  async (width, height, square) => {
    const bytes = await textured(width, height).jpeg().toBuffer();
    const read = await decoder.read(bytes, { fileName: 'picture.jpg', tensorSize: 8 });
    expect(read.square).toEqual(square);
  },
);

describe('what is kept of a file', () => {
  const secret = 'Mrs Secret Patient';
  const tagged = () =>
    textured(800, 600)
      .withExif({
        IFD0: { Make: 'DermaCam', Model: 'DermaCam X1', Artist: secret, Copyright: secret },
        IFD2: { DateTimeOriginal: '2024:05:17 09:30:15', UserComment: secret },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 12/1 30/1', GPSLongitudeRef: 'E' },
      })
      .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><creator>${secret}</creator></x:xmpmeta>`);

  test.each([
    ['jpeg', (p: Sharp) => p.jpeg()],
    ['png', (p: Sharp) => p.png()],
    ['webp', (p: Sharp) => p.webp()],
    ['avif', (p: Sharp) => p.avif({ effort: 0 })],
  ] as const)('%s: capture time and device survive, place and names do not', async (_, encode) => {
    const bytes = await encode(tagged()).toBuffer();
    const image = await decoder.read(bytes, { fileName: 'tagged', tensorSize: 8 });
    expect(image).toMatchObject({ capturedAt: '2024-05-17T09:30:15', device: 'DermaCam X1' });
    const rendition = await decoder.render(bytes, { fileName: 'tagged', maxSidePx: 400 });
    expect(rendition.mediaType).toBe('image/jpeg');
    for (const output of [image.thumbnail, rendition.bytes]) {
      const { exif, xmp, iptc, icc, comments, orientation } = await sharp(output).metadata();
      expect([exif, xmp, iptc, icc, comments, orientation]).toEqual(Array(6).fill(undefined));
      expect(Buffer.from(output).includes(secret)).toBe(false);
    }
  });

  test('thumbnails and renditions are scaled down, never up', async () => {
    const bytes = await textured(200, 150).jpeg().toBuffer();
    const small = await decoder.read(bytes, { fileName: 'small.jpg', tensorSize: 8 });
    expect(await sharp(small.thumbnail).metadata()).toMatchObject({ width: 200, height: 150 });
    const large = await decoder.read(await tagged().jpeg().toBuffer(), {
      fileName: 'large.jpg',
      tensorSize: 8,
    });
    const thumbnail = await sharp(large.thumbnail).metadata();
    expect(thumbnail).toMatchObject({ format: 'jpeg', width: 320, height: 240 });
    const rendition = await decoder.render(bytes, { fileName: 'small.jpg', maxSidePx: 4096 });
    expect(await sharp(rendition.bytes).metadata()).toMatchObject({ width: 200, height: 150 });
  });
});
