import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { classify, createEngine, readHead, readNetwork } from '../../src/snn/index.ts';

const headJson = {
  format: 'dermaspike-head',
  version: 1,
  name: 'test head',
  networkSha256: '0'.repeat(64),
  classes: [
    { code: 'nv', name: 'Naevus' },
    { code: 'mel', name: 'Melanoma' },
  ],
  featureScale: [0.5, 0.25, 1],
  featureOffset: [0, -1, 0.5],
  squeezeExcitation: {
    reduce: { weights: [[1, -1, 0.5]], bias: [0.25] },
    expand: { weights: [[1], [-2], [0]], bias: [0, 0.5, 0] },
  },
  classifier: {
    weights: [
      [1, 2, 3],
      [-1, 0, 1],
    ],
    bias: [0.5, -0.5],
  },
  temperature: 2,
  priorAdjustment: [-0.1, 0.7],
  licence: 'Apache-2.0',
};

test('the head computes gate, logits and probabilities as documented', () => {
  const { logits, probabilities } = classify(readHead(headJson), Int32Array.of(4, 8, 1));
  const features = [2, 1, 1.5];
  const hidden = Math.max(2 - 1 + 0.75 + 0.25, 0);
  const gates = [hidden, -2 * hidden + 0.5, 0].map((x) => 1 / (1 + Math.exp(-x)));
  const [a = 0, b = 0, c = 0] = features.map((feature, index) => feature * (gates[index] ?? 0));
  const expected = [a + 2 * b + 3 * c + 0.5, -a + c - 0.5];
  const powers = [((expected[0] ?? 0) - 0.1) / 2, ((expected[1] ?? 0) + 0.7) / 2].map(Math.exp);
  for (const [index, logit] of expected.entries()) {
    expect(logits[index]).toBeCloseTo(logit, 12);
    const total = powers.reduce((sum, power) => sum + power, 0);
    expect(probabilities[index]).toBeCloseTo((powers[index] ?? 0) / total, 12);
  }
});

test('probabilities stay finite and sum to 1 for extreme logits', () => {
  const steep = readHead({ ...headJson, temperature: 1e-6 });
  const { probabilities } = classify(steep, Int32Array.of(127, 0, 127));
  expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  const overflowing = readHead({ ...headJson, featureScale: [1e308, 1e308, 1e308] });
  expect(() => classify(overflowing, Int32Array.of(9, 9, 9))).toThrow(/not finite/);
});

test('spike counts of another number than the head reads are refused', () => {
  const wrong = () => classify(readHead(headJson), Int32Array.of(1, 2));
  expect(wrong).toThrow(expect.objectContaining({ code: 'head-invalid' }));
});

describe('a head.json is refused, naming the field, when', () => {
  test.each([
    ['it is no object', [], /the head/],
    ['its format is another', { ...headJson, format: 'x' }, /format/],
    ['its version is unknown', { ...headJson, version: 5 }, /version 5 is not supported/],
    ['its network hash is none', { ...headJson, networkSha256: 'ABC' }, /networkSha256/],
    ['it has no classes', { ...headJson, classes: [] }, /classes/],
    [
      'two classes share a code',
      { ...headJson, classes: [headJson.classes[0], headJson.classes[0]] },
      /same code/,
    ],
    [
      'a class has no name',
      { ...headJson, classes: [{ code: 'nv' }, headJson.classes[1]] },
      /classes\[0\]\.name/,
    ],
    ['a vector is too short', { ...headJson, featureOffset: [0, 0] }, /featureOffset/],
    [
      'a number is not finite',
      { ...headJson, featureScale: [1, Number.NaN, 1] },
      /featureScale\[1\]/,
    ],
    ['a number is text', { ...headJson, priorAdjustment: ['0', 1] }, /priorAdjustment\[0\]/],
    ['the temperature is 0', { ...headJson, temperature: 0 }, /temperature/],
    [
      'the classifier lacks a row',
      { ...headJson, classifier: { weights: [[1, 2, 3]], bias: [0] } },
      /classifier\.weights/,
    ],
    [
      'a row is too long',
      {
        ...headJson,
        classifier: {
          weights: [
            [1, 2, 3, 4],
            [1, 2, 3],
          ],
          bias: [0, 0],
        },
      },
      /classifier\.weights\[0\]/,
    ],
    ['the gate is missing', { ...headJson, squeezeExcitation: undefined }, /squeezeExcitation/],
  ])('%s', (_, json, message) => {
    expect(() => readHead(json)).toThrow(expect.objectContaining({ code: 'head-invalid' }));
    expect(() => readHead(json)).toThrow(message);
  });
});

interface Golden {
  readonly networkSha256: string;
  readonly inputSize: number;
  readonly cases: readonly {
    readonly name: string;
    readonly a: number;
    readonly b: number;
    readonly k: number;
    readonly counts: readonly number[];
    readonly probabilities: readonly number[];
  }[];
}

const MODEL = fileURLToPath(new URL('../../models/qana-4/', import.meta.url));
const read = (name: string) => readFileSync(`${MODEL}${name}`);

describe.skipIf(!existsSync(`${MODEL}golden.json`))('the shipped network and head', () => {
  test('belong together', () => {
    const head = readHead(JSON.parse(String(read('head.json'))));
    const network = readNetwork(read('backbone.onnx'));
    expect(head.networkSha256).toBe(network.sha256);
    expect(head.featureScale).toHaveLength(network.tensors[network.spikeTensor]?.shape[0] ?? 0);
  });

  test('give the golden spike counts exactly and the probabilities to 1e-9, in both engines', () => {
    const head = readHead(JSON.parse(String(read('head.json'))));
    const network = readNetwork(read('backbone.onnx'));
    const golden = JSON.parse(String(read('golden.json'))) as Golden;
    expect(golden.networkSha256).toBe(network.sha256);
    const engines = [createEngine('event', network), createEngine('reference', network)];
    for (const [index, { name, a, b, k, counts, probabilities }] of golden.cases.entries()) {
      const image = pattern(golden.inputSize, a, b, k);
      for (const engine of index === 0 ? engines : engines.slice(0, 1)) {
        const { spikeCounts } = engine.run(image);
        expect(Array.from(spikeCounts), `${engine.kind}, ${name}`).toEqual(counts);
        const classified = classify(head, spikeCounts).probabilities;
        for (const [place, probability] of probabilities.entries()) {
          expect(Math.abs((classified[place] ?? 0) - probability)).toBeLessThan(1e-9);
        }
      }
    }
  });
});

/** golden.json's formula: pixel(c, y, x) = (a·x + b·y + 37·c + x·y·k) & 255. */
function pattern(size: number, a: number, b: number, k: number): Uint8Array {
  return Uint8Array.from({ length: 3 * size * size }, (_, index) => {
    const x = index % size;
    const y = Math.floor(index / size) % size;
    const c = Math.floor(index / (size * size));
    return (a * x + b * y + 37 * c + x * y * k) & 255;
  });
}
