import { expect, test } from 'vitest';
import {
  areaOf,
  brushed,
  centroidOf,
  controlsFor,
  curveThrough,
  MeasuringError,
  type Point,
} from '../../src/measuring/index.ts';
import { ellipse } from './shapes.ts';

const disc = controlsFor(ellipse({ x: 500, y: 400 }, [200, 200]), 1);
const area = (controls: readonly Point[]) => areaOf(curveThrough(controls));

test('a stroke across the border adds what the brush covers beyond it', () => {
  const out = brushed(
    disc,
    [
      { x: 690, y: 400 },
      { x: 760, y: 400 },
    ],
    50,
    'add',
  );
  // A band of 100 × 60 and half a disc of radius 50, less what lies inside already.
  expect(area(out) - area(disc)).toBeGreaterThan(7_000);
  expect(area(out) - area(disc)).toBeLessThan(13_000);
  expect(centroidOf(curveThrough(out)).x).toBeGreaterThan(505);
});

test('a stroke that takes off leaves the larger part', () => {
  const stroke = [
    { x: 600, y: 150 },
    { x: 600, y: 650 },
  ];
  const out = brushed(disc, stroke, 20, 'remove');
  // Left of x = 580: the disc without a segment of 120 height.
  const cut = Math.acos(80 / 200) * 200 ** 2 - 80 * Math.sqrt(200 ** 2 - 80 ** 2);
  expect(area(out) / (Math.PI * 200 ** 2 - cut)).toBeCloseTo(1, 1);
});

test('a stroke inside adds nothing, and one that takes everything off is refused', () => {
  const inside = brushed(disc, [{ x: 500, y: 400 }], 60, 'add');
  expect(area(inside) / area(disc)).toBeCloseTo(1, 1);
  expect(() => brushed(disc, [{ x: 500, y: 400 }], 300, 'remove')).toThrow(MeasuringError);
});

test('a brush that goes far beyond the picture’s rim is no trouble', () => {
  const out = brushed(
    disc,
    [
      { x: 600, y: 400 },
      { x: -3000, y: 400 },
    ],
    30,
    'add',
  );
  expect(area(out)).toBeGreaterThan(area(disc) + 100_000);
});
