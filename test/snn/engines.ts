import { expect } from 'vitest';
import { referenceTensors } from '../../src/snn/engines/reference.ts';
import { SimdEngine } from '../../src/snn/engines/simd/engine.ts';
import { createEngine, dequantizeOutput, type Engine, type Network } from '../../src/snn/index.ts';

/** Every engine that must give the integers of the reference; the tests run over this list. */
export const ENGINES: readonly { readonly name: string; create(network: Network): Engine }[] = [
  { name: 'event', create: (network) => createEngine('event', network) },
  { name: 'simd', create: (network) => new SimdEngine(network) },
  { name: 'simd, split', create: (network) => new SimdEngine(network, { relaxedTo: 127 }) },
  { name: 'simd, events', create: (network) => new SimdEngine(network, { zeros: all(network) }) },
  { name: 'simd, v128', create: (network) => new SimdEngine(network, { relaxedTo: 0 }) },
];

/** Every layer that can goes by events. */
function all(network: Network): ReadonlyMap<string, number> {
  return new Map(network.operators.map(({ name }) => [name, 1]));
}

/** The same network with every tensor as an output, so that engines show each layer's result. */
export function observed(network: Network): Network {
  const outputs = Object.entries(network.tensors).map(([tensor, { shape }]) => ({
    name: tensor,
    tensor,
    shape,
    scale: new Float32Array(shape[0]).fill(1),
  }));
  return { ...network, outputs };
}

/**
 * Runs images through every engine, one after the other, and expects the reference's integers in
 * the outputs, the spike counts and every layer: no run may see what another left. Returns the
 * tensors of each image.
 */
export function expectEnginesToAgree(
  network: Network,
  images: readonly Uint8Array[],
): ReadonlyMap<string, Int32Array>[] {
  const expected = images.map((image) => referenceTensors(network, image));
  const open = observed(network);
  for (const { name: engineName, create } of ENGINES) {
    const engine = create(network);
    const observer = create(open);
    for (const [index, image] of images.entries()) {
      const { output, outputs, spikeCounts } = engine.run(image);
      const layers = observer.run(image).outputs;
      const results: [string, Int32Array | undefined][] = [
        [network.output.tensor, output],
        [network.spikeTensor, spikeCounts],
        ...network.outputs.map((each, at) => [each.tensor, outputs[at]] as [string, Int32Array]),
        ...open.outputs.map((each, at) => [each.tensor, layers[at]] as [string, Int32Array]),
      ];
      for (const [name, values] of results) {
        const right = expected[index]?.get(name) ?? new Int32Array();
        if (!sameIntegers(values, right)) expect(values, `${engineName}: ${name}`).toEqual(right);
      }
    }
  }
  return expected;
}

/** As `toEqual`, but fast enough for millions of layers. */
function sameIntegers(left: Int32Array | undefined, right: Int32Array): boolean {
  return left?.length === right.length && left.every((value, index) => value === right[index]);
}

/** Every output of the file as onnxruntime would give it, by name. */
export function dequantized(
  network: Network,
  tensors: ReadonlyMap<string, Int32Array>,
): ReadonlyMap<string, number[]> {
  return new Map(
    network.outputs.map((output) => {
      const integers = tensors.get(output.tensor) ?? new Int32Array();
      return [output.name, Array.from(dequantizeOutput(network, integers, output))];
    }),
  );
}
