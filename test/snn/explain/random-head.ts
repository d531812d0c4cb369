import type { Head, Network } from '../../../src/snn/index.ts';
import { randomIntegers } from '../random-network.ts';

/** Three classes over a network's spike counts; magnitudes spread over 2^−exponent … 2^exponent. */
export function randomHead(network: Network, seed: number, exponent = 0): Head {
  const random = randomIntegers(seed);
  const features = network.tensors[network.spikeTensor]?.shape[0] ?? 0;
  const vector = (length: number) =>
    Float64Array.from(
      { length },
      () => (random(-999, 999) / 997) * 2 ** random(-exponent, exponent),
    );
  const affine = (rows: number, columns: number) => ({
    rows,
    columns,
    weights: vector(rows * columns),
    bias: vector(rows),
  });
  return {
    name: 'random',
    networkSha256: network.sha256,
    classes: ['a', 'b', 'c'].map((code) => ({ code, name: code, gravity: 'benign' as const })),
    featureScale: vector(features),
    featureOffset: vector(features),
    squeezeExcitation: { reduce: affine(2, features), expand: affine(features, 2) },
    classifier: affine(3, features),
    temperature: 1,
    priorAdjustment: new Float64Array(3),
    views: 1,
    calibration: null,
    licence: 'Apache-2.0',
  };
}
