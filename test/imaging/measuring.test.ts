import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { drawScene } from '../../src/cli/measuring/scene.ts';
import { Decoder } from '../../src/imaging/decoder.ts';
import { fieldOfView } from '../../src/imaging/field-of-view.ts';
import type { RgbImage } from '../../src/imaging/rgb-image.ts';
import { toWholeTensor } from '../../src/imaging/transform.ts';
import { curveThrough, jaccard, maskOf } from '../../src/measuring/index.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { ellipse } from '../measuring/shapes.ts';

const decoder = new Decoder(new NodeHost());
afterAll(() => decoder.close());

const scene = { widthPx: 800, heightPx: 600, pxPerMm: 40, ruler: null, seed: 3 };
const centre = { x: 400, y: 300 };
const fileName = 'picture.png';

const asFile = ({ pixels, widthPx, heightPx }: RgbImage) =>
  sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toBuffer();

const picture = drawScene({ ...scene, lesion: { ...centre, a: 4, b: 2.5, degrees: 0 } });
const file = await asFile(picture);
const outline = ellipse(centre, [160, 100]);

describe('what an image file is measured by', () => {
  test('is shown to the outline’s network as the whole of its field of view', async () => {
    const field = fieldOfView(picture);
    expect(await decoder.prepareOutline(file, { fileName, tensorSize: 16 })).toEqual({
      ...{ widthPx: 800, heightPx: 600, field },
      tensor: toWholeTensor(picture, 16, field),
    });
  });

  test('are the colours inside an outline and how clear its border is; of none of the picture, nothing', async () => {
    const found = await decoder.appearance(file, { fileName, outline });
    const [light = 0] = found?.appearance.colour.lesion ?? [];
    const [skin = 0] = found?.appearance.colour.skin ?? [];
    expect(light).toBeLessThan(skin - 20);
    expect(found?.clarity).toBeGreaterThan(0.7);
    const beside = ellipse({ x: -500, y: 300 }, [160, 100]);
    expect(await decoder.appearance(file, { fileName, outline: beside })).toBeNull();
  });

  test('is a ruler where the picture shows one', async () => {
    expect(await decoder.findRuler(file, { fileName })).toBeNull();
    const ruled = { ...scene, lesion: null, ruler: { x: 60, y: 450, degrees: 0 } };
    const found = await decoder.findRuler(await asFile(drawScene(ruled)), { fileName });
    expect(found?.spacingPx).toBeCloseTo(40, 0);
  });

  test('is an outline at the border, drawn with few points and to a hundredth of its size', async () => {
    const controls = ellipse(centre, [176, 110], 0, 8);
    const snapped = await decoder.snapOutline(file, { fileName, controls });
    const curve = curveThrough(snapped.controls);
    expect(snapped.clarity).toBeGreaterThan(0.7);
    expect(jaccard(maskOf(curve, 800, 600), maskOf(outline, 800, 600))).toBeGreaterThan(0.98);
    // Eight would cut across its ends.
    expect(snapped.controls.length).toBeGreaterThan(8);
    expect(snapped.controls.length).toBeLessThan(20);
  });
});
