import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { fieldOfView } from '../../src/imaging/field-of-view.ts';
import { lesionShare } from '../../src/imaging/lesion-size.ts';
import { qualityThresholds } from '../../src/imaging/quality.ts';
import type { RgbImage } from '../../src/imaging/rgb-image.ts';
import { lacks, sharedFile } from '../requirements.ts';
import { rgbOf } from './pictures.ts';

const skin = [214, 170, 160];
const brown = [110, 70, 55];

/** Skin with what `isDark` says is lesion; coordinates from −1 to 1. */
function draw(isDark: (x: number, y: number) => boolean, side = 256): RgbImage {
  const pixels = new Uint8Array(3 * side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const at = (place: number) => (2 * place + 1) / side - 1;
      pixels.set(isDark(at(x), at(y)) ? brown : skin, 3 * (y * side + x));
    }
  return { widthPx: side, heightPx: side, pixels };
}

const disc =
  (radius: number, [x0, y0] = [0, 0]) =>
  (x: number, y: number) =>
    Math.hypot(x - x0, y - y0) < radius;

const areaOf = (radius: number) => (Math.PI * radius ** 2) / 4;

describe('the share of the square that a lesion covers', () => {
  test.each([0.15, 0.3, 0.6])('is that of a disc of radius %f', (radius) => {
    expect(lesionShare(draw(disc(radius)))).toBeCloseTo(areaOf(radius), 1);
  });

  test('does not depend on how many pixels the picture has', () => {
    const shares = [96, 300, 1200].map((side) => lesionShare(draw(disc(0.2), side)) ?? 0);
    for (const share of shares) expect(Math.abs(share - areaOf(0.2))).toBeLessThan(0.012);
  });

  test('counts a pale middle as part of the ring around it', () => {
    const ring = draw((x, y) => disc(0.5)(x, y) && !disc(0.35)(x, y));
    expect(lesionShare(ring)).toBeCloseTo(areaOf(0.5), 1);
  });

  test('leaves out shadows at the rim and a mole beside the lesion', () => {
    const shaded = draw(
      (x, y) => disc(0.15)(x, y) || !disc(1.1)(x, y) || disc(0.2, [-0.8, 0])(x, y),
    );
    expect(lesionShare(shaded)).toBeLessThan(qualityThresholds.minLesion);
  });

  test('is measured inside a frame, not of the whole picture', async () => {
    const { pixels, widthPx, heightPx } = draw(disc(0.4));
    const picture = sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } });
    const frame = { top: 90, bottom: 90, left: 200, right: 200, background: '#000' };
    expect(lesionShare(await rgbOf(picture.extend(frame)))).toBe(lesionShare(draw(disc(0.4))));
  });

  test('is not known where the middle is of one colour', () => {
    expect(lesionShare(draw(() => false))).toBeNull();
    expect(lesionShare(draw(() => true))).toBeNull();
  });
});

describe('of a picture of 64 × 64, which is looked at pixel by pixel, the share', () => {
  type Shape = (x: number, y: number) => boolean;
  const box =
    (x0: number, y0: number, width: number, height: number): Shape =>
    (x, y) =>
      x >= x0 && x < x0 + width && y >= y0 && y < y0 + height;
  const pixelsOf = (shape: Shape) => {
    const share = lesionShare(
      draw((x, y) => shape(Math.round(32 * x + 31.5), Math.round(32 * y + 31.5)), 64),
    );
    return share && share * 64 * 64;
  };

  test.each<[string, number, Shape]>([
    ['a square, but its corners', 140, box(26, 26, 12, 12)],
    ['a spot of one pixel, and its neighbours', 9, box(30, 30, 1, 1)],
    ['a ring, filled', 396, (x, y) => box(20, 20, 20, 20)(x, y) && !box(26, 26, 8, 8)(x, y)],
    [
      'the upper of two alike, its hole filled',
      192,
      (x, y) =>
        (box(18, 18, 14, 14)(x, y) && !box(23, 23, 4, 5)(x, y)) || box(33, 34, 15, 12)(x, y),
    ],
    ['the larger of two', 96, (x, y) => box(18, 18, 8, 8)(x, y) || box(34, 34, 10, 10)(x, y)],
    [
      'the smaller one where it alone is in the middle',
      96,
      (x, y) => x < 14 || box(30, 30, 10, 10)(x, y),
    ],
    ['all of what reaches into the middle, also from the left', 200, box(0, 30, 20, 10)],
    ['a stripe from above to below', 1280, box(20, 0, 20, 64)],
    ['what comes from the upper left corner', 400, box(0, 0, 20, 20)],
    ['what comes from the right', 210, box(47, 20, 17, 10)],
  ])('is that of %s: %i', (_, pixels, shape) => {
    expect(pixelsOf(shape)).toBe(pixels);
  });

  test.each<[string, Shape]>([
    ['left', box(0, 0, 16, 64)],
    ['right', box(48, 0, 16, 64)],
    ['above', box(0, 0, 64, 16)],
    ['below', box(0, 48, 64, 16)],
  ])('is that of a small spot beside a larger one just outside the middle half, %s', (_, other) => {
    expect(pixelsOf((x, y) => other(x, y) || box(28, 28, 10, 10)(x, y))).toBe(96);
  });

  test('is not that of a spot which is dark where the row before ended', () => {
    const [left, right] = [box(0, 30, 30, 10), box(60, 0, 4, 31)];
    expect(pixelsOf((x, y) => left(x, y) || right(x, y))).toBe(298);
    const [from, upTo] = [box(34, 30, 30, 10), box(0, 39, 4, 25)];
    expect(pixelsOf((x, y) => from(x, y) || upTo(x, y))).toBe(298);
  });

  test.each<[string, Shape]>([
    ['upper', box(4, 0, 56, 1)],
    ['lower', box(4, 63, 56, 1)],
    ['left', box(0, 4, 1, 56)],
    ['right', box(63, 4, 1, 56)],
  ])('is not that of a strip of skin at the %s edge', (_, strip) => {
    const hole = box(26, 26, 12, 12);
    expect(pixelsOf((x, y) => !strip(x, y) && !hole(x, y))).toBe(4042);
  });

  test.each<[string, number, Shape, Shape]>([
    ['below', 704, box(16, 30, 32, 34), box(24, 40, 16, 24)],
    ['above', 704, box(16, 0, 32, 34), box(24, 0, 16, 24)],
    ['left', 704, box(0, 16, 34, 32), box(0, 24, 24, 16)],
    ['right', 704, box(30, 16, 34, 32), box(40, 24, 24, 16)],
  ])('is not that of skin which is open to the rim, %s', (_, pixels, dark, skin) => {
    expect(pixelsOf((x, y) => dark(x, y) && !skin(x, y))).toBe(pixels);
  });

  /** Of a picture in which no more than the blue differs. */
  const pixelsInBlue = (blueOf: (x: number, y: number) => number) => {
    const pixels = new Uint8Array(3 * 64 * 64);
    for (let at = 0; at < 64 * 64; at++)
      pixels.set([214, 170, blueOf(at % 64, Math.floor(at / 64))], 3 * at);
    const share = lesionShare({ widthPx: 64, heightPx: 64, pixels });
    return share && share * 64 * 64;
  };

  test.each<[string, number | null, number, number, Shape]>([
    ['all of what has no blue, on skin that has all of it', 140, 0, 255, box(26, 26, 12, 12)],
    [
      'one pixel nine levels darker than the rest, and its neighbours',
      9,
      156,
      165,
      box(30, 30, 1, 1),
    ],
    ['nothing, where one pixel is eight levels darker', null, 157, 165, box(30, 30, 1, 1)],
  ])('is that of %s: %s', (_, pixels, dark, light, shape) => {
    expect(pixelsInBlue((x, y) => (shape(x, y) ? dark : light))).toBe(pixels);
  });

  test('goes on outside the middle half where that is darker than what is skin within it', () => {
    const withEnd = (blue: number) => {
      const [whole, end] = [box(20, 20, 20, 44), box(20, 52, 20, 12)];
      return pixelsInBlue((x, y) => (end(x, y) ? blue : whole(x, y) ? 55 : 160));
    };
    expect([withEnd(110), withEnd(120)]).toEqual([854, 656]);
  });

  test('is not known of what only comes near the middle half', () => {
    expect(pixelsOf(box(0, 0, 15, 15))).toBeNull();
    expect(pixelsOf(box(49, 20, 15, 10))).toBeNull();
  });
});

const suite = 'small lesions of HAM10000';

describe.skipIf(lacks('shared', suite))(suite, () => {
  test('four in five of those below 3 % are warned of, and hardly one picture of a larger one', async () => {
    const home = 'data/ham10000';
    const rows = readFileSync(sharedFile(home, 'ham10000_299x224/labels.csv'), 'utf8')
      .split('\n')
      .map((line) => line.split(','));
    const fold4 = new Map(
      rows.flatMap(([id = '', shard = '', , , , , , fold]) =>
        fold === '4' ? [[id, shard] as const] : [],
      ),
    );
    const truth = new Map<string, number>();
    for (const [id, bytes] of inArchive(sharedFile(home, 'lesion_masks_200x150.tar'))) {
      if (!fold4.has(id)) continue;
      const mask = await sharp(bytes)
        .extract({ left: 25, top: 0, width: 150, height: 150 })
        .extractChannel(0)
        .raw()
        .toBuffer();
      truth.set(id, mask.filter((value) => value > 127).length / mask.length);
    }
    let [warned, small, found] = [0, 0, 0];
    for (const shard of new Set(fold4.values())) {
      for (const [id, bytes] of inArchive(sharedFile(home, 'ham10000_299x224', shard))) {
        const share = truth.get(id);
        if (share === undefined) continue;
        const image = await rgbOf(sharp(bytes));
        const measured = lesionShare(image, fieldOfView(image)) ?? 1;
        const isWarned = measured < qualityThresholds.minLesion;
        if (share < 0.03) small++;
        if (isWarned && share < 0.03) found++;
        if (isWarned && share >= 0.03) warned++;
      }
    }
    expect(truth.size).toBe(1762);
    expect(found / small).toBeGreaterThan(0.8);
    expect(warned / truth.size).toBeLessThan(0.01);
  });
});

/** Its pictures, by image_id. */
function* inArchive(file: string): Generator<[id: string, bytes: Buffer]> {
  const archive = readFileSync(file);
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const name = archive.toString('latin1', at, at + 100);
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8);
    const [id] = name.match(/ISIC_\d+/) ?? [];
    if (id) yield [id, archive.subarray(at + 512, at + 512 + size)];
    at += 512 * (1 + Math.ceil(size / 512));
  }
}
