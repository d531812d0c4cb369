import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readNpy } from '../../../src/cli/npy.ts';
import { elementCount, type Network, readNetwork } from '../../../src/snn/index.ts';
import { sharedFile } from '../../requirements.ts';

/** A network with images, and the outputs that onnxruntime once gave for them. */
export interface RecordedNetwork {
  readonly name: string;
  readonly network: Network;
  readonly images: readonly Uint8Array[];
  readonly outputs: readonly (readonly number[])[];
}

/** `name` without endings; the model's own name only where it differs. */
export function readRecorded(name: string, model = `${name}.onnx`): RecordedNetwork {
  const network = readNetwork(readFileSync(sharedFile(model)));
  const images = readNpy(readFileSync(sharedFile(`${name}.x.npy`)));
  const outputs = readNpy(readFileSync(sharedFile(`${name}.y.npy`)));
  if (images.dtype !== 'uint8') throw new TypeError(`${name}.x.npy holds ${images.dtype}`);
  const [count = 0] = images.shape;
  const pixels = elementCount(network.input.shape);
  const values = outputs.data.length / count;
  const indices = Array.from({ length: count }, (_, index) => index);
  return {
    name,
    network,
    images: indices.map((index) => images.data.subarray(index * pixels, (index + 1) * pixels)),
    outputs: indices.map((index) => [
      ...outputs.data.subarray(index * values, (index + 1) * values),
    ]),
  };
}

export const RECORDED_MODELS = [
  ...Array.from({ length: 20 }, (_, index) => [`vectors/m${String(index + 1).padStart(4, '0')}`]),
  ['bench/qana128', 'bench/qana128.quantized.onnx'],
] as [name: string, model?: string][];

/** The network that the product ships. */
export function readShipped(): Network {
  const file = new URL('../../../models/qana-4/backbone.onnx', import.meta.url);
  return readNetwork(readFileSync(fileURLToPath(file)));
}

/** Images at the ends of the range, and one between. */
export function extremeImages(network: Network): Uint8Array[] {
  const pixels = elementCount(network.input.shape);
  return [
    new Uint8Array(pixels),
    new Uint8Array(pixels).fill(255),
    Uint8Array.from({ length: pixels }, (_, index) => (index % 2 === 0 ? 255 : 0)),
    Uint8Array.from({ length: pixels }, (_, index) => (index * 40503) % 256),
  ];
}
