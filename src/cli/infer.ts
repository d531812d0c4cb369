import { readFile } from 'node:fs/promises';
import {
  createEngine,
  dequantizeOutput,
  elementCount,
  type Network,
  type OutputDequantization,
  readNetwork,
  SnnError,
} from '../snn/index.ts';
import { type Command, parseOptions, required, UsageError } from './command.ts';
import { type NpyArray, NpyError, readNpy, writeNpy } from './npy.ts';
import { writeOutput } from './output-file.ts';
import { progressBar } from './terminal.ts';

export const inferCommand: Command = {
  name: 'infer',
  summary: 'Runs a quantized ONNX network on an array of images.',
  usage: '--model M.onnx --input X.npy --output Y.npy [--engine simd|event|reference] [--json]',
  options: [
    '  --model FILE    quantized ONNX network',
    '  --input FILE    images: uint8, in the order of the network’s own input',
    '  --output FILE   result: float32, as onnxruntime gives it; of a network with several',
    '                  outputs, the further ones are written beside it as FILE-2.npy, …',
    '  --engine NAME   simd (the default), event, or reference (the definition)',
    '  --json          one JSON object on stdout',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      model: { type: 'string' },
      input: { type: 'string' },
      output: { type: 'string' },
      engine: { type: 'string', default: 'simd' },
      json: { type: 'boolean' },
    });
    const { engine: kind } = values;
    if (kind !== 'simd' && kind !== 'event' && kind !== 'reference')
      throw new UsageError(`There is no engine "${kind}".`);
    const model = required(values.model, 'model');
    const input = required(values.input, 'input');
    const output = required(values.output, 'output');

    const network = await readWith(model, readNetwork);
    const images = await readWith(input, (file) => imagesFor(network, readNpy(file)));
    const engine = createEngine(kind, network);
    const startedAt = performance.now();
    const results = network.outputs.map(
      (each) => new Float32Array(images.length * elementCount(each.shape)),
    );
    for (const [index, image] of images.entries()) {
      const { outputs } = engine.run(image);
      for (const [at, each] of network.outputs.entries()) {
        const numbers = dequantizeOutput(network, outputs[at] ?? new Int32Array(), each);
        results[at]?.set(numbers, index * numbers.length);
      }
      terminal.progress(progressBar(index + 1, images.length, `${index + 1} images`));
    }
    terminal.progress('');
    const seconds = (performance.now() - startedAt) / 1000;
    const shapeOf = (each: OutputDequantization) => [images.length, ...outputShape(network, each)];
    for (const [at, each] of network.outputs.entries()) {
      const file = at === 0 ? output : output.replace(/(\.npy)?$/, `-${at + 1}.npy`);
      await writeOutput(file, writeNpy(results[at] ?? new Float32Array(), shapeOf(each)));
    }
    const shape = shapeOf(network.output);

    const imagesPerSecond = seconds > 0 ? images.length / seconds : null;
    if (values.json) terminal.out(JSON.stringify({ output, shape, engine: kind, imagesPerSecond }));
    else terminal.out(`${output}: float32 ${shape.join(' × ')} by the ${kind} engine`);
    return 0;
  },
};

/** Reads a file and names it in whatever is wrong with it. */
async function readWith<T>(file: string, read: (bytes: Uint8Array) => T): Promise<T> {
  const bytes = await readFile(file);
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof SnnError) throw new SnnError(error.code, `${file}: ${error.message}`);
    if (error instanceof NpyError) throw new NpyError(`${file}: ${error.message}`);
    throw error;
  }
}

function imagesFor(network: Network, array: NpyArray): Uint8Array[] {
  const [count, ...shape] = array.shape;
  const { layout } = network.input;
  const [channels, height, width] = network.input.shape;
  const wanted = layout === 'CHW' ? network.input.shape : [height, width, channels];
  const fits = shape.length === 3 && shape.every((length, axis) => length === wanted[axis]);
  if (array.dtype !== 'uint8' || count === undefined || !fits)
    throw new SnnError(
      'image-invalid',
      `it is ${array.dtype} ${array.shape.join(' × ')}; the network takes uint8 ` +
        `N × ${wanted.join(' × ')}`,
    );
  const size = elementCount(network.input.shape);
  const pixels = height * width;
  return Array.from({ length: count }, (_, i) => {
    const image = array.data.subarray(i * size, (i + 1) * size);
    if (layout === 'CHW') return image;
    return image.map((_, at) => image[(at % pixels) * channels + Math.floor(at / pixels)] ?? 0);
  });
}

/** Without the batch axis. A fully connected layer's output has no height and width in ONNX. */
function outputShape(network: Network, { shape, tensor }: OutputDequantization): readonly number[] {
  return isVector(network, tensor) ? shape.slice(0, 1) : shape;
}

function isVector(network: Network, tensor: string): boolean {
  const maker = network.operators.find(({ output }) => output === tensor);
  if (maker?.kind !== 'add' && maker?.kind !== 'concat') return maker?.kind === 'dense';
  return maker.inputs.every((input) => isVector(network, input));
}
