import { readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { QualityWarning } from '../../src/clinic/entities/index.ts';
import { fieldOfView } from '../../src/imaging/field-of-view.ts';
import { lesionShare } from '../../src/imaging/lesion-size.ts';
import { paintPhantom } from '../../src/imaging/phantom/painter.ts';
import { judgeQuality, measureQuality } from '../../src/imaging/quality.ts';
import type { RgbImage } from '../../src/imaging/rgb-image.ts';
import { toSquare } from '../../src/imaging/transform.ts';
import { lacks, sharedFile } from '../requirements.ts';
import { type Colour, rgbOf, textured } from './pictures.ts';

function phantom(phototype = 2): RgbImage {
  const pixels = paintPhantom({ seed: 4, kind: 'naevus', sizePx: [600, 450], phototype });
  return { widthPx: 600, heightPx: 450, pixels };
}

const asPicture = ({ pixels, widthPx, heightPx }: RgbImage) =>
  sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } });

const warnings = (image: RgbImage) =>
  judgeQuality(measureQuality(image), fieldOfView(image), lesionShare(image));

function uniform(colour: Colour, side = 64): RgbImage {
  const pixels = new Uint8Array(side * side * 3).map((_, at) => colour[at % 3] ?? 0);
  return { widthPx: side, heightPx: side, pixels };
}

describe('quality figures', () => {
  test('of a sharp, well-lit picture of skin raise no warning, whatever the phototype', () => {
    for (let phototype = 1; phototype <= 6; phototype++)
      expect(warnings(phantom(phototype))).toEqual([]);
  });

  test('fall with blur', async () => {
    const sharpness = [measureQuality(phantom()).sharpness];
    for (const sigma of [2, 4, 8])
      sharpness.push(measureQuality(await rgbOf(asPicture(phantom()).blur(sigma))).sharpness);
    expect(sharpness).toEqual([...sharpness].sort((a, b) => b - a));
    expect(warnings(await rgbOf(asPicture(phantom()).blur(8)))).toEqual(['blurred']);
  });

  test('tell too dark and too bright', async () => {
    expect(warnings(await rgbOf(asPicture(phantom()).linear(0.15, 0)))).toContain('too-dark');
    expect(warnings(await rgbOf(asPicture(phantom()).linear(1, 110)))).toContain('too-bright');
    expect(measureQuality(uniform([0, 0, 0]))).toMatchObject({ exposure: 0, clipped: 1 });
    expect(measureQuality(uniform([255, 255, 255])).clipped).toBe(1);
    expect(measureQuality(uniform([255, 255, 255])).exposure).toBeCloseTo(1, 10);
    expect(measureQuality(uniform([100, 100, 100])).exposure).toBeCloseTo(100 / 255, 10);
  });

  test.each([
    ['light skin', [236, 188, 180], 1],
    ['purple-pink skin under a dermatoscope', [190, 140, 158], 1],
    ['medium skin', [198, 134, 102], 1],
    ['dark skin', [92, 56, 40], 1],
    ['a brown lesion', [110, 70, 50], 1],
    ['a nearly black lesion', [48, 36, 34], 1],
    ['the greyest lesion that is none of slate', [104, 100, 100], 1],
    ['slate with a tinge of red', [103, 100, 100], 0],
    ['the reddest skin', [244, 100, 100], 1],
    ['a red pen', [245, 100, 100], 0],
    ['the yellowest skin', [231, 231, 103], 1],
    ['a yellow pen', [232, 232, 103], 0],
    ['the most purple skin', [151, 80, 127], 1],
    ['a purple pen', [151, 80, 129], 0],
    ['sky', [110, 160, 220], 0],
    ['grass', [80, 130, 60], 0],
    ['paper', [240, 240, 240], 0],
    ['slate', [90, 95, 105], 0],
  ] as const)('count %s rightly', (_, colour, expected) => {
    expect(measureQuality(uniform(colour)).skin).toBe(expected);
  });

  test.each([
    [600, 450, 256],
    [450, 600, 256],
    [300, 256, 256],
    [300, 255, 255],
    [60, 90, 60],
  ])(
    'of a picture of %i × %i are those of its square of %i pixels, never enlarged',
    async (width, height, side) => {
      const image = await rgbOf(textured(width, height));
      expect(measureQuality(image)).toEqual(measureQuality(toSquare(image, side)));
    },
  );

  test('warn when the field of view is smaller than any that the network learned from', async () => {
    expect(warnings(await rgbOf(textured(200, 84)))).not.toContain('too-small');
    expect(warnings(await rgbOf(textured(200, 83)))).toContain('too-small');
    const framed = { top: 40, bottom: 40, background: 'black' };
    expect(warnings(await rgbOf(textured(200, 83).extend(framed)))).toContain('too-small');
  });
});

describe('a warning', () => {
  const limits = { sharpness: 12, exposure: 0.5, clipped: 0.4, skin: 0.5 };
  const judged = (
    quality: Partial<typeof limits>,
    [width, height]: [number, number] = [84, 84],
    lesion: number | null = 0.025,
  ) => judgeQuality({ ...limits, ...quality }, { x0: 0, y0: 0, width, height }, lesion);

  test('is none at a limit itself', () => {
    expect(judged({})).toEqual([]);
    expect(judged({ exposure: 0.2 })).toEqual([]);
    expect(judged({ exposure: 0.9 })).toEqual([]);
    expect(judged({}, [84, 84], null)).toEqual([]);
  });

  test.each<[Partial<typeof limits>, QualityWarning]>([
    [{ sharpness: 11.99 }, 'blurred'],
    [{ exposure: 0.199 }, 'too-dark'],
    [{ exposure: 0.901 }, 'too-bright'],
    [{ skin: 0.499 }, 'little-skin'],
    [{ clipped: 0.401, exposure: 0.499 }, 'too-dark'],
    [{ clipped: 0.401, exposure: 0.5 }, 'too-bright'],
  ])('of %o is given alone: %s', (quality, warning) => {
    expect(judged(quality)).toEqual([warning]);
  });

  test('is given of either side that is too short, and of a lesion that is too small', () => {
    expect(judged({}, [83, 200])).toEqual(['too-small']);
    expect(judged({}, [200, 83])).toEqual(['too-small']);
    expect(judged({}, [84, 84], 0.0249)).toEqual(['small-lesion']);
    expect(judged({}, [84, 84], 0)).toEqual(['small-lesion']);
  });
});

describe('sharpness', () => {
  test('is the variance of the Laplacian over the inner pixels', () => {
    // One white pixel in 5 × 5: its Laplacian is −4 · 255, that of its four neighbours 255.
    const dot = uniform([0, 0, 0], 5);
    dot.pixels.fill(255, 3 * 12, 3 * 13);
    expect(measureQuality(dot).sharpness).toBeCloseTo(((16 + 4) * 255 ** 2) / 9, 6);
    // No inner pixel has the corner for a neighbour, and of two pixels none is inner.
    const corner = uniform([0, 0, 0], 4);
    corner.pixels.fill(255, 0, 3);
    expect(measureQuality(corner).sharpness).toBe(0);
    const edge = uniform([0, 0, 0], 4);
    edge.pixels.fill(255, 3, 6);
    expect(measureQuality(edge).sharpness).toBeCloseTo(255 ** 2 / 4 - (255 / 4) ** 2, 6);
    expect(measureQuality(uniform([9, 9, 9], 2)).sharpness).toBe(0);
  });
});

test.each([
  [[7, 7, 7], 1],
  [[9, 8, 8], 0],
  [[247, 247, 247], 0],
  [[248, 248, 248], 1],
] as const)('a pixel of %o is clipped: %i', (colour, clipped) => {
  expect(measureQuality(uniform(colour)).clipped).toBe(clipped);
});

describe.skipIf(lacks('shared', 'quality figures of real dermoscopic images'))(
  'on real dermoscopic images',
  () => {
    const folder = sharedFile('data', 'ham10000', 'originals');

    test('each warning is raised for at most 2 in 100', async () => {
      const raised = new Map<QualityWarning, number>();
      const files = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
      for (const name of files) {
        const image = await rgbOf(sharp(readFileSync(`${folder}/${name}`)));
        for (const warning of warnings(image)) raised.set(warning, (raised.get(warning) ?? 0) + 1);
      }
      expect(files.length).toBeGreaterThan(50);
      for (const [warning, count] of raised)
        expect(count, warning).toBeLessThanOrEqual(Math.ceil(0.02 * files.length));
    });
  },
);
