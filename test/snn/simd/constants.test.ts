import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Activation, Convolution } from '../../../src/snn/index.ts';
import { neuronConstants, rescalingConstants, spikeAt } from '../../../src/snn/plan/constants.ts';
import { requantize } from '../../../src/snn/requantize.ts';
import { readShipped } from './networks.ts';

const weight = fc.integer({ min: 0, max: 127 });
const multiplier = fc.integer({ min: 0, max: 255 });
const shift = fc.integer({ min: -32, max: 32 });

function requantization(factor: number, exponent: number) {
  return { bits: 8, multiplier: Uint8Array.of(factor), shift: Int8Array.of(exponent) } as const;
}

test('neuron constants give the activated, requantized potential in 32-bit steps', () => {
  const clipped = fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((maximum): Activation => {
    return { kind: 'relu-clipped', maximum: Int32Array.of(maximum) };
  });
  const activations: fc.Arbitrary<Activation>[] = [
    fc.constant({ kind: 'none' }),
    fc.constant({ kind: 'relu' }),
    clipped,
  ];
  const potentials = fc.oneof(
    fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }),
    fc.integer({ min: -3000, max: 3000 }),
  );
  fc.assert(
    fc.property(fc.oneof(...activations), multiplier, shift, potentials, (activation, m, s, p) => {
      const constants = neuronConstants(activation, requantization(m, s));
      expect(constants === undefined).toBe(s > 23);
      if (constants === undefined) return;
      const rectified = activation.kind === 'none' ? p : Math.max(p, 0);
      const activated =
        activation.kind === 'relu-clipped'
          ? Math.min(rectified, activation.maximum[0] ?? 0)
          : rectified;
      expect(spikeAt(constants, 0, p)).toBe(requantize(activated, m, s, -128, 127));
      const { floor, ceiling, multiplier: scaled } = constants;
      for (const end of [floor[0] ?? 0, ceiling[0] ?? 0]) {
        expect(Math.abs(end * (scaled[0] ?? 0)) + 2 ** 22).toBeLessThan(2 ** 31);
      }
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['a pad', { pads: { top: 0, left: 0, bottom: 1, right: 0 } }],
  ['pads on both sides', { pads: { top: 1, left: 0, bottom: 1, right: 0 } }],
  ['a stride', { stride: [1, 2] as const }],
  ['a resting potential', { bias: Int32Array.of(1) }],
  ['a maximum', { activation: { kind: 'relu-clipped', maximum: Int32Array.of(9) } as const }],
])('there are no rescaling constants for a layer with %s', (_, change) => {
  expect(rescalingConstants(rescalingLayer(7, 3, 5))).toBeDefined();
  expect(rescalingConstants({ ...rescalingLayer(7, 3, 5), ...change })).toBeUndefined();
});

/** A layer of one neuron that multiplies by w·m/2^s. */
function rescalingLayer(w: number, m: number, s: number): Convolution {
  const [layer] = readShipped().operators.filter(({ kind }) => kind === 'convolution');
  return {
    ...(layer as Convolution),
    activation: { kind: 'none' },
    bias: new Int32Array(1),
    weights: Int8Array.of(w),
    stride: [1, 1],
    pads: { top: 0, left: 0, bottom: 0, right: 0 },
    pool: { kind: 'none' },
    requantization: requantization(m, s),
  };
}

test('rescaling constants give every one of the 256 spikes in 16-bit steps', () => {
  fc.assert(
    fc.property(weight, multiplier, shift, fc.boolean(), (w, m, s, isRectified) => {
      const constants = rescalingConstants({
        ...rescalingLayer(w, m, s),
        activation: { kind: isRectified ? 'relu' : 'none' },
      });
      if (s <= 15) expect(constants).toBeDefined();
      if (constants === undefined) return;
      const [factor = 0] = constants.factor;
      const [product = 0] = constants.multiplier;
      for (let spike = -128; spike < 128; spike++) {
        const scaled = Math.max(spike, constants.low) * factor;
        expect((scaled << 16) >> 16).toBe(scaled);
        const result = Math.min(Math.max((scaled * product + 2 ** 14) >> 15, -128), 127);
        const rectified = isRectified ? Math.max(spike, 0) : spike;
        expect(result).toBe(requantize(rectified * w, m, s, -128, 127));
      }
    }),
    { numRuns: 300 },
  );
});
