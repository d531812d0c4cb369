import { describe, expect, test } from 'vitest';
import { fitTo, keepInSight, zoomAbout } from '../../renderer/src/reading/zoom.ts';

const image = { width: 2000, height: 1000 };
const frame = { width: 500, height: 500 };

describe('the image in its frame', () => {
  test('fits by its longer side', () => {
    expect(fitTo(image, frame)).toEqual({ scale: 0.25, x: 0, y: 0 });
  });

  test('keeps the point under the pointer where it is while zooming', () => {
    const point = { x: 100, y: 20 };
    const before = fitTo(image, frame);
    const after = zoomAbout(before, 8, point, image, frame);
    const underPointer = (place: typeof before) => ({
      x: (point.x - place.x) / place.scale,
      y: (point.y - place.y) / place.scale,
    });
    expect(underPointer(after).x).toBeCloseTo(underPointer(before).x);
    expect(underPointer(after).y).toBeCloseTo(underPointer(before).y);
  });

  test('cannot be made smaller than it fits, nor larger than 16 times', () => {
    const fitted = fitTo(image, frame);
    expect(zoomAbout(fitted, 0.001, { x: 0, y: 0 }, image, frame).scale).toBe(fitted.scale);
    expect(zoomAbout(fitted, 1e6, { x: 0, y: 0 }, image, frame).scale).toBe(16);
  });

  test('cannot be moved out of sight', () => {
    expect(keepInSight({ scale: 1, x: 1e6, y: -1e6 }, image, frame)).toEqual({
      scale: 1,
      x: 750,
      y: -250,
    });
    expect(keepInSight({ scale: 0.25, x: 90, y: 90 }, image, frame)).toMatchObject({ x: 0, y: 0 });
  });
});
