import { expect, test } from 'vitest';
import { enlargedField, regionsAbove } from '../../src/measuring/index.ts';

function field(columns: number, rows: number, at: (x: number, y: number) => number) {
  const values = new Float32Array(columns * rows);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) values[y * columns + x] = at(x + 0.5, y + 0.5);
  return { columns, rows, values };
}
const disc = (cx: number, cy: number, r: number) => (x: number, y: number) =>
  r - Math.hypot(x - cx, y - cy);

test('a disc’s outline lies between the cells, where the level is', () => {
  const [region, other] = regionsAbove(field(32, 24, disc(15.3, 11.8, 8)), 0);
  expect(other).toBeUndefined();
  expect(region?.isCut).toBe(false);
  expect(region?.areaCells).toBeCloseTo(Math.PI * 64, -0.5);
  for (const { x, y } of region?.outline ?? []) {
    expect(Math.hypot(x - 15.3, y - 11.8)).toBeGreaterThan(7.9);
    expect(Math.hypot(x - 15.3, y - 11.8)).toBeLessThan(8.1);
  }
});

test('two lesions are two regions, the larger first', () => {
  const [left, right] = [disc(8, 12, 4), disc(23, 12, 6)];
  const regions = regionsAbove(
    field(32, 24, (x, y) => Math.max(left(x, y), right(x, y))),
    0,
  );
  expect(regions.map(({ areaCells }) => Math.round(areaCells / 5))).toEqual([22, 10]);
});

test('a hole is filled, and what lies in it belongs to the region', () => {
  const ring = (x: number, y: number) => 3 - Math.abs(Math.hypot(x - 16, y - 16) - 10);
  const dot = disc(16, 16, 2);
  const regions = regionsAbove(
    field(32, 32, (x, y) => Math.max(ring(x, y), dot(x, y))),
    0,
  );
  expect(regions).toHaveLength(1);
  expect(regions[0]?.areaCells).toBeCloseTo(Math.PI * 169, -1);
});

test('a lesion that the picture cuts is closed along the rim and says so', () => {
  const [region] = regionsAbove(field(20, 20, disc(0, 10, 6)), 0);
  expect(region?.isCut).toBe(true);
  expect(region?.areaCells).toBeCloseTo((Math.PI * 36) / 2, -0.5);
  expect(Math.min(...(region?.outline ?? []).map(({ x }) => x))).toBe(0);
  const [all] = regionsAbove(
    field(5, 4, () => 1),
    0,
  );
  expect(all?.areaCells).toBeGreaterThan(19);
});

test('nothing above the level is no region', () => {
  expect(
    regionsAbove(
      field(5, 5, () => -1),
      0,
    ),
  ).toEqual([]);
});

test('two cells that touch at a corner stay apart where their mean lies below', () => {
  const at = (low: number) => field(2, 2, (x, y) => (Math.floor(x) === Math.floor(y) ? 1 : low));
  expect(regionsAbove(at(-3), 0)).toHaveLength(2);
  expect(regionsAbove(at(-0.5), 0)).toHaveLength(1);
});

test('a larger field has the same values between the same centres', () => {
  const large = enlargedField(
    field(4, 3, (x, y) => x + 10 * y),
    16,
    12,
  );
  expect(large.values[5 * 16 + 6]).toBeCloseTo(1.625 + 10 * 1.375, 5);
  expect(large.values[0]).toBe(5.5);
});
