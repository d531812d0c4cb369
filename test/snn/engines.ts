import { expect } from 'vitest';
import { referenceTensors } from '../../src/snn/engines/reference.ts';
import {
  createEngine,
  dequantizeOutput,
  type EngineKind,
  type Network,
} from '../../src/snn/index.ts';

/** Every engine that must give the integers of the reference; the tests run over this list. */
export const ENGINES: readonly EngineKind[] = ['reference', 'event'];

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
 * Runs one image through every engine and expects the reference's integers in the outputs, the
 * spike counts and every layer; twice, since a second run must not see what the first one left.
 * Returns the tensors.
 */
export function expectEnginesToAgree(
  network: Network,
  image: Uint8Array,
): ReadonlyMap<string, Int32Array> {
  const tensors = referenceTensors(network, image);
  const tensor = (name: string) => tensors.get(name) ?? new Int32Array();
  const open = observed(network);
  for (const kind of ENGINES) {
    if (kind === 'reference') continue;
    const engine = createEngine(kind, network);
    engine.run(image.map((pixel) => 255 - pixel));
    const { output, outputs, spikeCounts } = engine.run(image);
    expect(output, `${kind}: output`).toEqual(tensor(network.output.tensor));
    expect(outputs, `${kind}: outputs`).toEqual(network.outputs.map((each) => tensor(each.tensor)));
    expect(spikeCounts, `${kind}: spike counts`).toEqual(tensor(network.spikeTensor));
    const layers = createEngine(kind, open).run(image).outputs;
    for (const [index, { name }] of open.outputs.entries()) {
      expect(layers[index], `${kind}: ${name}`).toEqual(tensor(name));
    }
  }
  return tensors;
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
