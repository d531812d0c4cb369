import { expect, test } from 'vitest';
import { Energy } from '../../../native-bridge/accelerators/energy.ts';

test('before the first image nothing is known of what one takes', () => {
  const energy = new Energy();
  expect(energy.durationMs).toBeNull();
  expect(energy.perImage(500)).toBeNull();
});

test('time is an average over images, and energy is what the device measured of them', () => {
  const energy = new Energy();
  energy.add(3, 3000, 6000);
  energy.add(1, 5000, 2000);
  expect(energy.durationMs).toBe(2);
  expect(energy.perImage(undefined)).toEqual({ mj: 2, basis: 'measured' });
});

test('what a device does not measure is estimated from its power, if it tells that', () => {
  const energy = new Energy();
  energy.add(4, 8000, undefined);
  expect(energy.perImage(500)).toEqual({ mj: 1, basis: 'estimated' });
  expect(energy.perImage(undefined)).toBeNull();
  // From the first that is measured on, those count alone.
  energy.add(1, 2000, 3000);
  expect(energy.perImage(500)).toEqual({ mj: 3, basis: 'measured' });
});

test('an image that takes no energy, or a device that tells no power, is no image without a figure', () => {
  const energy = new Energy();
  energy.add(1, 0, 0);
  expect(energy.durationMs).toBe(0);
  expect(energy.perImage(undefined)).toEqual({ mj: 0, basis: 'measured' });
  const estimated = new Energy();
  estimated.add(1, 3_000, undefined);
  expect(estimated.perImage(0)).toEqual({ mj: 0, basis: 'estimated' });
});

test('up to 200 images every one counts alike, measured or not', () => {
  const energy = new Energy();
  energy.add(100, 100_000, 100_000);
  energy.add(99, 297_000, undefined);
  energy.add(1, 3_000, 301_000);
  expect(energy.durationMs).toBe(2);
  expect(energy.perImage(9)?.mj).toBeCloseTo(401 / 101, 12);
});

test('after 200 images what was before counts by half', () => {
  const energy = new Energy();
  energy.add(199, 199_000, 199_000);
  energy.add(1, 1000, 1000);
  expect(energy.durationMs).toBe(1);
  energy.add(100, 400_000, 700_000);
  expect(energy.durationMs).toBe(2.5);
  expect(energy.perImage(undefined)).toEqual({ mj: 4, basis: 'measured' });
});
