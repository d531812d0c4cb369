import { describe, expect, test } from 'vitest';
import { fieldOfView } from '../../src/imaging/field-of-view.ts';
import type { RgbImage } from '../../src/imaging/rgb-image.ts';
import { toTensor } from '../../src/imaging/transform.ts';
import { seededRandom } from './pictures.ts';

type Shade = (x: number, y: number) => number;

function picture(widthPx: number, heightPx: number, shade: Shade): RgbImage {
  const pixels = new Uint8Array(3 * widthPx * heightPx);
  for (let at = 0; at < widthPx * heightPx; at++)
    pixels.fill(shade(at % widthPx, Math.floor(at / widthPx)), 3 * at, 3 * at + 3);
  return { widthPx, heightPx, pixels };
}

function skin(seed: number): Shade {
  const random = seededRandom(seed);
  return () => 90 + Math.floor(random() * 100);
}

function framed(inner: RgbImage, [width, height]: [number, number], value: number): RgbImage {
  const x0 = Math.floor((width - inner.widthPx) / 2);
  const y0 = Math.floor((height - inner.heightPx) / 2);
  const outer = picture(width, height, () => value);
  for (let y = 0; y < inner.heightPx; y++) {
    const row = inner.pixels.subarray(3 * y * inner.widthPx, 3 * (y + 1) * inner.widthPx);
    outer.pixels.set(row, 3 * ((y0 + y) * width + x0));
  }
  return outer;
}

const whole = ({ widthPx, heightPx }: RgbImage) => ({
  x0: 0,
  y0: 0,
  width: widthPx,
  height: heightPx,
});

describe('the field of view', () => {
  const inner = picture(60, 45, skin(1));

  test('of a picture without margins is all of it', () => {
    expect(fieldOfView(inner)).toEqual(whole(inner));
  });

  test.each([0, 12, 40, 230, 255])(
    'of a picture in the middle of a plain margin of %i is the picture, and its reading the same',
    (value) => {
      const outer = framed(inner, [160, 90], value);
      expect(fieldOfView(outer)).toEqual({ x0: 50, y0: 22, width: 60, height: 45 });
      expect(toTensor(outer, 32)).toEqual(toTensor(inner, 32));
    },
  );

  test.each([41, 229])(
    'of a picture in an even margin of %i, which is no frame, is all',
    (value) => {
      const outer = framed(inner, [160, 90], value);
      expect(fieldOfView(outer)).toEqual(whole(outer));
    },
  );

  test('is found behind margins of both kinds, one in the other', () => {
    const outer = framed(framed(inner, [80, 80], 255), [200, 100], 0);
    expect(toTensor(outer, 32)).toEqual(toTensor(inner, 32));
  });

  test('passes over specks in a margin, up to a fiftieth of a line', () => {
    const outer = framed(inner, [160, 90], 0);
    outer.pixels.fill(200, 3 * (3 * 160 + 70), 3 * (3 * 160 + 73));
    expect(fieldOfView(outer)).toEqual({ x0: 50, y0: 22, width: 60, height: 45 });
    outer.pixels.fill(200, 3 * (3 * 160 + 70), 3 * (3 * 160 + 74));
    expect(fieldOfView(outer).y0).toBe(3);
  });

  test.each([
    [0, 200],
    [255, 20],
  ])(
    'takes a line of %i with a fiftieth of specks for a margin, and no line with more',
    (value, speck) => {
      const outer = framed(inner, [150, 90], value);
      const row = (count: number) => {
        outer.pixels.fill(speck, 3 * (3 * 150 + 70), 3 * (3 * 150 + 70 + count));
        return fieldOfView(outer).y0;
      };
      expect([row(3), row(4)]).toEqual([22, 3]);
    },
  );

  test('begins behind a line in which one of fifty is lit, and at one in which the last is lit too', () => {
    const light = skin(6);
    const rows = (...lit: number[]) =>
      fieldOfView(picture(50, 40, (x, y) => (y > 0 || lit.includes(x) ? light(x, y) : 0))).y0;
    expect([rows(0), rows(49), rows(0, 49)]).toEqual([1, 1, 0]);
  });

  test('of a round field is the square around it', () => {
    const light = skin(2);
    const round = picture(160, 90, (x, y) =>
      (x - 79.5) ** 2 + (y - 44.5) ** 2 < 40 ** 2 ? light(x, y) : 5,
    );
    expect(fieldOfView(round)).toEqual({ x0: 40, y0: 5, width: 80, height: 80 });
  });

  test('keeps a black lesion that fills most of a side', () => {
    const light = skin(3);
    const dark = picture(80, 60, (x, y) => (x < 70 && y < 30 ? 10 : light(x, y)));
    expect(fieldOfView(dark)).toEqual(whole(dark));
  });

  test.each([0, 255])('of a picture of nothing but %i is all of it', (value) => {
    const plain = picture(40, 30, () => value);
    expect(fieldOfView(plain)).toEqual(whole(plain));
  });

  test('is a stripe across the picture down to a quarter of its height or width, and no narrower one', () => {
    const light = skin(5);
    const field = (isLight: (x: number, y: number) => boolean) => {
      const { x0, y0, width, height } = fieldOfView(
        picture(160, 80, (x, y) => (isLight(x, y) ? light(x, y) : 0)),
      );
      return [x0, y0, width, height];
    };
    expect(field((_, y) => y >= 30 && y < 50)).toEqual([0, 30, 160, 20]);
    expect(field((_, y) => y >= 30 && y < 49)).toEqual([0, 0, 160, 80]);
    expect(field((x) => x >= 60 && x < 100)).toEqual([60, 0, 40, 80]);
    expect(field((x) => x >= 60 && x < 99)).toEqual([0, 0, 160, 80]);
  });

  test('is not a small bright spot in the dark', () => {
    const spot = framed(picture(9, 9, skin(4)), [40, 40], 0);
    expect(fieldOfView(spot)).toEqual(whole(spot));
  });
});
