import { expect, test } from 'vitest';
import type { Convolution, Network, Tensor } from '../../../src/snn/network.ts';
import { randomStream } from '../../../src/snn/random.ts';
import { maskSpikes, StochasticNeurons } from '../../../src/snn/uncertainty/noise.ts';
import { StochasticTail } from '../../../src/snn/uncertainty/tail.ts';
import { randomIntegers } from '../random-network.ts';

/** Two neurons count the spikes of `hidden` rectified neurons that see one pixel. */
interface TwoLayers {
  readonly weights: Int8Array;
  readonly countWeights: Int8Array;
  readonly shift: number;
  readonly countShift: number;
}

const COUNTS = 2;
const PLACE = {
  kernel: [1, 1],
  stride: [1, 1],
  pads: { top: 0, left: 0, bottom: 0, right: 0 },
} as const;

function twoLayers({ weights, countWeights, shift, countShift }: TwoLayers): Network {
  const hidden = weights.length;
  const layer = (
    from: [name: string, channels: number],
    to: [name: string, channels: number],
    change: Pick<Convolution, 'weights' | 'pool' | 'potentialBound'>,
    divisor: number,
  ): Convolution => ({
    kind: 'convolution',
    name: to[0],
    type: 'test',
    inputs: [from[0]],
    output: to[0],
    outputShape: [to[1], 1, 1],
    macs: from[1] * to[1],
    float32Exact: true,
    inputShape: [from[1], 1, 1],
    bias: new Int32Array(to[1]),
    activation: { kind: 'relu' },
    depthwise: false,
    ...PLACE,
    padValue: new Int32Array(from[1]),
    potentialShape: [to[1], 1, 1],
    requantization: {
      bits: 8,
      multiplier: new Uint8Array(to[1]).fill(1),
      shift: new Int8Array(to[1]).fill(divisor),
    },
    ...change,
  });
  const tensor = (channels: number, type: 'uint8' | 'int8', high: number): Tensor => ({
    type,
    shape: [channels, 1, 1],
    low: 0,
    high,
  });
  const output = {
    name: 'y',
    tensor: 'counts',
    shape: [COUNTS, 1, 1],
    scale: Float32Array.of(1, 1),
  } as const;
  return {
    sha256: '',
    input: {
      tensor: 'pixel',
      shape: [1, 1, 1],
      layout: 'CHW',
      scale: Float32Array.of(1),
      zeroPoint: Int32Array.of(0),
    },
    operators: [
      layer(
        ['pixel', 1],
        ['hidden', hidden],
        { weights, pool: { kind: 'none' }, potentialBound: 255 * 127 },
        shift,
      ),
      layer(
        ['hidden', hidden],
        ['counts', COUNTS],
        { weights: countWeights, pool: { kind: 'sum' }, potentialBound: hidden * 127 * 127 },
        countShift,
      ),
    ],
    tensors: {
      pixel: tensor(1, 'uint8', 255),
      hidden: tensor(hidden, 'int8', 127),
      counts: tensor(COUNTS, 'int8', 127),
    },
    outputs: [output],
    output,
    spikeTensor: 'counts',
    macs: hidden + hidden * COUNTS,
  };
}

const pixel = (value: number) => ({ tensor: () => Int32Array.of(value) });

test('a pass draws its noise from the documented streams, layer by layer', () => {
  const random = randomIntegers(1);
  const hidden = 40;
  const weights = Int8Array.from({ length: hidden }, () => random(-60, 127));
  const countWeights = Int8Array.from({ length: COUNTS * hidden }, () => random(-20, 127));
  const network = twoLayers({ weights, countWeights, shift: 8, countShift: 11 });
  const [first, last] = network.operators as readonly Convolution[];
  const { hidden: hiddenTensor, counts: countTensor } = network.tensors;
  if (!first || !last || !hiddenTensor || !countTensor) throw new Error('no network');
  const masking = { probability: 0.3, rescale: true };
  const tail = new StochasticTail(network, 'hidden', { thresholdWidth: 2, masking });
  tail.freeze(pixel(211));
  for (const pass of [0, 1, 2]) {
    const spikes = new Int16Array(hidden);
    const neurons = new StochasticNeurons(first.activation, first.requantization, hiddenTensor, 2);
    const potentials = Float64Array.from(weights, (weight) => 211 * weight);
    neurons.fire(potentials, 0, spikes, 0, randomStream(77, pass, 0));
    maskSpikes(spikes, masking, randomStream(77, pass, 1));
    const sums = Float64Array.from({ length: COUNTS }, (_, k) =>
      Math.max(
        spikes.reduce((sum, spike, c) => sum + spike * (countWeights[k * hidden + c] ?? 0), 0),
        0,
      ),
    );
    const counts = new Int16Array(COUNTS);
    const counters = new StochasticNeurons({ kind: 'none' }, last.requantization, countTensor, 1);
    counters.fire(sums, 0, counts, 0, randomStream(77, pass, 2));
    expect(Array.from(tail.run(77, pass).spikeCounts)).toEqual(Array.from(counts));
  }
});

test('rescaled spikes cannot overflow potentials that share a double', () => {
  const hidden = 2060; // 2060·127·127 is just below 2^25, twice that is above
  const network = twoLayers({
    weights: new Int8Array(hidden).fill(127),
    countWeights: new Int8Array(COUNTS * hidden).fill(127),
    shift: 4,
    countShift: 19,
  });
  const masking = { probability: 0.5, rescale: true };
  const tail = new StochasticTail(network, 'hidden', { thresholdWidth: 0, masking });
  tail.freeze(pixel(255));
  for (let pass = 0; pass < 12; pass++) {
    const [even = 0, odd = 0] = tail.run(1, pass).spikeCounts;
    expect(even).toBe(odd);
    expect(Math.abs(even - 63)).toBeLessThan(8);
  }
});

test('a spike count is rounded up or down, however wide the noise, and without a spike it is 0', () => {
  const network = twoLayers({
    weights: Int8Array.of(127, 1),
    countWeights: Int8Array.of(100, 0, 0, 0),
    shift: 8,
    countShift: 9,
  });
  const tail = new StochasticTail(network, 'counts', { thresholdWidth: 16 });
  tail.freeze({ tensor: () => Int32Array.of(100, 0) }); // 100·100 / 512 = 19.53
  const seen = new Set<number>();
  for (let pass = 0; pass < 40; pass++) {
    const [count = -1, silent] = tail.run(3, pass).spikeCounts;
    seen.add(count);
    expect(silent).toBe(0);
  }
  expect([...seen].sort()).toEqual([19, 20]);
});
