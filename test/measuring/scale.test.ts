import { expect, test } from 'vitest';
import {
  lengthBetween,
  MeasuringError,
  measureOutline,
  profileOf,
  scaleBar,
  scaleOfDevice,
  scaleOfLength,
} from '../../src/measuring/index.ts';
import { ellipse, rectangle } from './shapes.ts';

const centre = { x: 200, y: 150 };

test('two clicks ten millimetres apart give the scale, and the nearer they are the less sure', () => {
  const far = scaleOfLength({ x: 100, y: 100 }, { x: 340, y: 420 }, 10);
  expect(far.mmPerPx).toBeCloseTo(0.025);
  expect(far.source).toBe('clicks');
  const near = scaleOfLength({ x: 100, y: 100 }, { x: 140, y: 100 }, 1);
  expect(near.mmPerPx).toBeCloseTo(far.mmPerPx);
  expect(near.relativeError).toBeGreaterThan(5 * far.relativeError);
});

test('clicks on a picture shown small are worth less', () => {
  const [from, to] = [
    { x: 0, y: 0 },
    { x: 800, y: 0 },
  ];
  expect(scaleOfLength(from, to, 10, 'clicks', 4).relativeError).toBeGreaterThan(
    2 * scaleOfLength(from, to, 10).relativeError,
  );
});

test('clicks on the same place, and lengths that are none, are refused', () => {
  const at = (x: number) => ({ x, y: 0 });
  expect(() => scaleOfLength(at(3), at(9), 10)).toThrow(
    'The two points are 6 pixels apart; choose two that are at least 20 apart.',
  );
  for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => scaleOfLength(at(0), at(100), wrong)).toThrow(MeasuringError);
});

test('a device’s profile holds for its pictures, for smaller copies and for those on their side', () => {
  const scale = scaleOfLength({ x: 0, y: 0 }, { x: 1000, y: 0 }, 10, 'mark');
  const profile = profileOf('Dermatoscope', 4000, 3000, scale);
  expect(scaleOfDevice(profile, 4000, 3000).mmPerPx).toBeCloseTo(0.01);
  expect(scaleOfDevice(profile, 600, 450).mmPerPx).toBeCloseTo(0.01 * (4000 / 600));
  expect(scaleOfDevice(profile, 3000, 4000).mmPerPx).toBeCloseTo(0.01);
  expect(scaleOfDevice(profile, 4000, 3000).relativeError).toBeGreaterThan(scale.relativeError);
});

test('a picture that was cut is refused by the profile', () => {
  const scale = scaleOfLength({ x: 0, y: 0 }, { x: 1000, y: 0 }, 10);
  const profile = profileOf('Dermatoscope', 4000, 3000, scale);
  expect(() => scaleOfDevice(profile, 3000, 3000)).toThrow(
    'The profile of Dermatoscope is of pictures of 4000 × 3000; one of 3000 × 3000 was cut',
  );
});

test('an outline is measured in pixels until there is a scale, then in millimetres', () => {
  const outline = ellipse(centre, [120, 80], 0.4);
  const px = measureOutline(outline, null, 'person');
  expect(px.longAxis).toMatchObject({ unit: 'px', value: expect.closeTo(240, 0) });
  const scale = scaleOfLength({ x: 0, y: 0 }, { x: 400, y: 0 }, 10);
  const mm = measureOutline(outline, scale, 'person');
  expect(mm.longAxis).toMatchObject({ unit: 'mm', value: expect.closeTo(6, 1) });
  expect(mm.shortAxis).toMatchObject({ unit: 'mm', value: expect.closeTo(4, 1) });
  expect(mm.area).toMatchObject({ unit: 'mm²', value: expect.closeTo(Math.PI * 6, 1) });
});

test('a scale that is less sure makes every error larger, an area’s the most', () => {
  const outline = ellipse(centre, [120, 80]);
  const sure = { mmPerPx: 0.025, relativeError: 0.001, source: 'mark' as const };
  const unsure = { ...sure, relativeError: 0.1 };
  const relative = ({ value, error }: { value: number; error: number }) => error / value;
  const measured = measureOutline(outline, unsure, 'person');
  expect(relative(measured.longAxis)).toBeGreaterThan(0.1);
  expect(relative(measured.area)).toBeGreaterThan(0.2);
  expect(relative(measureOutline(outline, sure, 'person').longAxis)).toBeLessThan(0.1);
});

test('where the border is not clear, the network’s outline is less sure; a person’s is as they had it', () => {
  const outline = ellipse(centre, [120, 80]);
  const error = (drawnBy: 'network' | 'person', clarity: number) =>
    measureOutline(outline, null, drawnBy, clarity).longAxis.error;
  expect(error('network', 0.5)).toBeGreaterThan(3 * error('network', 0.8));
  expect(error('network', 0.65)).toBeGreaterThan(1.5 * error('network', 0.8));
  expect(error('person', 0.5)).toBe(error('person', 0.9));
});

test('a distance between two points carries the error of both clicks', () => {
  const length = lengthBetween({ x: 0, y: 0 }, { x: 30, y: 40 }, null);
  expect(length).toMatchObject({ value: 50, unit: 'px' });
  expect(length.error).toBeCloseTo(2.12, 2);
});

test('a scale bar has a round length that fits a fifth of the view', () => {
  const scale = { mmPerPx: 0.011, relativeError: 0, source: 'device' as const };
  for (const width of [100, 480, 1000, 4000]) {
    const { lengthMm, lengthPx } = scaleBar(scale, width);
    expect(lengthPx).toBeLessThanOrEqual(width / 5);
    expect(lengthPx).toBeGreaterThan(width / 13);
    expect([1, 2, 5]).toContain(Number(lengthMm.toExponential(6).slice(0, 1)));
  }
});

test('a degenerate outline measures nothing instead of failing', () => {
  expect(measureOutline(rectangle(0, 0, 0, 0), null, 'person').area.value).toBe(0);
});
