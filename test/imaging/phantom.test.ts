import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import type { OverviewDrawing, PhantomRequest } from '../../src/imaging/contract.ts';
import { phantomKind } from '../../src/imaging/contract.ts';
import { Decoder } from '../../src/imaging/decoder.ts';
import { paintOverview } from '../../src/imaging/phantom/overview.ts';
import { paintPhantom } from '../../src/imaging/phantom/painter.ts';
import { drawPhantom } from '../../src/imaging/phantom.ts';
import { openSource } from '../../src/imaging/source.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { qualityOf } from './pictures.ts';

const decoder = new Decoder(new NodeHost());
afterAll(() => decoder.close());

const digest = (pixels: Uint8Array) => createHash('sha256').update(pixels).digest('hex');

describe('phantoms', () => {
  test.each(phantomKind.options)('%s: the seed decides everything', (kind) => {
    const draw = (seed: number) => digest(paintPhantom({ seed, kind, sizePx: [120, 90] }));
    expect(draw(1)).toBe(draw(1));
    expect(new Set([1, 2, 3, 4].map(draw)).size).toBe(4);
  });

  test.each(phantomKind.options)(
    '%s: is an image that passes its own quality check',
    async (kind) => {
      for (const phototype of [1, 3, 6]) {
        const bytes = await decoder.drawPhantom({ seed: 5, kind, sizePx: [600, 450], phototype });
        const image = await decoder.read(bytes, { fileName: `${kind}.jpg`, tensorSize: 128 });
        expect(image).toMatchObject({ format: 'jpeg', widthPx: 600, heightPx: 450 });
        expect(image.qualityWarnings).toEqual([]);
      }
    },
  );

  test('a darker phototype is a darker picture', () => {
    const brightness = [1, 2, 3, 4, 5, 6].map((phototype) => {
      const pixels = paintPhantom({ seed: 3, kind: 'naevus', sizePx: [90, 64], phototype });
      return pixels.reduce((sum, value) => sum + value, 0);
    });
    expect(brightness).toEqual([...brightness].sort((a, b) => b - a));
  });

  test('another shot of a lesion has other light and hairs; a smaller one leaves more skin', () => {
    const request: PhantomRequest = { seed: 5, kind: 'naevus', sizePx: [120, 90], phototype: 2 };
    const first = paintPhantom(request);
    expect(paintPhantom({ ...request, shot: 0, growth: 1 })).toEqual(first);
    expect(paintPhantom({ ...request, shot: 1 })).not.toEqual(first);
    const brightness = (pixels: Uint8Array) => pixels.reduce((sum, value) => sum + value, 0);
    expect(brightness(paintPhantom({ ...request, growth: 0.5 }))).toBeGreaterThan(
      brightness(first),
    );
  });

  test('every one is stamped in its lower right corner', () => {
    for (const [width, height] of [
      [600, 450],
      [64, 64],
      [300, 800],
    ] as const) {
      const pixels = paintPhantom({ seed: 8, kind: 'vascular', sizePx: [width, height] });
      const ink = 245;
      let inked = 0;
      for (let y = height - 60; y < height; y++)
        for (let x = 0; x < width; x++) {
          const at = 3 * (y * width + x);
          if (pixels[at] === ink && pixels[at + 1] === ink && pixels[at + 2] === ink) inked++;
        }
      const scale = Math.max(1, Math.floor(Math.min(width, height) / 220));
      expect(inked).toBeGreaterThanOrEqual(112 * scale * scale); // the word has 112 dots
    }
  });

  test('says when it was taken, if that is asked for, and is the same picture', async () => {
    const request: PhantomRequest = { seed: 3, kind: 'naevus', sizePx: [160, 120] };
    const dated = await decoder.drawPhantom({ ...request, capturedAt: '2025-04-28T09:15:30' });
    const options = { fileName: 'drawing.jpg', tensorSize: 96 };
    const image = await decoder.read(dated, options);
    expect(image).toMatchObject({
      capturedAt: '2025-04-28T09:15:30',
      device: 'Dermaspike Drawing',
    });
    expect(image.tensor).toEqual(
      (await decoder.read(await decoder.drawPhantom(request), options)).tensor,
    );
  });

  test.each([
    ['without a time', undefined, null],
    ['with the time that it was taken', '2025-04-28T09:15:30', 'Dermaspike Drawing'],
  ])('one %s is a fine JPEG of its own', async (_, capturedAt, device) => {
    const request: PhantomRequest = { seed: 3, kind: 'naevus', sizePx: [160, 120] };
    const jpeg = await drawPhantom({ ...request, ...(capturedAt && { capturedAt }) });
    expect(await sharp(jpeg).metadata()).toMatchObject({
      ...{ format: 'jpeg', width: 160, height: 120, chromaSubsampling: '4:4:4' },
    });
    expect(qualityOf(jpeg)).toBe(92);
    const { details } = await openSource('drawing.jpg', jpeg);
    expect(details).toEqual({ capturedAt: capturedAt ?? null, device });
  });

  test('a drawn back is the same for the same request, says when it was taken, and has its lesions where they are asked for', async () => {
    const request: OverviewDrawing = {
      ...{ seed: 1, sizePx: [240, 320], phototype: 2, shot: 0, capturedAt: '2025-04-28T09:15:30' },
      spots: [],
    };
    const bare = paintOverview(request);
    expect(paintOverview(request)).toEqual(bare);
    const spots = [{ x: 0.655, y: 0.31, growth: 1 }];
    const marked = paintOverview({ ...request, spots });
    const changed = [...bare.keys()].filter((at) => bare[at] !== marked[at]);
    expect(changed.length).toBeGreaterThan(0);
    for (const at of changed) {
      const pixel = Math.floor(at / 3);
      expect(Math.abs((pixel % 240) - 0.655 * 240)).toBeLessThan(6);
      expect(Math.abs(Math.floor(pixel / 240) - 0.31 * 320)).toBeLessThan(6);
    }
    const bytes = await decoder.drawOverview({ ...request, spots });
    expect(await decoder.read(bytes, { fileName: 'back.jpg', tensorSize: 1 })).toMatchObject({
      ...{ widthPx: 240, heightPx: 320, capturedAt: request.capturedAt },
    });
  });

  test('a size that the stamp does not fit into is refused', async () => {
    const tiny = decoder.drawPhantom({ seed: 1, kind: 'naevus', sizePx: [20, 20] });
    await expect(tiny).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
