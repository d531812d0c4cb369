import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { Decoder } from '../../src/imaging/decoder.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { seededRandom } from './pictures.ts';

/** One drawing of 96 × 64 pixels in the kinds that telephones and archives write; see their README. */
const folder = path.join(import.meta.dirname, 'codecs');
const fixture = (name: string) => readFileSync(path.join(folder, name));
const decoder = new Decoder(new NodeHost());
afterAll(() => decoder.close());

const read = (name: string, bytes: Uint8Array = fixture(name)) =>
  decoder.read(bytes, { fileName: name, tensorSize: 96 });

const drawing = () => sharp(fixture('drawing.png')).removeAlpha();
const pixelsOf = (picture: Sharp) => picture.toColourspace('srgb').raw().toBuffer();

/** The mean difference between a rendition and what it should be, in steps of 255. */
async function differenceOf(
  name: string,
  wanted: Sharp | Buffer = drawing(),
  bytes: Uint8Array = fixture(name),
): Promise<number> {
  const { bytes: jpeg } = await decoder.render(bytes, { fileName: name, maxSidePx: 96 });
  const got = await pixelsOf(sharp(jpeg));
  const right = Buffer.isBuffer(wanted) ? wanted : await pixelsOf(wanted);
  expect(got.length).toBe(right.length);
  return got.reduce((sum, value, at) => sum + Math.abs(value - (right[at] ?? 0)), 0) / got.length;
}

describe('HEIC', () => {
  test.each(['plain.heic', 'subsampled.heic', 'ten-bits.heic'])('%s is read', async (name) => {
    const image = await read(name);
    expect(image).toMatchObject({ format: 'heic', widthPx: 96, heightPx: 64, device: null });
    expect(await differenceOf(name)).toBeLessThan(2.5);
  });

  test('is turned upright once, and keeps time and device alone', async () => {
    const image = await read('turned.heic');
    expect(image).toMatchObject({
      ...{ widthPx: 64, heightPx: 96, device: 'Maker Phone 12' },
      capturedAt: '2026-05-04T10:11:12',
    });
    const upright = await differenceOf('turned.heic', drawing().rotate(90));
    expect(upright).toBeLessThan(2.5);
  });

  test('in a telephone’s wider colours is brought to sRGB', async () => {
    expect(await differenceOf('display-p3.heic')).toBeLessThan(2.5);
  });

  test('with transparency is laid on white', async () => {
    const pixels = await pixelsOf(drawing());
    // It fades in from left to right.
    const onWhite = pixels.map((value, at) => {
      const alpha = (Math.floor(at / 3) % 96) / 95;
      return Math.round(value * alpha + 255 * (1 - alpha));
    });
    expect(await differenceOf('transparent.heic', Buffer.from(onWhite))).toBeLessThan(2.5);
  });
});

describe('JPEG 2000', () => {
  test.each(['plain.jp2', 'bare.j2k', 'lossy.jp2', 'tiles.jp2'])('%s is read', async (name) => {
    const image = await read(name);
    expect(image).toMatchObject({ format: 'jpeg2000', widthPx: 96, heightPx: 64 });
    expect(await differenceOf(name)).toBeLessThan(2.5);
  });

  test.each(['grey.jp2', 'sixteen-bits.jp2'])('%s is read', async (name) => {
    expect(await differenceOf(name, await grey())).toBeLessThan(2.5);
  });

  test('in another camera’s colours is brought to sRGB', async () => {
    const profile = (await sharp(fixture('display-p3.png')).metadata()).icc;
    const bytes = withProfile(fixture('display-p3.jp2'), profile ?? Buffer.alloc(0));
    expect(await differenceOf('display-p3.jp2', undefined, bytes)).toBeLessThan(2.5);
    // Without it the colours would be others: the test can fail.
    expect(await differenceOf('display-p3.jp2')).toBeGreaterThan(3);
  });

  test('of a kind that is not read is refused by name', async () => {
    await expect(read('transparent.jp2')).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining('transparent.jp2 is a JPEG 2000 picture of a kind'),
    });
  });
});

const whole = readdirSync(folder).filter((name) => /\.(heic|jp2|j2k)$/.test(name));

test.each(whole.filter((name) => name !== 'transparent.jp2'))(
  '%s cut short is called damaged, wherever it is cut',
  async (name) => {
    const bytes = fixture(name);
    for (let part = 1; part < 12; part++) {
      const cut = bytes.subarray(0, Math.max(40, Math.floor((bytes.length * part) / 12)));
      const answer = read(name, cut).then(
        () => 'read',
        (error: { code: string }) => error.code,
      );
      expect(['damaged-image', 'unsupported-format'], `${name} ${part}/12`).toContain(await answer);
    }
  },
);

test('files with flipped bits are read or refused, and the decoder goes on', async () => {
  const random = seededRandom(26);
  for (const name of whole)
    for (let trial = 0; trial < 25; trial++) {
      const bytes = new Uint8Array(fixture(name));
      for (let flip = 0; flip < 3; flip++) {
        const at = Math.floor(random() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      }
      const answer = await read(name, bytes).then(
        ({ widthPx }) => (widthPx > 0 ? 'read' : 'nothing'),
        (error: { code: string }) => error.code,
      );
      expect(answer).toMatch(
        /^(read|damaged-image|image-too-large|not-an-image|unsupported-format)$/,
      );
    }
  expect(await read('plain.heic')).toMatchObject({ widthPx: 96 });
  expect(await read('plain.jp2')).toMatchObject({ widthPx: 96 });
});

test('a picture that says it is larger than is read is refused before it is decoded', async () => {
  const bytes = new Uint8Array(fixture('plain.jp2'));
  const at = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]));
  new DataView(bytes.buffer).setUint32(at + 8, 60_000);
  new DataView(bytes.buffer).setUint32(at + 12, 60_000);
  await expect(read('plain.jp2', bytes)).rejects.toMatchObject({ code: 'image-too-large' });
});

/** The drawing's luminance by the weights that Pillow made the fixtures with (ITU-R BT.601). */
async function grey(): Promise<Buffer> {
  const pixels = await pixelsOf(drawing());
  const luminance = (at: number) =>
    Math.round(
      0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0),
    );
  return Buffer.from(pixels.map((_, at) => luminance(at - (at % 3))));
}

/** The JP2 file with an ICC profile in the place of its enumerated colours (15444-1, I.5.3.3). */
function withProfile(jp2: Buffer, profile: Buffer): Buffer {
  const colour = jp2.indexOf('colr') - 4;
  const header = jp2.indexOf('jp2h') - 4;
  const length = jp2.readUInt32BE(colour);
  const box = Buffer.concat([Buffer.alloc(8), Buffer.from([2, 0, 0]), profile]);
  box.writeUInt32BE(box.length, 0);
  box.write('colr', 4, 'latin1');
  const changed = Buffer.concat([jp2.subarray(0, colour), box, jp2.subarray(colour + length)]);
  changed.writeUInt32BE(jp2.readUInt32BE(header) + box.length - length, header);
  return changed;
}
