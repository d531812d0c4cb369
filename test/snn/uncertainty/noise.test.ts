import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Requantization, Tensor } from '../../../src/snn/network.ts';
import { type RandomSource, randomStream } from '../../../src/snn/random.ts';
import { requantize } from '../../../src/snn/requantize.ts';
import {
  maskSpikes,
  StochasticNeurons,
  type ThresholdWidth,
} from '../../../src/snn/uncertainty/noise.ts';

const WIDE: Tensor = { type: 'int8', shape: [1, 1, 1], low: -128, high: 127 };

function oneNeuron(multiplier: number, shift: number): Requantization {
  return { bits: 8, multiplier: Uint8Array.of(multiplier), shift: Int8Array.of(shift) };
}

function fireOnce(neurons: StochasticNeurons, potential: number, random: RandomSource): number {
  const spikes = new Int16Array(1);
  const events = neurons.fire(Float64Array.of(potential), 0, spikes, 0, random);
  expect(events).toBe(spikes[0] === 0 ? 0 : 1);
  return spikes[0] ?? 0;
}

/** Mean result over every equally likely threshold, by trying each. */
function meanOverThresholds(potential: number, m: number, s: number, width: ThresholdWidth) {
  const neurons = new StochasticNeurons({ kind: 'none' }, oneNeuron(m, s), WIDE, width);
  const levels = width * 2 ** s;
  let sum = 0;
  for (let r = 0; r < levels; r++) {
    sum += fireOnce(neurons, potential, { next: () => (r * 2 ** 32) / levels });
  }
  return sum / levels;
}

test('over its thresholds a neuron emits exactly the unrounded magnitude on average', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -60, max: 60 }),
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom<ThresholdWidth[]>(1, 2, 4, 8, 16),
      (target, m, s, width) => {
        const potential = Math.trunc((target * 2 ** s) / Math.max(m, 1));
        expect(meanOverThresholds(potential, m, s, width)).toBe((potential * m) / 2 ** s + 0);
      },
    ),
    { numRuns: 200 },
  );
});

test('of width 1 a neuron emits one of the two whole magnitudes around the unrounded one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: -32, max: 32 }),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      (potential, m, s, draw) => {
        const neurons = new StochasticNeurons({ kind: 'none' }, oneNeuron(m, s), WIDE, 1);
        const spike = fireOnce(neurons, potential, { next: () => draw });
        const unrounded = Math.min(Math.max((potential * m) / 2 ** s, -128), 127);
        expect([Math.floor(unrounded), Math.ceil(unrounded)]).toContain(spike);
      },
    ),
  );
});

test('without noise a neuron fires as requantization says', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: -32, max: 32 }),
      (potential, m, s) => {
        const neurons = new StochasticNeurons({ kind: 'none' }, oneNeuron(m, s), WIDE, 0);
        const spike = fireOnce(neurons, potential, randomStream(1, 2, 3));
        expect(spike).toBe(requantize(potential, m, s, -128, 127));
      },
    ),
  );
});

test('of width 1 a rectified neuron without a positive potential stays silent', () => {
  const tensor = { ...WIDE, low: 0 };
  const neurons = new StochasticNeurons({ kind: 'relu' }, oneNeuron(77, 9), tensor, 1);
  for (const potential of [0, -1, -5, -1e6]) {
    for (const draw of [0, 2 ** 31, 2 ** 32 - 1]) {
      expect(fireOnce(neurons, potential, { next: () => draw })).toBe(0);
    }
  }
});

test('a neuron that rounds nothing keeps its threshold', () => {
  for (const shift of [0, -1, -3]) {
    const neurons = new StochasticNeurons({ kind: 'none' }, oneNeuron(2, shift), WIDE, 16);
    for (const draw of [0, 2 ** 31, 2 ** 32 - 1]) {
      expect(fireOnce(neurons, 3, { next: () => draw })).toBe(6 * 2 ** -shift);
    }
  }
});

test('wider noise lets a neuron below its threshold fire, but never one far below', () => {
  const tensor = { ...WIDE, low: 0 };
  const neurons = new StochasticNeurons({ kind: 'relu' }, oneNeuron(1, 4), tensor, 4);
  const highest = { next: () => 2 ** 32 - 1 };
  expect(fireOnce(neurons, -10, highest)).toBe(1);
  expect(fireOnce(neurons, -40, highest)).toBe(0);
});

test('spikes stay within 0 and the range proven for the tensor', () => {
  const tensor = { ...WIDE, low: 3, high: 20 };
  const neurons = new StochasticNeurons({ kind: 'none' }, oneNeuron(16, 4), tensor, 16);
  for (const draw of [0, 2 ** 31, 2 ** 32 - 1]) {
    for (const potential of [-500, 1, 20, 500]) {
      const spike = fireOnce(neurons, potential, { next: () => draw });
      expect(spike).toBeGreaterThanOrEqual(0);
      expect(spike).toBeLessThanOrEqual(20);
    }
  }
  const random = { next: () => 2 ** 31 };
  expect(fireOnce(neurons, -500, random)).toBe(0);
  expect(fireOnce(neurons, 500, random)).toBe(20);
  const negative = { ...WIDE, low: -20, high: -3 };
  const below = new StochasticNeurons({ kind: 'none' }, oneNeuron(16, 4), negative, 16);
  expect(fireOnce(below, -500, random)).toBe(-20);
  expect(fireOnce(below, 500, random)).toBe(0);
});

test('a clipped neuron with a potential above its maximum fires as if it were at it', () => {
  const clipped = { kind: 'relu-clipped', maximum: Int32Array.of(100) } as const;
  const neurons = new StochasticNeurons(clipped, oneNeuron(1, 3), WIDE, 1);
  for (const draw of [0, 2 ** 31, 2 ** 32 - 1]) {
    const spike = (potential: number) => fireOnce(neurons, potential, { next: () => draw });
    expect(spike(4000)).toBe(spike(100));
  }
});

const spikesArbitrary = fc.array(fc.integer({ min: -128, max: 255 }), { maxLength: 60 });

test('a mask of probability 0 changes nothing, rescaled or not', () => {
  fc.assert(
    fc.property(spikesArbitrary, fc.boolean(), (values, rescale) => {
      const spikes = Int16Array.from(values);
      const events = maskSpikes(spikes, { probability: 0, rescale }, randomStream(1, 0, 0));
      expect(Array.from(spikes)).toEqual(values);
      expect(events).toBe(values.filter((value) => value !== 0).length);
    }),
  );
});

test('a mask drops events or leaves them as they are; rescaled ones grow to twice at most', () => {
  fc.assert(
    fc.property(
      spikesArbitrary,
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.integer({ min: 0, max: 1000 }),
      (values, probability, seed) => {
        const plain = Int16Array.from(values);
        maskSpikes(plain, { probability, rescale: false }, randomStream(seed, 0, 0));
        const rescaled = Int16Array.from(values);
        const events = maskSpikes(
          rescaled,
          { probability, rescale: true },
          randomStream(seed, 0, 0),
        );
        expect(events).toBe(rescaled.reduce((sum, spike) => sum + (spike === 0 ? 0 : 1), 0));
        for (const [index, value] of values.entries()) {
          expect([0, value]).toContain(plain[index]);
          const grown = rescaled[index] ?? 0;
          expect(Math.abs(grown)).toBeLessThanOrEqual(2 * Math.abs(value));
          if (grown !== 0) expect(Math.abs(grown)).toBeGreaterThanOrEqual(Math.abs(value));
        }
      },
    ),
  );
});

test('the share of dropped events is the probability, and rescaling keeps the mean magnitude', () => {
  const count = 40_000;
  for (const [magnitude, probability] of [
    [1, 0.1],
    [7, 0.25],
    [-3, 0.4],
  ] as const) {
    const plain = new Int16Array(count).fill(magnitude);
    const left = maskSpikes(plain, { probability, rescale: false }, randomStream(3, 0, 0));
    const tolerance = 5 * Math.sqrt(count * probability * (1 - probability));
    expect(Math.abs(left - count * (1 - probability))).toBeLessThan(tolerance);
    const rescaled = new Int16Array(count).fill(magnitude);
    maskSpikes(rescaled, { probability, rescale: true }, randomStream(4, 0, 0));
    const mean = rescaled.reduce((sum, spike) => sum + spike, 0) / count;
    const deviation = Math.abs(magnitude) * Math.sqrt(probability / (1 - probability)) + 0.5;
    expect(Math.abs(mean - magnitude)).toBeLessThan((5 * deviation) / Math.sqrt(count));
  }
});

test('seed, pass and purpose fix every bit of the noise, for good', () => {
  const spikes = Int16Array.from({ length: 16 }, (_, index) => index - 4);
  maskSpikes(spikes, { probability: 0.3, rescale: true }, randomStream(2026, 1, 7));
  const requantization = {
    bits: 8,
    multiplier: new Uint8Array(16).fill(5),
    shift: new Int8Array(16).fill(6),
  } as const;
  const fired = new Int16Array(16);
  const potentials = Float64Array.from({ length: 16 }, (_, index) => index * 13 - 40);
  const neurons = new StochasticNeurons({ kind: 'none' }, requantization, WIDE, 2);
  neurons.fire(potentials, 0, fired, 0, randomStream(2026, 1, 6));
  // Both computed in rational arithmetic from the documented formulas, outside this project.
  expect(Array.from(spikes)).toEqual([-6, -4, -3, -2, 0, 2, 0, 4, 6, 7, 9, 0, 0, 12, 15, 0]);
  expect(Array.from(fired)).toEqual([-3, -1, -1, 0, 2, 1, 3, 5, 4, 5, 7, 8, 10, 10, 10, 13]);
});
