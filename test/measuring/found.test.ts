import { expect, test } from 'vitest';
import { areaOf, lesionsIn } from '../../src/measuring/index.ts';

const side = 32;
const window = { x0: 100, y0: 50, width: 640, height: 480 };

/** Spikes of discs: 127 inside, 0 outside, less near the border. */
function mapOf(...discs: readonly (readonly [x: number, y: number, r: number])[]) {
  const counts = Int32Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [(at % side) + 0.5, Math.floor(at / side) + 0.5];
    const inside = discs.map(([cx, cy, r]) => 63.5 + 30 * (r - Math.hypot(x - cx, y - cy)));
    return Math.round(Math.min(127, Math.max(0, ...inside)));
  });
  return { side, counts, level: 63.5, window };
}

test('a lesion is outlined in the picture’s own pixels, also where the field of view is a part of it', () => {
  const [lesion, other] = lesionsIn(mapOf([16, 16, 8]));
  expect(other).toBeUndefined();
  // Cells are 20 × 15 px: a disc of the map is an ellipse of the picture.
  expect(areaOf(lesion?.outline ?? []) / (Math.PI * 160 * 120)).toBeCloseTo(1, 1);
  expect(areaOf(lesion?.controls ?? [])).toBeGreaterThan(0.85 * Math.PI * 160 * 120);
  expect(lesion?.isCut).toBe(false);
  expect(Math.min(...(lesion?.outline ?? []).map(({ x }) => x))).toBeCloseTo(260, -1);
});

test('of two lesions the one in the middle comes first, also where the other is a little larger', () => {
  const found = lesionsIn(mapOf([16, 16, 5], [5, 26, 5.5]));
  expect(found).toHaveLength(2);
  expect(found[0]?.share).toBeLessThan(found[1]?.share ?? 0);
});

test('a lesion that leaves the field of view says so', () => {
  expect(lesionsIn(mapOf([1, 16, 6]))[0]?.isCut).toBe(true);
});

test('specks are none, and where there is no lesion none is found', () => {
  expect(lesionsIn(mapOf([16, 16, 0.8]))).toEqual([]);
  expect(lesionsIn(mapOf())).toEqual([]);
});

test('counts of another map are refused', () => {
  expect(() => lesionsIn({ ...mapOf(), side: 16 })).toThrow('1024 counts are no 16 × 16 map');
});
