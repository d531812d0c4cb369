// The engine behind the stand-in for BrainChip's runtime: a network on standard input, then batches
// of images with their channels last; counts on standard output, channels last too.
import { createEngine, type Engine, readNetwork, SnnError } from '../../../src/snn/index.ts';

let held = Buffer.alloc(0);
let engine: Engine | undefined;

process.stdin.on('data', (piece: Buffer) => {
  held = Buffer.concat([held, piece]);
  while (step());
});

/** Whether there was enough for a step. */
function step(): boolean {
  if (held.length < 4) return false;
  const length = held.readUInt32LE();
  if (engine) return run(engine, length);
  if (held.length < 4 + length) return false;
  const file = new Uint8Array(held.subarray(4, 4 + length));
  held = held.subarray(4 + length);
  try {
    engine = createEngine('event', readNetwork(file));
    const { input, tensors, spikeTensor } = engine.network;
    const [channels, height, width] = input.shape;
    const [spikes, rows, columns] = tensors[spikeTensor]?.shape ?? [0, 0, 0];
    write([height, width, channels, rows, columns, spikes]);
  } catch (error) {
    if (!(error instanceof SnnError)) throw error;
    write([0, 0, 0, 0, 0, 0]);
  }
  return true;
}

function run(by: Engine, count: number): boolean {
  const { network } = by;
  const [channels, height, width] = network.input.shape;
  const plane = height * width;
  const size = channels * plane;
  if (held.length < 4 + count * size) return false;
  for (let at = 4; at < 4 + count * size; at += size) {
    const image = new Uint8Array(size);
    for (let pixel = 0; pixel < size; pixel++)
      image[(pixel % channels) * plane + Math.floor(pixel / channels)] = held[at + pixel] ?? 0;
    const { spikeCounts } = by.run(image);
    const features = network.tensors[network.spikeTensor]?.shape[0] ?? 1;
    const places = spikeCounts.length / features;
    write(
      Array.from(spikeCounts, (_, index) => {
        const [place, feature] = [Math.floor(index / features), index % features];
        return spikeCounts[feature * places + place] ?? 0;
      }),
    );
  }
  held = held.subarray(4 + count * size);
  return true;
}

function write(numbers: readonly number[]): void {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [at, number] of numbers.entries()) bytes.writeInt32LE(number, at * 4);
  process.stdout.write(bytes);
}
