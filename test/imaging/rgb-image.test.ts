import { expect, test } from 'vitest';
import { luminance, planeOf } from '../../src/imaging/rgb-image.ts';

const colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 100, 50, 255, 255, 255, 0, 0, 0];
const image = { widthPx: 3, heightPx: 2, pixels: Uint8Array.from(colours) };

test.each([
  // (77 · 200 + 150 · 100 + 29 · 50) / 256 is 124.4.
  ['luminance, rounded down', luminance, [76, 149, 28, 124, 255, 0]],
  ['red', [256, 0, 0], [255, 0, 0, 200, 255, 0]],
  ['green', [0, 256, 0], [0, 255, 0, 100, 255, 0]],
  ['blue', [0, 0, 256], [0, 0, 255, 50, 255, 0]],
] as const)('the plane of %s has a value for each pixel', (_, weights, plane) => {
  expect([...planeOf(image, weights)]).toEqual(plane);
});
