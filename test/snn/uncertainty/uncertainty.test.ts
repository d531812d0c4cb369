import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimdEngine } from '../../../src/snn/engines/simd/engine.ts';
import {
  classify,
  EventEngine,
  type Head,
  type Network,
  readNetwork,
  tailWithin,
  UncertaintySampler,
  type UncertaintySettings,
} from '../../../src/snn/index.ts';
import { StochasticTail } from '../../../src/snn/uncertainty/tail.ts';
import { lacks } from '../../requirements.ts';
import { qanaIsPresent, readQana } from '../explain/qana.ts';
import { smallNetwork } from '../explain/small-network.ts';
import { buildNetwork, networkArbitrary, randomIntegers } from '../random-network.ts';
import { readShared, VECTOR_MODELS } from '../shared-files.ts';

/** Names of the layers up to the spike counts. */
function layersToCounts({ operators, spikeTensor }: Network): string[] {
  const last = operators.findIndex(({ output }) => output === spikeTensor);
  return operators.slice(0, last + 1).map(({ name }) => name);
}

/** Whether a layer from this one on can be masked. */
function canMask(network: Network, from: string): boolean {
  try {
    const masking = { probability: 0.1, rescale: false };
    return new StochasticTail(network, from, { thresholdWidth: 0, masking }) !== undefined;
  } catch {
    return false;
  }
}

test('without noise, and with masks of probability 0, every tail gives the plain counts', () => {
  fc.assert(
    fc.property(networkArbitrary, fc.boolean(), (spec, rescale) => {
      const { file, image } = buildNetwork(spec);
      const network = readNetwork(file);
      const engine = new EventEngine(network);
      const { spikeCounts, layerActivity } = engine.run(image);
      for (const [index, from] of layersToCounts(network).entries()) {
        const masking = canMask(network, from) ? { masking: { probability: 0, rescale } } : {};
        const tail = new StochasticTail(network, from, { thresholdWidth: 0, ...masking });
        tail.freeze(engine);
        for (const pass of [0, 1]) {
          const result = tail.run(9, pass);
          expect(result.spikeCounts, from).toEqual(spikeCounts);
          const counted = layerActivity.slice(index, layersToCounts(network).length);
          const operations = counted.reduce((sum, layer) => sum + layer.synapticOperations, 0);
          expect(result.synapticOperations).toBe(operations);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('layers that do not lead to the spike counts are not run', () => {
  const { file, image } = smallNetwork(8);
  const network = readNetwork(file);
  const [first] = network.operators;
  if (first === undefined) throw new Error('no layers');
  const aside = { ...first, name: 'aside', output: 'aside' };
  const wider = { ...network, operators: [first, aside, ...network.operators.slice(1)] };
  const engine = new EventEngine(network);
  const { spikeCounts } = engine.run(image);
  const tail = new StochasticTail(wider, first.name, { thresholdWidth: 0 });
  tail.freeze(engine);
  expect(tail.run(1, 0).spikeCounts).toEqual(spikeCounts);
  expect(tail.macs).toBe(new StochasticTail(network, first.name, { thresholdWidth: 0 }).macs);
});

test('noise keeps every count within 0 and its proven range', () => {
  fc.assert(
    fc.property(networkArbitrary, fc.constantFrom(1, 16), (spec, thresholdWidth) => {
      const { file, image } = buildNetwork(spec);
      const network = readNetwork(file);
      const from = network.operators[0]?.name ?? '';
      const masking = { masking: { probability: 0.5, rescale: true } };
      const tail = new StochasticTail(network, from, {
        thresholdWidth: thresholdWidth === 1 ? 1 : 16,
        ...(canMask(network, from) ? masking : {}),
      });
      const engine = new EventEngine(network);
      engine.run(image);
      tail.freeze(engine);
      const { low, high } = network.tensors[network.spikeTensor] ?? { low: 0, high: 0 };
      for (const count of tail.run(spec.seed, 0).spikeCounts) {
        expect(count).toBeGreaterThanOrEqual(Math.min(low, 0));
        expect(count).toBeLessThanOrEqual(Math.max(high, 0));
      }
    }),
    { numRuns: 60 },
  );
});

const PLAIN = { seed: 5, passes: 8, thresholdWidth: 0 } as const;

describe.skipIf(!qanaIsPresent)('on the shipped network', () => {
  const { network, head, cases } = readQana();
  const engine = new EventEngine(network);
  const [first, second] = cases;
  const from = tailWithin(network, 0.15);
  const noisy: UncertaintySettings = {
    seed: 5,
    passes: 8,
    from,
    thresholdWidth: 2,
    masking: { probability: 0.1, rescale: true },
  };
  const sample = (image: Uint8Array | undefined, settings: UncertaintySettings, by = head) => {
    engine.run(image ?? new Uint8Array());
    return new UncertaintySampler(network, by, settings).sample(engine);
  };

  test('without noise the passes are the plain reading, and nothing is uncertain between them', () => {
    for (const { image } of cases) {
      const { spikeCounts, layerActivity } = engine.run(image);
      const alike = spikeCounts.map((count) => count * head.views);
      const { probabilities } = classify(head, alike);
      const result = sample(image, { ...PLAIN, from });
      const index = network.operators.findIndex(({ name }) => name === from);
      const tail = layerActivity.slice(index);
      const operations = tail.reduce((sum, layer) => sum + layer.synapticOperations, 0);
      expect(result.cost.synapticOperations).toBe(PLAIN.passes * operations);
      expect(result.classes.map(({ mean }) => mean)).toEqual(Array.from(probabilities));
      expect(result.classes.map(({ code }) => code)).toEqual(head.classes.map(({ code }) => code));
      expect(result.mutualInformation).toBe(0);
      expect(result.agreement).toBe(1);
    }
  });

  test('the same seed gives the same bits, whatever the sampler read before', () => {
    const once = sample(first?.image, noisy);
    const sampler = new UncertaintySampler(network, head, noisy);
    engine.run(second?.image ?? new Uint8Array());
    const other = sampler.sample(engine);
    engine.run(first?.image ?? new Uint8Array());
    expect(sampler.sample(engine)).toEqual(once);
    expect(other.classes).not.toEqual(once.classes);
  });

  test('another seed gives other passes, and both noises alone are seen', () => {
    const { masking: _, ...thresholdsOnly } = noisy;
    const results = [
      noisy,
      { ...noisy, seed: 6 },
      thresholdsOnly,
      { ...noisy, thresholdWidth: 0 } as const,
      { ...noisy, masking: { probability: 0.1, rescale: false } },
    ].map((settings) => sample(first?.image, settings));
    expect(new Set(results.map(({ classes }) => JSON.stringify(classes))).size).toBe(5);
    for (const { mutualInformation, classes } of results) {
      expect(mutualInformation).toBeGreaterThan(0);
      expect(classes.some(({ low, high }) => low < high)).toBe(true);
    }
  });

  test('fewer passes are the first of more, since each has a stream of its own', () => {
    const tail = new StochasticTail(network, from, noisy);
    engine.run(first?.image ?? new Uint8Array());
    tail.freeze(engine);
    const forward = [0, 1, 2].map((pass) => tail.run(5, pass).spikeCounts);
    const backward = [2, 1, 0].map((pass) => tail.run(5, pass).spikeCounts);
    expect(backward.toReversed()).toEqual(forward);
    expect(forward[0]).not.toEqual(forward[1]);
  });

  test('the SIMD engine and the event engine give the same passes', () => {
    const simd = new SimdEngine(network, { keepTensors: true });
    simd.run(first?.image ?? new Uint8Array());
    const sampler = new UncertaintySampler(network, head, noisy);
    expect(sampler.sample(simd)).toEqual(sample(first?.image, noisy));
    expect(() => sampler.sample({ tensor: () => undefined })).toThrow(RangeError);
  });

  test('the result states its settings and its cost', () => {
    const { settings, cost } = sample(first?.image, noisy);
    expect(settings).toEqual(noisy);
    const index = network.operators.findIndex(({ name }) => name === from);
    const macs = network.operators.slice(index).reduce((sum, operator) => sum + operator.macs, 0);
    expect(cost).toMatchObject({
      passes: 8,
      macsPerPass: macs,
      shareOfNetwork: macs / network.macs,
      equivalentRuns: (8 * macs) / network.macs,
    });
    expect(cost.synapticOperations).toBeGreaterThan(0);
    expect(cost.synapticOperations).toBeLessThan(9 * macs);
  });

  test('the tail within a share of the cost is the longest one', () => {
    const macsFrom = (name: string) => {
      const index = network.operators.findIndex((operator) => operator.name === name);
      return network.operators.slice(index).reduce((sum, { macs }) => sum + macs, 0);
    };
    for (const share of [0.05, 0.15, 0.5]) {
      const start = tailWithin(network, share);
      expect(macsFrom(start)).toBeLessThanOrEqual(share * network.macs);
      const index = network.operators.findIndex(({ name }) => name === start);
      const before = network.operators[index - 1]?.name ?? '';
      expect(macsFrom(before)).toBeGreaterThan(share * network.macs);
    }
    expect(tailWithin(network, 0)).toBe(network.operators.at(-1)?.name);
    expect(tailWithin(network, 1)).toBe(network.operators[0]?.name);
  });

  test('settings that mean nothing are refused', () => {
    const make = (change: Partial<UncertaintySettings>, by: Head = head) =>
      new UncertaintySampler(network, by, { ...noisy, ...change });
    for (const change of [
      { seed: -1 },
      { seed: 2 ** 32 },
      { seed: 0.5 },
      { passes: 0 },
      { passes: 4097 },
      { passes: 1.5 },
      { from: 'no such layer' },
      { from: network.operators.at(-1)?.name ?? '' },
      { thresholdWidth: 3 as 2 },
      { masking: { probability: 1, rescale: false } },
      { masking: { probability: -0.1, rescale: false } },
      { masking: { probability: Number.NaN, rescale: false } },
      { masking: { probability: 0.6, rescale: true } },
    ]) {
      expect(() => make(change), JSON.stringify(change)).toThrow(RangeError);
    }
    for (const change of [
      { seed: 0 },
      { seed: 2 ** 32 - 1 },
      { passes: 1 },
      { passes: 4096 },
      { masking: { probability: 0, rescale: false } },
      { masking: { probability: 0.99, rescale: false } },
      { masking: { probability: 0.5, rescale: true } },
    ])
      expect(() => make(change), JSON.stringify(change)).not.toThrow();
    const foreign = { ...head, networkSha256: '0'.repeat(64) };
    expect(() => make({}, foreign)).toThrow(expect.objectContaining({ code: 'head-invalid' }));
  });
});

describe.skipIf(lacks('shared', 'stochastic passes over the shared vectors'))(
  'shared vectors',
  () => {
    test.each(VECTOR_MODELS)('%s: without noise every tail gives the plain counts', (model) => {
      const network = readNetwork(readShared(`vectors/${model}.onnx`));
      const size = network.input.shape.reduce((product, extent) => product * extent, 1);
      const random = randomIntegers(21);
      const engine = new EventEngine(network);
      const { spikeCounts } = engine.run(Uint8Array.from({ length: size }, () => random(0, 255)));
      const layers = layersToCounts(network);
      for (const from of [layers[0], layers[Math.floor(layers.length / 2)], layers.at(-1)]) {
        const tail = new StochasticTail(network, from ?? '', { thresholdWidth: 0 });
        tail.freeze(engine);
        expect(tail.run(1, 0).spikeCounts).toEqual(spikeCounts);
      }
    });
  },
);
