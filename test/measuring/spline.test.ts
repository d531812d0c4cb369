import { expect, test } from 'vitest';
import {
  areaOf,
  checkControls,
  controlsFor,
  curveThrough,
  jaccard,
  maskOf,
  maxControls,
  minControls,
  nearestOnCurve,
  withControl,
  withoutControl,
} from '../../src/measuring/index.ts';
import { ellipse, rectangle } from './shapes.ts';

const blob = Array.from({ length: 200 }, (_, index) => {
  const t = (2 * Math.PI * index) / 200;
  const r = 60 + 12 * Math.sin(3 * t) + 5 * Math.cos(7 * t);
  return { x: 100 + r * Math.cos(t), y: 90 + r * Math.sin(t) };
});

test('the curve goes through its points', () => {
  const controls = ellipse({ x: 50, y: 50 }, [30, 20], 0.3, 12);
  const curve = curveThrough(controls);
  for (const control of controls) expect(curve).toContainEqual(control);
});

test('a mask comes back from its outline’s few points nearly as it was', () => {
  const controls = controlsFor(blob, 1);
  expect(controls.length).toBeLessThanOrEqual(40);
  const before = maskOf(blob, 200, 180);
  const after = maskOf(curveThrough(controls), 200, 180);
  expect(jaccard(before, after)).toBeGreaterThan(0.98);
});

test('a mask holds as many pixels as its outline’s area', () => {
  const pixels = maskOf(blob, 200, 180).pixels.reduce((sum, pixel) => sum + pixel, 0);
  expect(pixels / areaOf(blob)).toBeCloseTo(1, 2);
});

test('a mask of an outline that reaches beyond the picture ends at its rim', () => {
  expect([...maskOf(rectangle(-5, -5, 7, 7), 4, 4).pixels]).toEqual([
    ...[1, 1, 0, 0],
    ...[1, 1, 0, 0],
    ...[0, 0, 0, 0],
    ...[0, 0, 0, 0],
  ]);
});

test('a point is added where the curve comes nearest, and can be taken away again', () => {
  const controls = ellipse({ x: 50, y: 50 }, [30, 20], 0, 8);
  const nearest = nearestOnCurve(controls, { x: 50, y: 72 });
  expect(nearest.distancePx).toBeLessThan(3);
  const more = withControl(controls, { x: 44, y: 71 });
  expect(more).toHaveLength(9);
  expect(areaOf(curveThrough(more))).toBeGreaterThan(areaOf(curveThrough(controls)));
  expect(
    withoutControl(
      more,
      more.findIndex(({ y }) => y === 71),
    ),
  ).toEqual(controls);
});

test('an outline never has more or fewer points than can be handled', () => {
  const many = ellipse({ x: 50, y: 50 }, [30, 20], 0, maxControls);
  expect(withControl(many, { x: 0, y: 0 })).toBe(many);
  const few = ellipse({ x: 50, y: 50 }, [30, 20], 0, minControls);
  expect(withoutControl(few, 0)).toBe(few);
});

test('an outline that cannot be measured is refused with what to change', () => {
  const square = rectangle(0, 0, 40, 40);
  expect(() => checkControls(square)).not.toThrow();
  expect(() => checkControls(square.slice(1))).toThrow('it has 3 points; set at least 4');
  const [a, b, c, d] = [...square.slice(0, 3), { x: 3, y: 29 }];
  const crossed = [a, c, b, d].flatMap((point) => point ?? []);
  expect(() => checkControls(crossed)).toThrow('crosses itself');
  expect(() => checkControls(ellipse({ x: 9, y: 9 }, [0.1, 0.1]).slice(0, 5))).toThrow(
    'encloses nothing',
  );
  expect(() => checkControls([{ x: Number.NaN, y: 0 }, ...square])).toThrow('lies nowhere');
  expect(() => controlsFor([{ x: 1, y: 1 }], 1)).toThrow('must enclose something');
});
