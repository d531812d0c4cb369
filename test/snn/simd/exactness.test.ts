import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimdEngine } from '../../../src/snn/engines/simd/engine.ts';
import { shareProgram } from '../../../src/snn/engines/simd/program.ts';
import { dequantizeOutput, type Operator, readNetwork } from '../../../src/snn/index.ts';
import { tensorOf } from '../../../src/snn/network.ts';
import { lacks } from '../../requirements.ts';
import { expectEnginesToAgree } from '../engines.ts';
import { buildNetwork, networkArbitrary } from '../random-network.ts';
import { extremeImages, RECORDED_MODELS, readRecorded, readShipped } from './networks.ts';

const TIERS = [
  ['relaxed', 255],
  ['relaxed', 127],
  ['v128', 0],
] as const;

describe.skipIf(lacks('shared', 'SIMD engine on the exactness vectors'))(
  'recorded networks',
  () => {
    test.each(RECORDED_MODELS)('%s: every tier gives the recorded outputs', (name, model) => {
      const { network, images, outputs } = readRecorded(name, model);
      for (const [tier, relaxedTo] of TIERS) {
        const engine = new SimdEngine(network, { relaxedTo });
        expect(engine.tier).toBe(tier);
        for (const [index, image] of images.entries()) {
          const { output } = engine.run(image);
          expect([...dequantizeOutput(network, output)], tier).toEqual(outputs[index]);
        }
      }
    });

    test.each(RECORDED_MODELS)('%s: every layer agrees on extreme images', (name, model) => {
      const { network } = readRecorded(name, model);
      expectEnginesToAgree(network, extremeImages(network).slice(0, network.macs > 5e6 ? 2 : 4));
    });
  },
);

test('every layer of the shipped network agrees on extreme images', () => {
  const network = readShipped();
  expectEnginesToAgree(network, extremeImages(network).slice(1, 3));
});

test('where the dot product is exact to 127 only, other layers use it over split weights', () => {
  const network = readShipped();
  const engine = new SimdEngine(network, { relaxedTo: 127 });
  const steps = engine.plan.steps.filter((step) => 'dot' in step);
  expect(new Set(steps.map(({ dot }) => dot))).toEqual(new Set(['relaxed', 'split']));
  for (const { dot, operator } of steps) {
    const { low, high } = tensorOf(network, operator.inputs[0] ?? '');
    expect(dot, operator.name).toBe(low < 0 || high > 127 ? 'split' : 'relaxed');
  }
});

test('padding above 127 around an image of small values counts as what it is', () => {
  const shape = { channels: 1, height: 3, width: 3, signed: false, layout: 'CHW' } as const;
  const drawn = { seed: 1959236374, layers: [], end: 'potential', moreOutputs: 0 } as const;
  const network = readNetwork(buildNetwork({ ...shape, ...drawn }).file);
  const [first] = network.operators;
  expect(first).toMatchObject({ kind: 'convolution', padValue: Int32Array.of(142) });
  expect(tensorOf(network, network.input.tensor).high).toBeLessThan(128);
  expectEnginesToAgree(network, extremeImages(network));
});

test('a weight of −128, whose magnitude has no seven bits, keeps its layer off the relaxed dot', () => {
  const network = readShipped();
  const signed = (operator: Operator) => tensorOf(network, operator.inputs[0] ?? '').low < 0;
  const index = network.operators.findIndex((each) => each.kind === 'convolution' && signed(each));
  const operators = network.operators.map((operator, at) => {
    if (at !== index || operator.kind !== 'convolution') return operator;
    return { ...operator, weights: operator.weights.with(5, -128) };
  });
  const changed = { ...network, operators };
  const { plan } = new SimdEngine(changed, { relaxedTo: 127 });
  const name = operators[index]?.name;
  const step = plan.steps.find((each) => 'dot' in each && each.operator.name === name);
  expect(step).toMatchObject({ dot: 'v128' });
  expectEnginesToAgree(changed, extremeImages(network).slice(3));
});

test('engines that share one memory give what an engine of its own gives', () => {
  const network = readShipped();
  const alone = new SimdEngine(network);
  const shared = shareProgram(network, 2);
  const engines = [0, 1].map((slot) => new SimdEngine(network, { shared, slot }));
  for (const image of extremeImages(network)) {
    const expected = alone.run(image);
    for (const engine of engines) expect(engine.run(image)).toEqual(expected);
  }
  expect(() => new SimdEngine(network, { shared, slot: 2 })).toThrow(RangeError);
  // Its constants lie where another plan would not look for them.
  expect(() => new SimdEngine(network, { shared, keepTensors: true })).toThrow(RangeError);
  expect(() => new SimdEngine(network, { shared, zeros: new Map() })).toThrow(RangeError);
});

test('every layer of random networks agrees on extreme images', () => {
  fc.assert(
    fc.property(networkArbitrary, (spec) => {
      const network = readNetwork(buildNetwork(spec).file);
      expectEnginesToAgree(network, extremeImages(network));
    }),
    { numRuns: 100 },
  );
});

test('an image of the wrong size is refused', () => {
  const run = () => new SimdEngine(readShipped()).run(new Uint8Array(3));
  expect(run).toThrow(expect.objectContaining({ code: 'image-invalid' }));
});
