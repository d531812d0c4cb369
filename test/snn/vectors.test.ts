import { describe, expect, test } from 'vitest';
import { readNpy } from '../../src/cli/npy.ts';
import { EventEngine } from '../../src/snn/engines/event.ts';
import { referenceTensors } from '../../src/snn/engines/reference.ts';
import {
  createEngine,
  dequantizeOutput,
  elementCount,
  type Network,
  readNetwork,
} from '../../src/snn/index.ts';
import { Oracle } from './oracle.ts';
import { readShared, sharedIsPresent, VECTOR_MODELS } from './shared-files.ts';

interface Vectors {
  readonly network: Network;
  readonly file: Uint8Array;
  readonly images: readonly Uint8Array[];
  readonly outputs: readonly (readonly number[])[];
}

function readVectors(path: string, model = `${path}.onnx`): Vectors {
  const file = readShared(model);
  const network = readNetwork(file);
  const images = readNpy(readShared(`${path}.x.npy`));
  const outputs = readNpy(readShared(`${path}.y.npy`));
  if (images.dtype !== 'uint8') throw new TypeError(`${path}.x.npy holds ${images.dtype}`);
  const [count = 0] = images.shape;
  const imageSize = elementCount(network.input.shape);
  const classes = outputs.data.length / count;
  return {
    network,
    file,
    images: Array.from({ length: count }, (_, index) =>
      images.data.subarray(index * imageSize, (index + 1) * imageSize),
    ),
    outputs: Array.from({ length: count }, (_, index) =>
      Array.from(outputs.data.subarray(index * classes, (index + 1) * classes)),
    ),
  };
}

describe.skipIf(!sharedIsPresent)('shared exactness vectors', () => {
  test.each(VECTOR_MODELS)(
    '%s: reference = event = recorded output = onnxruntime',
    async (model) => {
      const { network, file, images, outputs } = readVectors(`vectors/${model}`);
      const oracle = await Oracle.open(file);
      const reference = createEngine('reference', network);
      const event = createEngine('event', network);
      for (const [index, image] of images.entries()) {
        const fromEvent = event.run(image);
        const output = Array.from(dequantizeOutput(network, fromEvent.output));
        expect(output).toEqual(outputs[index]);
        expect([...(await oracle.run(image, network.input)).values()]).toEqual([output]);
        if (index >= 2 && network.macs > 5e6) continue; // the definition is slow
        const { spikeCounts, output: exact } = reference.run(image);
        expect(fromEvent.output).toEqual(exact);
        expect(fromEvent.spikeCounts).toEqual(spikeCounts);
      }
    },
  );

  test.each(VECTOR_MODELS)('%s: every layer is the same in both engines', (model) => {
    const { network, images } = readVectors(`vectors/${model}`);
    const [image = new Uint8Array()] = images;
    const engine = new EventEngine(network);
    engine.run(image);
    for (const [name, values] of referenceTensors(network, image)) {
      expect(engine.tensor(name), name).toEqual(values);
    }
  });

  test('the 126 M MAC benchmark network gives its recorded outputs in both engines', () => {
    const { network, images, outputs } = readVectors(
      'bench/qana128',
      'bench/qana128.quantized.onnx',
    );
    const event = createEngine('event', network);
    for (const [index, image] of images.entries()) {
      const { output } = event.run(image);
      expect(Array.from(dequantizeOutput(network, output))).toEqual(outputs[index]);
    }
    const [image = new Uint8Array()] = images;
    const { output, spikeCounts } = createEngine('reference', network).run(image);
    expect(Array.from(dequantizeOutput(network, output))).toEqual(outputs[0]);
    expect(event.run(image).spikeCounts).toEqual(spikeCounts);
    expect(spikeCounts).toHaveLength(256);
  });
});

test.skipIf(!sharedIsPresent)('an image of the wrong size is refused by both engines', () => {
  const network = readNetwork(readShared('vectors/m0001.onnx'));
  for (const kind of ['reference', 'event'] as const) {
    const run = () => createEngine(kind, network).run(new Uint8Array(3));
    expect(run).toThrow(expect.objectContaining({ code: 'image-invalid' }));
  }
});
