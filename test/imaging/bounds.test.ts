import { expect, test } from 'vitest';
import { decoderContract } from '../../src/imaging/contract.ts';
import { minStampedSidePx } from '../../src/imaging/phantom/stamp.ts';
import { fieldOf, taken } from '../bounds.ts';

const itself = (value: number) => value;
const within = [true, true, false, false];

test.each([
  ['read', 'tensorSize', 1, 1024],
  ['prepareOutline', 'tensorSize', 1, 1024],
  ['render', 'maxSidePx', 1, 8192],
  ['drawPhantom', 'phototype', 1, 6],
  ['drawOverview', 'phototype', 1, 6],
] as const)('%s takes a %s from %i to %i, in whole numbers', (call, name, least, most) => {
  const type = fieldOf(decoderContract[call].input, name);
  expect(taken(type, itself, [least, most, least - 1, most + 1])).toEqual(within);
  expect(type.safeParse(least + 0.5).success).toBe(false);
});

test.each([
  ['drawPhantom', 'growth', 0.3, 1.3],
  ['drawOverview', 'spots.growth', 0.3, 1.3],
  ['drawOverview', 'spots.x', 0, 1],
  ['drawOverview', 'spots.y', 0, 1],
] as const)('%s takes a %s from %d to %d', (call, path, least, most) => {
  const type = fieldOf(decoderContract[call].input, path);
  expect(taken(type, itself, [least, most, least - 0.001, most + 0.001])).toEqual(within);
});

test.each(['drawPhantom', 'drawOverview'] as const)(
  '%s takes any shot but one before the first',
  (call) => {
    const type = fieldOf(decoderContract[call].input, 'shot');
    expect(taken(type, itself, [0, 1000, -1])).toEqual([true, true, false]);
  },
);

test.each(['drawPhantom', 'drawOverview'] as const)(
  '%s draws sides that its stamp fits on, up to 4096',
  (call) => {
    const type = fieldOf(decoderContract[call].input, 'sizePx');
    const sides = (size: number) => [size, size];
    const sizes = [minStampedSidePx, 4096, minStampedSidePx - 1, 4097];
    expect(taken(type, sides, sizes)).toEqual(within);
  },
);

test.each(['drawPhantom', 'drawOverview'] as const)(
  '%s takes the time of a camera’s clock, which has no zone',
  (call) => {
    const type = fieldOf(decoderContract[call].input, 'capturedAt');
    expect(type.safeParse('2026-03-03T10:00:00').success).toBe(true);
  },
);

test.each([
  ['read', 'widthPx', 1],
  ['read', 'heightPx', 1],
  ['prepareOutline', 'widthPx', 1],
  ['prepareOutline', 'heightPx', 1],
  ['prepareOutline', 'field.x0', 0],
  ['prepareOutline', 'field.y0', 0],
  ['prepareOutline', 'field.width', 1],
  ['prepareOutline', 'field.height', 1],
] as const)('%s answers with a %s of %i or more', (call, path, least) => {
  const type = fieldOf(decoderContract[call].output, path);
  expect(taken(type, itself, [least, 100_000, least - 1])).toEqual([true, true, false]);
});
