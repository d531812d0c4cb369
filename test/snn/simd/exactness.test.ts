import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimdEngine } from '../../../src/snn/engines/simd/engine.ts';
import { createEngine, dequantizeOutput, readNetwork } from '../../../src/snn/index.ts';
import { lacks } from '../../requirements.ts';
import { expectEnginesToAgree } from '../engines.ts';
import { buildNetwork, networkArbitrary } from '../random-network.ts';
import { extremeImages, RECORDED_MODELS, readRecorded, readShipped } from './networks.ts';

const TIERS = ['relaxed', 'v128'] as const;

describe.skipIf(lacks('shared', 'SIMD engine on the exactness vectors'))(
  'recorded networks',
  () => {
    test.each(RECORDED_MODELS)('%s: both tiers give the recorded outputs', (name, model) => {
      const { network, images, outputs } = readRecorded(name, model);
      for (const tier of TIERS) {
        const engine = new SimdEngine(network, { tier });
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

test('a machine whose dot product is exact to 127 only runs part of the layers without it', () => {
  const network = readShipped();
  const engine = new SimdEngine(network, { onlyTo127: true });
  const dots = engine.plan.steps.flatMap((step) => ('dot' in step ? [step.dot] : []));
  expect(new Set(dots)).toEqual(new Set(['relaxed', 'v128']));
  const event = createEngine('event', network);
  for (const image of extremeImages(network)) {
    const { output, outputs, spikeCounts } = event.run(image);
    expect(engine.run(image)).toEqual({ output, outputs, spikeCounts });
  }
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
