import { expect, test } from 'vitest';
import { appearanceOf, colourDifference, contains, labOf } from '../../src/measuring/index.ts';
import { ellipse, picture } from './shapes.ts';

const skin = [214, 170, 150] as const;
const brown = [110, 70, 55] as const;
const black = [40, 30, 30] as const;
const outline = ellipse({ x: 200, y: 150 }, [90, 60], 0.5);

test('sRGB’s white, grey and red are where CIE puts them', () => {
  expect(labOf(255, 255, 255).map((value) => Math.round(value * 10) / 10 + 0)).toEqual([100, 0, 0]);
  expect(labOf(119, 119, 119)[0]).toBeCloseTo(50.03, 1);
  const red = labOf(255, 0, 0);
  for (const [index, value] of [53.24, 80.09, 67.2].entries())
    expect(red[index]).toBeCloseTo(value, 1);
});

test('a lesion of one colour has that colour, no variegation, and the skin around it', () => {
  const image = picture(400, 300, (x, y) => (contains(outline, { x, y }) ? brown : skin));
  const { colour, asymmetry, compactness } = appearanceOf(image, outline);
  expect(colourDifference(colour.lesion, labOf(...brown))).toBeLessThan(1.5);
  expect(colour.variegation).toBeLessThan(6);
  expect(colourDifference(colour.skin ?? [0, 0, 0], labOf(...skin))).toBeLessThan(1.5);
  expect(colour.contrast?.[0]).toBeLessThan(-30);
  for (const { shape, colour } of asymmetry) {
    expect(shape).toBeLessThan(0.03);
    expect(colour).toBeLessThan(2);
  }
  expect(compactness).toBeGreaterThan(0.85);
});

test('a lesion with one dark half differs from its mirror image in colour, not in shape', () => {
  const image = picture(400, 300, (x, y) =>
    contains(outline, { x, y }) ? (x < 200 ? black : brown) : skin,
  );
  const { colour, asymmetry } = appearanceOf(image, outline);
  expect(colour.variegation).toBeGreaterThan(8);
  expect(Math.max(...asymmetry.map((each) => each.colour))).toBeGreaterThan(10);
  expect(Math.max(...asymmetry.map((each) => each.shape))).toBeLessThan(0.03);
});

test('a lesion with a tail differs from its mirror image in shape', () => {
  const tail = outline.map(({ x, y }, index) =>
    index < 40 ? { x: x + 3 * (40 - index), y: y + 40 - index } : { x, y },
  );
  const image = picture(500, 300, (x, y) => (contains(tail, { x, y }) ? brown : skin));
  const { asymmetry, compactness } = appearanceOf(image, tail);
  expect(Math.max(...asymmetry.map(({ shape }) => shape))).toBeGreaterThan(0.1);
  expect(compactness).toBeLessThan(0.75);
});

test('other light moves lesion and skin, and the difference between them less', () => {
  const lit = (gain: number) =>
    picture(400, 300, (x, y) => {
      const [r, g, b] = contains(outline, { x, y }) ? brown : skin;
      return [r * gain, g * gain, b * gain];
    });
  const [plain, dim] = [appearanceOf(lit(1), outline), appearanceOf(lit(0.8), outline)];
  expect(Math.abs(plain.colour.lesion[0] - dim.colour.lesion[0])).toBeGreaterThan(5);
  const [a, b] = [plain.colour.contrast?.[0] ?? 0, dim.colour.contrast?.[0] ?? 0];
  const skins = Math.abs((plain.colour.skin?.[0] ?? 0) - (dim.colour.skin?.[0] ?? 0));
  expect(Math.abs(a - b)).toBeLessThan(skins / 2);
});

test('a lesion that fills the picture has no skin around it', () => {
  const { colour } = appearanceOf(
    picture(60, 40, () => brown),
    ellipse({ x: 30, y: 20 }, [80, 80]),
  );
  expect(colour.skin).toBeNull();
  expect(colour.contrast).toBeNull();
});

test('an outline outside the picture is refused', () => {
  const image = picture(60, 40, () => skin);
  expect(() => appearanceOf(image, ellipse({ x: 200, y: 20 }, [10, 10]))).toThrow(
    'The outline holds no pixel of the picture.',
  );
});
