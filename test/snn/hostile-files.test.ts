import { describe, expect, test } from 'vitest';
import {
  createEngine,
  dequantizeOutput,
  elementCount,
  type Network,
  readNetwork,
  SnnError,
} from '../../src/snn/index.ts';
import { Oracle } from './oracle.ts';
import { buildNetwork, type NetworkSpec, randomIntegers } from './random-network.ts';
import { readShared, sharedIsPresent } from './shared-files.ts';

const everyKind: NetworkSpec = {
  seed: 11,
  channels: 3,
  height: 8,
  width: 7,
  end: 'potential',
  signed: false,
  layout: 'CHW',
  moreOutputs: 0,
  layers: (['conv', 'depthwise', 'residual', 'concat', 'identity'] as const).map((kind) => ({
    kind,
    channels: 5,
    kernel: [3, 2],
    stride: [1, 1],
    pads: [1, 1, 0, 1],
    pool: kind === 'depthwise' ? 'MaxPool' : '',
    activation: 'ReLUClipped',
    biased: true,
    weights: 'any',
    shift: 13,
  })),
};

/** Reads a damaged file: an SnnError, or a network on which both engines agree. */
function readDamaged(file: Uint8Array): 'refused' | 'ran' {
  try {
    const network = readNetwork(file);
    const [channels, height, width] = network.input.shape;
    if (channels * height * width > 4096) return 'ran';
    const image = new Uint8Array(channels * height * width).fill(90);
    const { output, spikeCounts } = createEngine('reference', network).run(image);
    const result = createEngine('event', network).run(image);
    expect(result.output).toEqual(output);
    expect(result.spikeCounts).toEqual(spikeCounts);
    return 'ran';
  } catch (error) {
    if (error instanceof SnnError) return 'refused';
    throw error;
  }
}

function readOrUndefined(file: Uint8Array): Network | undefined {
  try {
    return readNetwork(file);
  } catch (error) {
    if (error instanceof SnnError) return undefined;
    throw error;
  }
}

describe('a damaged network file', () => {
  const { file } = buildNetwork(everyKind);

  test('cut short anywhere is refused', () => {
    for (let length = 0; length < file.length; length += length < 500 ? 1 : 37) {
      expect(readDamaged(file.subarray(0, length)), `${length} bytes`).toBe('refused');
    }
  });

  test('with one byte changed is refused or runs the same in both engines', () => {
    const random = randomIntegers(2024);
    const outcomes = { refused: 0, ran: 0 };
    for (let round = 0; round < 1500; round++) {
      const damaged = Uint8Array.from(file);
      const at = random(0, file.length - 1);
      damaged[at] = (damaged[at] ?? 0) ^ random(1, 255);
      outcomes[readDamaged(damaged)]++;
    }
    expect(outcomes.refused).toBeGreaterThan(300);
    expect(outcomes.ran).toBeGreaterThan(100);
  });

  test('that is accepted gives what onnxruntime computes from it', async () => {
    const random = randomIntegers(77);
    let compared = 0;
    for (let round = 0; round < 700; round++) {
      const damaged = Uint8Array.from(file);
      const at = random(0, file.length - 1);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << random(0, 7));
      const network = readOrUndefined(damaged);
      if (!network?.operators.every(({ float32Exact }) => float32Exact)) continue;
      const image = Uint8Array.from({ length: elementCount(network.input.shape) }, () =>
        random(0, 255),
      );
      const { output } = createEngine('event', network).run(image);
      const [expected] = [
        ...(await (await Oracle.open(damaged)).run(image, network.input)).values(),
      ];
      expect(Array.from(dequantizeOutput(network, output)), `byte ${at}`).toEqual(expected);
      compared++;
    }
    expect(compared).toBeGreaterThan(40);
  });

  test.skipIf(!sharedIsPresent)('of the vectors, likewise', () => {
    const original = readShared('vectors/m0018.onnx');
    const random = randomIntegers(18);
    for (let round = 0; round < 150; round++) {
      const damaged = Uint8Array.from(original);
      for (let flips = random(1, 3); flips > 0; flips--) {
        const at = random(0, damaged.length - 1);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << random(0, 7));
      }
      readDamaged(damaged);
    }
  });

  test('made of random bytes is refused', () => {
    const random = randomIntegers(5);
    for (let round = 0; round < 2000; round++) {
      const bytes = Uint8Array.from({ length: random(0, 200) }, () => random(0, 255));
      expect(() => readNetwork(bytes)).toThrow(SnnError);
    }
  });
});
