import { expect, test } from 'vitest';
import { drawScene } from '../../src/cli/measuring/scene.ts';
import { areaOf, jaccard, longAxis, maskOf, snapped } from '../../src/measuring/index.ts';
import { ellipse, picture } from './shapes.ts';

const scene = { widthPx: 800, heightPx: 600, pxPerMm: 40, ruler: null, seed: 3, hairs: true };
const lesion = { x: 400, y: 300, a: 4.2, b: 3, degrees: 20 };
const centre = { x: 400, y: 300 };
const turn = (20 * Math.PI) / 180;

test.each([0.88, 1, 1.12])(
  'an outline %d times as large as a drawn lesion comes to its border, between hairs',
  (factor) => {
    const { outline, clarity } = snapped(
      drawScene({ ...scene, lesion }),
      ellipse(centre, [168 * factor, 120 * factor], turn),
    );
    expect(Math.abs(longAxis(outline).lengthPx / 336 - 1)).toBeLessThan(0.03);
    expect(areaOf(outline) / (Math.PI * 168 * 120)).toBeCloseTo(1, 1);
    expect(clarity).toBeGreaterThan(0.7);
  },
);

test('where the picture shows no border the outline stays, and the border is not clear', () => {
  const before = ellipse(centre, [168, 120]);
  const { outline, clarity } = snapped(drawScene({ ...scene, hairs: false, lesion: null }), before);
  expect(jaccard(maskOf(outline, 800, 600), maskOf(before, 800, 600))).toBeGreaterThan(0.93);
  expect(clarity).toBeLessThan(0.5);
});

test('an outline at the picture’s rim is no trouble', () => {
  const plain = picture(300, 200, (x) => (x < 80 ? [90, 60, 50] : [210, 170, 150]));
  const { outline } = snapped(plain, ellipse({ x: 20, y: 100 }, [70, 60]));
  expect(outline.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
});
