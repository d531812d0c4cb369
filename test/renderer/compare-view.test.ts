import { expect, test } from 'vitest';
import {
  asTaken,
  moved,
  transformOf,
  whole,
  zoomedAbout,
} from '../../renderer/src/compare/view.ts';

const pane = { width: 800, height: 600 };
const picture = { width: 4000, height: 3000 };

/** Where a point of the picture comes to lie. */
function shown(
  point: { x: number; y: number },
  ...more: Parameters<typeof transformOf> extends [unknown, unknown, ...infer R] ? R : never
) {
  const [a, b, c, d, e, f] = transformOf(picture, pane, ...more);
  return { x: a * point.x + c * point.y + e, y: b * point.x + d * point.y + f };
}

test('a whole picture fills its pane', () => {
  expect(shown({ x: 0, y: 0 }, whole)).toEqual({ x: 0, y: 0 });
  expect(shown({ x: 4000, y: 3000 }, whole)).toEqual({ x: 800, y: 600 });
});

test('what lies under the pointer stays there while zooming', () => {
  const at = { x: 0.3, y: -0.2 };
  const under = { x: 400 + 0.3 * 600, y: 300 - 0.2 * 600 };
  const point = { x: under.x * 5, y: under.y * 5 };
  const found = shown(point, zoomedAbout(whole, 2.5, at));
  expect(found.x).toBeCloseTo(under.x, 6);
  expect(found.y).toBeCloseTo(under.y, 6);
});

test('a picture is turned and sized about its middle, and moved with the zoom', () => {
  const middle = { x: 2000, y: 1500 };
  const turned = { ...asTaken, turnDeg: 90, scale: 0.5 };
  expect(shown(middle, whole, turned)).toEqual({ x: 400, y: 300 });
  const corner = shown({ x: 2000, y: 500 }, whole, turned);
  expect(corner.x).toBeCloseTo(500, 6);
  expect(corner.y).toBeCloseTo(300, 6);
  expect(shown(middle, { ...whole, zoom: 2 }, { ...asTaken, x: 0.1 })).toEqual({ x: 520, y: 300 });
});

test('a whole picture is not moved, and a zoomed one not out of sight', () => {
  expect(moved(whole, 1, 1)).toEqual(whole);
  expect(moved({ zoom: 2, x: 0, y: 0 }, 9, -9)).toEqual({ zoom: 2, x: 0.9, y: -0.9 });
  expect(zoomedAbout(whole, 0.1)).toEqual(whole);
});

test('a registered picture lies where its points are in the first', () => {
  // The other picture has half as many pixels, is turned by a quarter and lies a tenth to the right.
  const affine = { a: 0, b: -1, c: 0.1, d: 1, e: 0, f: 0 };
  const [a, b, c, d, e, f] = transformOf({ width: 2000, height: 1500 }, pane, whole, asTaken, {
    affine,
    reference: picture,
  });
  const at = (x: number, y: number) => ({ x: a * x + c * y + e, y: b * x + d * y + f });
  const middle = at(1000, 750);
  expect(middle.x).toBeCloseTo(480, 6);
  expect(middle.y).toBeCloseTo(300, 6);
  const right = at(2000, 750);
  expect(right.x).toBeCloseTo(480, 6);
  expect(right.y).toBeCloseTo(700, 6);
});
