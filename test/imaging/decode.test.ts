import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { drawScene } from '../../src/cli/measuring/scene.ts';
import {
  findRulerIn,
  findWritingIn,
  measureAppearance,
  prepareOutline,
  readImage,
  renderImage,
  snapOutlineIn,
} from '../../src/imaging/decode.ts';
import { fieldOfView } from '../../src/imaging/field-of-view.ts';
import { toTensor, toWholeTensor } from '../../src/imaging/transform.ts';
import { findWriting } from '../../src/imaging/writing.ts';
import { curveThrough, jaccard, maskOf } from '../../src/measuring/index.ts';
import { ellipse } from '../measuring/shapes.ts';
import { qualityOf, rgbOf, textured } from './pictures.ts';

const name = 'a.png';

/** In the middle of a black picture. */
const framed = (picture: Sharp, across: number, down: number) =>
  picture.extend({
    ...{ left: across, right: across, top: down, bottom: down },
    background: 'black',
  });

describe('of a file is kept', () => {
  const picture = () => framed(textured(100, 60), 30, 20);

  test('what the network sees of its field of view, and where that is', async () => {
    const read = await readImage(name, await picture().png().toBuffer(), 16);
    expect(read).toMatchObject({ format: 'png', widthPx: 160, heightPx: 100 });
    expect(read.square).toEqual({ x: 50 / 160, y: 20 / 100, width: 60 / 160, height: 60 / 100 });
    expect(read.tensor).toEqual(toTensor(await rgbOf(picture()), 16));
    expect(read.qualityWarnings).toContain('too-small');
  });

  test.each([
    [textured(640, 400), 320, 200],
    [textured(400, 640), 200, 320],
    [textured(319, 100), 319, 100],
  ])('a small JPEG (%#)', async (large, width, height) => {
    const { thumbnail } = await readImage(name, await large.png().toBuffer(), 8);
    expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'jpeg', width, height });
    expect(qualityOf(thumbnail)).toBe(85);
  });
});

test.each([
  [100, 100, 50],
  [400, 200, 100],
])('a rendition of at most %i pixels a side is a fine JPEG', async (side, width, height) => {
  const file = await textured(200, 100).png().toBuffer();
  const { bytes, mediaType } = await renderImage(name, file, side);
  expect(mediaType).toBe('image/jpeg');
  expect(await sharp(bytes).metadata()).toMatchObject({
    ...{ format: 'jpeg', width, height, chromaSubsampling: '4:4:4' },
  });
  expect(qualityOf(bytes)).toBe(90);
});

describe('writing', () => {
  /** A row of the letter E, whose dots are so large, on skin. */
  const written = (width: number, height: number, dot: number) => {
    const skin = { r: 214, g: 168, b: 146 };
    const bar = (w: number, h: number, left: number, top: number) => ({
      input: {
        create: { width: w * dot, height: h * dot, channels: 3 as const, background: 'white' },
      },
      ...{ left: width / 4 + left * dot, top: height / 2 + top * dot },
    });
    const letters = Array.from({ length: 8 }, (_, at) => [
      bar(1, 7, 6 * at, 0),
      ...[0, 3, 6].map((row) => bar(5, 1, 6 * at, row)),
    ]);
    return sharp({ create: { width, height, channels: 3, background: skin } })
      .composite(letters.flat())
      .removeAlpha();
  };

  test('is told in shares of the picture', async () => {
    const picture = written(800, 400, 4);
    const [line, ...others] = findWriting(await rgbOf(picture.clone()));
    if (!line) throw new Error('There is no line.');
    expect(others).toEqual([]);
    const { left, top, right, bottom } = line;
    expect(await findWritingIn(name, await picture.png().toBuffer())).toEqual([
      ...[
        { x: left / 800, y: top / 400, width: (right - left) / 800, height: (bottom - top) / 400 },
      ],
    ]);
  });

  test('is looked for in a picture of 2000 pixels a side at most', async () => {
    const found = await findWritingIn(name, await written(2400, 600, 8).png().toBuffer());
    expect(found).toHaveLength(1);
    for (const { x, y, width, height } of found)
      for (const pixels of [2000 * x, 2000 * width, 500 * y, 500 * height])
        expect(pixels).toBeCloseTo(Math.round(pixels), 9);
  });
});

describe('a picture is measured', () => {
  const scene = { widthPx: 400, heightPx: 300, pxPerMm: 20, ruler: null, seed: 3 };
  const centre = { x: 200, y: 150 };
  const picture = drawScene({ ...scene, lesion: { ...centre, a: 4, b: 2.5, degrees: 0 } });
  const fileOf = ({ pixels, widthPx, heightPx }: typeof picture) =>
    sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
      .png()
      .toBuffer();
  const outline = ellipse(centre, [80, 50]);

  test('in the whole of its field of view, as the outline’s network is shown it', async () => {
    const field = fieldOfView(picture);
    expect(await prepareOutline(name, await fileOf(picture), 16)).toEqual({
      ...{ widthPx: 400, heightPx: 300, field },
      tensor: toWholeTensor(picture, 16, field),
    });
  });

  test('inside an outline, if that holds any of it', async () => {
    const file = await fileOf(picture);
    const found = await measureAppearance(name, file, outline);
    expect(found?.clarity).toBeGreaterThan(0.7);
    const beside = ellipse({ x: -500, y: 150 }, [80, 50]);
    expect(await measureAppearance(name, file, beside)).toBeNull();
    // A fault of the program's own is not taken for an outline of nothing.
    await expect(measureAppearance(name, file, null as never)).rejects.toThrow(TypeError);
  });

  test('by its ruler', async () => {
    expect(await findRulerIn(name, await fileOf(picture))).toBeNull();
    const ruled = drawScene({ ...scene, lesion: null, ruler: { x: 30, y: 225, degrees: 0 } });
    expect((await findRulerIn(name, await fileOf(ruled)))?.spacingPx).toBeCloseTo(20, 0);
  });

  test('at its lesion’s border, whose outline has few points and is true to a hundredth of its size', async () => {
    const controls = ellipse(centre, [88, 55], 0, 8);
    const snapped = await snapOutlineIn(name, await fileOf(picture), controls);
    const curve = curveThrough(snapped.controls);
    expect(snapped.clarity).toBeGreaterThan(0.7);
    expect(jaccard(maskOf(curve, 400, 300), maskOf(outline, 400, 300))).toBeGreaterThan(0.97);
    expect(snapped.controls.length).toBeGreaterThan(8);
    expect(snapped.controls.length).toBeLessThan(30);
  });
});
