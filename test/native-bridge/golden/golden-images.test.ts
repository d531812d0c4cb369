import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  drawing,
  goldenCount,
  goldenImages,
  pattern,
} from '../../../native-bridge/golden/golden-images.ts';
import { readGoldenCases } from '../../../src/cli/golden.ts';
import { shippedModelFolder } from '../../../src/clinic/model.ts';
import { type Network, type Operator, readNetwork, SimdEngine } from '../../../src/snn/index.ts';
import { observed } from '../../snn/engines.ts';

const network = readNetwork(readFileSync(path.join(shippedModelFolder, 'backbone.onnx')));
const { shape } = network.input;
const golden = goldenImages(shape);

describe('the golden images', () => {
  it('are those of the shipped network’s golden.json, and then some', () => {
    for (const { name, image } of readGoldenCases(shippedModelFolder))
      expect(golden.find((each) => each.name === name)?.image).toEqual(image);
    expect(new Set(golden.map(({ name }) => name)).size).toBe(golden.length);
  });

  it('are the same on every machine', () => {
    const image = drawing([1, 2, 3, 4], [3, 8, 8]);
    expect(image.reduce((sum, pixel, at) => (sum * 31 + pixel + at) | 0, 0)).toBe(156766300);
  });

  it('are as many as is told, each of the shape that is asked for, two of them of one colour', () => {
    const images = goldenImages([3, 32, 24]);
    expect(images).toHaveLength(goldenCount);
    for (const { image } of images) expect(image).toHaveLength(3 * 32 * 24);
    const named = new Map(images.map(({ name, image }) => [name, image]));
    expect(new Set(named.get('black'))).toEqual(new Set([0]));
    expect(new Set(named.get('white'))).toEqual(new Set([255]));
    const drawn = [...named.keys()].filter((name) => /^(drawing|found)-\d+$/.test(name));
    expect(drawn.slice(0, 2)).toEqual(['drawing-1', 'drawing-2']);
    expect(drawn).toHaveLength(goldenCount - 8);
  });

  it('are the same to the last pixel in an image that is higher than wide, and three hundred figures are', () => {
    const digest = (all: readonly Uint8Array[]) =>
      createHash('sha256').update(Buffer.concat(all)).digest('hex').slice(0, 16);
    expect(digest(goldenImages([3, 32, 24]).map(({ image }) => image))).toBe('5f2b81b113493c12');
    const figures = Array.from({ length: 300 }, (_, seed) => drawing([seed + 1], [3, 20, 14]));
    expect(digest(figures)).toBe('cac076f9e7cd2d85');
  });

  it('have patterns that depend on channel, row and column as a golden.json says', () => {
    const image = pattern({ a: 2, b: 3, k: 1 }, [2, 3, 4]);
    const expected = [0, 1].flatMap((c) =>
      [0, 1, 2].flatMap((y) => [0, 1, 2, 3].map((x) => 2 * x + 3 * y + 37 * c + x * y)),
    );
    expect([...image]).toEqual(expected);
    expect(pattern({ a: 128, b: 0, k: 0 }, [1, 1, 3])).toEqual(Uint8Array.of(0, 128, 0));
  });

  it('take every layer of the shipped network to both ends of its range', () => {
    const reach = reacher(network);
    const reached = new Set(golden.flatMap(({ image }) => reach(image)));
    const ends = network.operators.flatMap(({ output }) => [`${output} low`, `${output} high`]);
    expect(ends.filter((end) => !reached.has(end))).toEqual([]);
  });

  it('show most single weights that have the wrong sign', () => {
    const expected = spikeCounts(network);
    const damaged = network.operators.flatMap((_, index) => damage(network, index));
    const found = damaged.filter(
      (broken) => spikeCounts(broken, expected).length < golden.length,
    ).length;
    expect(found / damaged.length).toBeGreaterThan(0.75);
  });
});

/** For an image: the tensors that reach an end of their range, as "name low" and "name high". */
function reacher(of: Network): (image: Uint8Array) => string[] {
  const everyLayer = observed(of);
  const engine = new SimdEngine(everyLayer);
  return (image) =>
    engine.run(image).outputs.flatMap((values, at) => {
      const { tensor } = everyLayer.outputs[at] ?? everyLayer.output;
      const range = of.tensors[tensor];
      return [
        ...(values.some((value) => value === range?.low) ? [`${tensor} low`] : []),
        ...(values.some((value) => value === range?.high) ? [`${tensor} high`] : []),
      ];
    });
}

/** The counts of the golden images, up to the first that is not as expected. */
function spikeCounts(of: Network, expected?: readonly Int32Array[]): Int32Array[] {
  const engine = new SimdEngine(of);
  const all: Int32Array[] = [];
  for (const [index, { image }] of golden.entries()) {
    const counts = engine.run(image).spikeCounts.slice();
    if (expected && !counts.every((count, at) => count === expected[index]?.[at])) break;
    all.push(counts);
  }
  return all;
}

/** The network with the sign bit of one weight flipped, for each of three weights of a layer. */
function damage(of: Network, index: number): Network[] {
  const layer = of.operators[index];
  if (!layer || !('weights' in layer)) return [];
  return [1, 2, 3].map((part) => {
    const weights = layer.weights.slice();
    const at = Math.floor((weights.length * part) / 4);
    weights[at] = (weights[at] ?? 0) ^ 0x80;
    const broken: Operator = { ...layer, weights };
    return { ...of, operators: of.operators.map((each) => (each === layer ? broken : each)) };
  });
}
