import { expect, test } from 'vitest';
import {
  areaOf,
  centroidOf,
  contains,
  isSimple,
  longAxis,
  perimeterOf,
  shortAxis,
} from '../../src/measuring/index.ts';
import { principalDirection, resampled } from '../../src/measuring/polygon.ts';
import { ellipse, rectangle } from './shapes.ts';

test('area, perimeter and centre of a rectangle are exact whichever way its corners run', () => {
  for (const corners of [rectangle(3, 4, 8, 5), rectangle(3, 4, 8, 5).toReversed()]) {
    expect(areaOf(corners)).toBe(40);
    expect(perimeterOf(corners)).toBe(26);
    expect(centroidOf(corners)).toEqual({ x: 7, y: 6.5 });
    expect(Math.abs(Math.sin(principalDirection(corners)))).toBeCloseTo(0);
  }
});

test('an ellipse has its two axes at every angle', () => {
  for (let degrees = 0; degrees < 180; degrees += 15) {
    const angle = (degrees * Math.PI) / 180;
    const shape = ellipse({ x: 100, y: 90 }, [40, 25], angle);
    const long = longAxis(shape);
    expect(long.lengthPx).toBeCloseTo(80, 1);
    expect(shortAxis(shape, long).lengthPx).toBeCloseTo(50, 1);
    expect(Math.sin(principalDirection(shape) - angle)).toBeCloseTo(0, 5);
  }
});

test('the short axis is drawn at a right angle to the long one', () => {
  const shape = ellipse({ x: 50, y: 50 }, [30, 10], 0.7);
  const long = longAxis(shape);
  const short = shortAxis(shape, long);
  const dot =
    (long.to.x - long.from.x) * (short.to.x - short.from.x) +
    (long.to.y - long.from.y) * (short.to.y - short.from.y);
  expect(dot).toBeCloseTo(0, 6);
  expect(Math.hypot(short.to.x - short.from.x, short.to.y - short.from.y)).toBeCloseTo(
    short.lengthPx,
    6,
  );
});

test('points lie inside or outside, also of a shape with a bay', () => {
  const bay = [...rectangle(0, 0, 10, 10).slice(0, 3), { x: 5, y: 4 }, { x: 0, y: 10 }];
  expect(contains(bay, { x: 5, y: 2 })).toBe(true);
  expect(contains(bay, { x: 5, y: 8 })).toBe(false);
});

test('an outline that crosses itself is told from one that does not', () => {
  expect(isSimple(rectangle(0, 0, 4, 4))).toBe(true);
  const [a, b, c, d] = rectangle(0, 0, 4, 4);
  expect(isSimple([a, c, b, d].flatMap((point) => point ?? []))).toBe(false);
  // Exactly at a point of it, as two hands of a clock over each other; a point given twice crosses nothing.
  const points = (...flat: number[]) =>
    Array.from({ length: flat.length / 2 }, (_, n) => ({
      x: flat[2 * n] ?? 0,
      y: flat[2 * n + 1] ?? 0,
    }));
  expect(isSimple(points(0, 0, 4, 4, 2, 2, 0, 4))).toBe(false);
  expect(isSimple(points(0, 0, 4, 0, 2, 2, 4, 4, 0, 4, 2, 2))).toBe(false);
  expect(isSimple(points(0, 0, 4, 0, 4, 0, 4, 4, 0, 4, 0, 0))).toBe(true);
});

test('equal steps along a polygon stay on it and close it', () => {
  const steps = resampled(rectangle(0, 0, 30, 10), 16);
  expect(steps).toHaveLength(16);
  expect(perimeterOf(steps)).toBeCloseTo(80, 6);
});
