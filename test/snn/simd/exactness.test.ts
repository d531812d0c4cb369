import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { referenceTensors } from '../../../src/snn/engines/reference.ts';
import { SimdEngine } from '../../../src/snn/engines/simd/engine.ts';
import {
  createEngine,
  dequantizeOutput,
  type Network,
  readNetwork,
} from '../../../src/snn/index.ts';
import { lacks } from '../../requirements.ts';
import { buildNetwork, networkArbitrary } from '../random-network.ts';
import { extremeImages, RECORDED_MODELS, readRecorded, readShipped } from './networks.ts';

const TIERS = ['relaxed', 'v128'] as const;

function expectSameTensors(network: Network, engine: SimdEngine, image: Uint8Array): void {
  engine.run(image);
  for (const [name, values] of referenceTensors(network, image)) {
    const tensor = engine.tensor(name);
    if (tensor !== undefined) expect(tensor, `${engine.tier} '${name}'`).toEqual(values);
  }
}

describe.skipIf(lacks('shared', 'SIMD engine on the exactness vectors'))(
  'recorded networks',
  () => {
    test.each(RECORDED_MODELS)('%s: both tiers give the recorded outputs', (name, model) => {
      const { network, images, outputs } = readRecorded(name, model);
      for (const tier of TIERS) {
        const engine = new SimdEngine(network, { tier });
        for (const [index, image] of images.entries()) {
          const { output } = engine.run(image);
          expect([...dequantizeOutput(network, output)], tier).toEqual(outputs[index]);
        }
      }
    });

    test.each(RECORDED_MODELS)('%s: every tensor is the reference engine’s', (name, model) => {
      const { network, images } = readRecorded(name, model);
      const [image = new Uint8Array()] = images;
      for (const tier of TIERS) {
        expectSameTensors(network, new SimdEngine(network, { tier, keepTensors: true }), image);
      }
    });

    test.each(RECORDED_MODELS)(
      '%s: extreme images give the event engine’s results',
      (name, model) => {
        const { network } = readRecorded(name, model);
        const event = createEngine('event', network);
        for (const tier of TIERS) {
          const engine = new SimdEngine(network, { tier });
          for (const image of extremeImages(network)) {
            const { output, outputs, spikeCounts } = event.run(image);
            expect(engine.run(image)).toEqual({ output, outputs, spikeCounts });
          }
        }
      },
    );
  },
);

test('the shipped network gives the event engine’s results in both tiers', () => {
  const network = readShipped();
  const event = createEngine('event', network);
  for (const tier of TIERS) {
    const engine = new SimdEngine(network, { tier });
    for (const image of extremeImages(network)) {
      const { output, outputs, spikeCounts } = event.run(image);
      expect(engine.run(image)).toEqual({ output, outputs, spikeCounts });
    }
  }
});

test('in random networks every tensor is the reference engine’s, in both tiers', () => {
  fc.assert(
    fc.property(networkArbitrary, (spec) => {
      const { file, image } = buildNetwork(spec);
      const network = readNetwork(file);
      const { output, outputs, spikeCounts } = createEngine('reference', network).run(image);
      for (const tier of TIERS) {
        expectSameTensors(network, new SimdEngine(network, { tier, keepTensors: true }), image);
        const engine = new SimdEngine(network, { tier });
        engine.run(extremeImages(network)[3] ?? image); // must leave nothing behind
        expect(engine.run(image)).toEqual({ output, outputs, spikeCounts });
      }
    }),
    { numRuns: 150 },
  );
});

test('an image of the wrong size is refused', () => {
  const run = () => new SimdEngine(readShipped()).run(new Uint8Array(3));
  expect(run).toThrow(expect.objectContaining({ code: 'image-invalid' }));
});
