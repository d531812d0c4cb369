import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTensor, type TensorSource } from '../../../src/snn/engines/engine.ts';
import { referenceTensors } from '../../../src/snn/engines/reference.ts';
import { SimdEngine } from '../../../src/snn/engines/simd/engine.ts';
import { spikeLayerPotentials } from '../../../src/snn/explain/spike-layer.ts';
import { gatedFeatures } from '../../../src/snn/head/classify.ts';
import {
  type ClassExplanation,
  classify,
  EventEngine,
  explain,
  type Head,
  type Network,
  readNetwork,
  sumCounts,
  views,
} from '../../../src/snn/index.ts';
import { lacks } from '../../requirements.ts';
import { buildNetwork, networkArbitrary, randomIntegers } from '../random-network.ts';
import { readShared, VECTOR_MODELS } from '../shared-files.ts';
import { approximately, exactly, exactProduct } from './dyadic.ts';
import { qanaIsPresent, readQana } from './qana.ts';
import { randomHead } from './random-head.ts';
import { runs } from './runs.ts';
import { smallNetwork } from './small-network.ts';

/** Terms in the order in which they are added; the residual comes last. */
function terms({ map, bias, rounding, saturation }: ClassExplanation): number[] {
  return [...map, bias, rounding, saturation];
}

function expectIdentity(each: ClassExplanation, shuffle: (n: number) => number): void {
  const parts = terms(each);
  const sum = [...parts, each.residual].reduce((total, part) => total + exactly(part), 0n);
  expect(sum, `${each.code} as real numbers`).toBe(exactly(each.score));
  for (let index = parts.length - 1; index > 0; index--) {
    const other = shuffle(index);
    [parts[index], parts[other]] = [parts[other] ?? 0, parts[index] ?? 0];
  }
  const inDoubles = parts.reduce((total, part) => total + part, 0) + each.residual;
  expect(inDoubles, `${each.code} in doubles, shuffled`).toBe(each.score);
}

/**
 * What a position adds to the unrounded score, from the formula, as an exact number of
 * 2^(−1074·5): the change of Σ W·g·scale·M/2^s·A when its potentials become zero.
 */
function exactContribution(
  network: Network,
  head: Head,
  tensors: TensorSource,
  row: number,
  position: number,
): bigint {
  const { layer, activated } = spikeLayerPotentials(network, tensors);
  const { gates } = gatedFeatures(head, readTensor(tensors, network.spikeTensor));
  const { multiplier, shift } = layer.requantization;
  const { weights, columns } = head.classifier;
  let sum = 0n;
  for (let k = 0; k < columns; k++) {
    sum += exactProduct(
      weights[row * columns + k] ?? 0,
      gates[k] ?? 0,
      head.featureScale[k] ?? 0,
      (multiplier[k] ?? 0) * 2 ** -(shift[k] ?? 0),
      activated[position * columns + k] ?? 0,
    );
  }
  return sum;
}

function referenceSource(network: Network, image: Uint8Array): TensorSource {
  const tensors = referenceTensors(network, image);
  return { tensor: (name) => tensors.get(name) };
}

describe('in random networks with random heads', () => {
  test('map + bias + rounding + saturation + residual is the score, to the last bit', () => {
    fc.assert(
      fc.property(networkArbitrary, fc.integer({ min: 0, max: 30 }), (spec, exponent) => {
        const { file, image } = buildNetwork(spec);
        const network = readNetwork(file);
        const head = randomHead(network, spec.seed, exponent);
        const engine = new EventEngine(network);
        const { spikeCounts } = engine.run(image);
        const { logits } = classify(head, spikeCounts);
        const { classes, unit } = explain(network, head, engine);
        const random = randomIntegers(spec.seed);
        for (const [row, each] of classes.entries()) {
          expect(each.score).toBe(logits[row]);
          expect(terms(each).every((term) => Number.isSafeInteger(term / unit))).toBe(true);
          expectIdentity(each, (n) => random(0, n));
        }
      }),
      { numRuns: 120 },
    );
  });

  test('zeroing a position changes the unrounded score by its entry of the map', () => {
    fc.assert(
      fc.property(networkArbitrary, (spec) => {
        const { file, image } = buildNetwork(spec);
        const network = readNetwork(file);
        const head = randomHead(network, spec.seed);
        const tensors = referenceSource(network, image);
        const { classes, unit } = explain(network, head, tensors);
        for (const [row, { map }] of classes.entries()) {
          for (const [position, entry] of map.entries()) {
            const exact = exactContribution(network, head, tensors, row, position);
            const error = exactly(entry) * exactProduct(1, 1, 1, 1) - exact;
            // The unit is a 2^−50th of the terms' magnitudes; 20 products and sums of doubles.
            expect(Math.abs(approximately(error, 5))).toBeLessThanOrEqual(16 * unit);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('the event engine, the SIMD engine and the reference explain alike', () => {
    fc.assert(
      fc.property(networkArbitrary, (spec) => {
        const { file, image } = buildNetwork(spec);
        const network = readNetwork(file);
        const head = randomHead(network, spec.seed);
        const engine = new EventEngine(network);
        engine.run(image);
        const fromReference = explain(network, head, referenceSource(network, image));
        expect(explain(network, head, engine)).toEqual(fromReference);
        const simd = new SimdEngine(network, { keepTensors: true });
        simd.run(image);
        expect(explain(network, head, simd)).toEqual(fromReference);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the terms of an explanation', () => {
  const { file, image } = smallNetwork(7);
  const network = readNetwork(file);
  const engine = new EventEngine(network);
  const { spikeCounts } = engine.run(image);

  test('hold where features cancel and the score is far below a unit', () => {
    const random = randomHead(network, 3);
    const featureOffset = Float64Array.from(
      random.featureScale,
      (scale, k) => -(spikeCounts[k] ?? 0) * scale,
    );
    for (const tiny of [2 ** -200, -(2 ** -90) * 0.7, 1e-300, 0]) {
      const bias = new Float64Array(3).fill(tiny);
      const classifier = { ...random.classifier, bias };
      const { classes, unit } = explain(network, { ...random, featureOffset, classifier }, engine);
      expect(unit).toBeGreaterThan(2 ** -60);
      for (const each of classes) {
        expect(each.score).toBe(tiny);
        expectIdentity(each, () => 0);
      }
    }
  });

  test('are the bias alone where the classifier has no weights', () => {
    const random = randomHead(network, 4);
    const { rows, columns, bias } = random.classifier;
    const classifier = { rows, columns, bias, weights: new Float64Array(rows * columns) };
    const { classes } = explain(network, { ...random, classifier }, engine);
    for (const [row, { map, score, rounding }] of classes.entries()) {
      expect(score).toBe(bias[row]);
      expect([...map, rounding].every((term) => term === 0)).toBe(true);
    }
  });

  test('are all 0 where the classifier is', () => {
    const random = randomHead(network, 4);
    const weights = new Float64Array(random.classifier.weights.length);
    const classifier = { ...random.classifier, weights, bias: new Float64Array(3) };
    for (const each of explain(network, { ...random, classifier }, engine).classes) {
      expect([...terms(each), each.residual, each.score].every((term) => term === 0)).toBe(true);
    }
  });

  test('name the rounding and the clipping of the pooled counts apart', () => {
    const head = randomHead(network, 5);
    const { classes } = explain(network, head, engine);
    const { layer, activated } = spikeLayerPotentials(network, engine);
    const { gates } = gatedFeatures(head, spikeCounts);
    for (const [row, { rounding, saturation }] of classes.entries()) {
      let expectedRounding = 0;
      let expectedSaturation = 0;
      for (const [k, gate] of gates.entries()) {
        const sum = activated.filter((_, index) => index % gates.length === k);
        const { multiplier, shift } = layer.requantization;
        const count =
          (sum.reduce((total, value) => total + value, 0) * (multiplier[k] ?? 0)) /
          2 ** (shift[k] ?? 0);
        const weight = head.classifier.weights[row * gates.length + k] ?? 0;
        const perCount = weight * gate * (head.featureScale[k] ?? 0);
        expectedRounding += perCount * (Math.round(count) - count);
        expectedSaturation += perCount * ((spikeCounts[k] ?? 0) - Math.round(count));
      }
      expect(rounding).toBeCloseTo(expectedRounding, 9);
      expect(saturation).toBeCloseTo(expectedSaturation, 9);
    }
  });

  test('are refused for another head, for tensors of another run and for a map never pooled', () => {
    const head = randomHead(network, 6);
    const other = { ...head, networkSha256: '0'.repeat(64) };
    expect(() => explain(network, other, engine)).toThrow(
      expect.objectContaining({ code: 'head-invalid' }),
    );
    const unpooled = { ...network, spikeTensor: network.operators[0]?.output ?? '' };
    expect(() => explain(unpooled, head, engine)).toThrow(
      expect.objectContaining({ code: 'graph-invalid' }),
    );
    const none = { tensor: () => undefined };
    expect(() => explain(network, head, none)).toThrow(/no tensor/);
    const stale = { tensor: (name: string) => engine.tensor(name).map((value) => value + 1) };
    expect(() => explain(network, head, stale)).toThrow(RangeError);
    const huge = Float64Array.from(head.classifier.weights, (_, k) =>
      k % 2 === 0 ? 1e308 : -1e308,
    );
    const cancelling = {
      ...head,
      featureScale: head.featureScale.map(() => 0),
      featureOffset: head.featureOffset.map(() => 1),
      classifier: { ...head.classifier, weights: huge },
    };
    expect(classify(cancelling, spikeCounts).logits.every(Number.isFinite)).toBe(true);
    expect(() => explain(network, cancelling, engine)).toThrow(/terms that are not finite/);
    const steep = { ...head, featureScale: head.featureScale.map(() => 1.7e308) };
    expect(() => explain(network, steep, engine)).toThrow(
      expect.objectContaining({ code: 'head-invalid' }),
    );
  });
});

describe.skipIf(!qanaIsPresent)('on the shipped network and the golden images', () => {
  test('the identity holds to the last bit for every class', () => {
    const { network, head, cases } = readQana();
    const engine = new EventEngine(network);
    const random = randomIntegers(1);
    for (const { image } of cases) {
      const images = views(image, network.input.shape, head.views);
      const counts = images.map((view) => engine.run(view).spikeCounts);
      const { logits } = classify(head, sumCounts(counts));
      const { classes, height, width } = explain(network, head, runs(engine, images));
      expect(classes.map(({ code }) => code)).toEqual(head.classes.map(({ code }) => code));
      for (const [row, each] of classes.entries()) {
        expect(each.map).toHaveLength(height * width);
        expect(each.score).toBe(logits[row]);
        expectIdentity(each, (n) => random(0, n));
        expect(Math.abs(each.residual)).toBeLessThan(1e-12);
      }
    }
  });

  test('each entry of a map is what zeroing its position takes from the unrounded score', () => {
    const { network, cases, ...shipped } = readQana();
    const head: Head = { ...shipped.head, views: 1 };
    const engine = new EventEngine(network);
    engine.run(cases[0]?.image ?? new Uint8Array());
    const { classes } = explain(network, head, engine);
    for (const [row, { map }] of classes.entries()) {
      for (const position of [0, 9, 27, 63]) {
        const exact = exactContribution(network, head, engine, row, position);
        expect(Math.abs((map[position] ?? 0) - approximately(exact, 5))).toBeLessThan(1e-13);
      }
    }
  });
});

describe.skipIf(lacks('shared', 'explanations of the shared vectors'))('shared vectors', () => {
  test.each(VECTOR_MODELS)('%s: the identity holds to the last bit', (model) => {
    const network = readNetwork(readShared(`vectors/${model}.onnx`));
    const size = network.input.shape.reduce((product, extent) => product * extent, 1);
    const random = randomIntegers(11);
    const engine = new EventEngine(network);
    engine.run(Uint8Array.from({ length: size }, () => random(0, 255)));
    for (const each of explain(network, randomHead(network, 12), engine).classes) {
      expectIdentity(each, (n) => random(0, n));
    }
  });
});
