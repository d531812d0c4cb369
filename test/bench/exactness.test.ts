import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OnnxSession } from '../../src/cli/bench/engine-probe.ts';
import { compareOutputs, isRight } from '../../src/cli/bench/exactness.ts';
import { createEngine, type Engine, readNetwork } from '../../src/snn/index.ts';

const file = readFileSync(new URL('../snn/vectors/input_conv_gap.onnx', import.meta.url));
const network = readNetwork(file);
const size = network.input.shape.reduce((product, length) => product * length);
const images = [3, 40503].map((step) =>
  Uint8Array.from({ length: size }, (_, at) => (at * step) % 256),
);

describe('the benchmark’s check of outputs', () => {
  it('finds an exact engine exact', async () => {
    const session = await OnnxSession.open(file);
    const found = await compareOutputs(createEngine('event', network), session, images);
    expect(found).toMatchObject({ exact: true, matchesReference: true });
    expect(isRight(found)).toBe(true);
  });

  it('sees an engine that is wrong in one value of one image', async () => {
    const event = createEngine('event', network);
    const faulty: Engine = {
      kind: 'event',
      network,
      run(image) {
        const { spikeCounts, output } = event.run(image);
        if (image === images[1]) output[0] = (output[0] ?? 0) + 1;
        return { spikeCounts, output, outputs: [output] };
      },
    };
    const found = await compareOutputs(faulty, await OnnxSession.open(file), images);
    expect(found).toMatchObject({ exact: false, matchesReference: false });
    expect(isRight(found)).toBe(false);
  });

  it('blames onnxruntime only where float32 does not suffice', () => {
    const differing = { exact: false, matchesReference: true };
    expect(isRight({ ...differing, float32Exact: true })).toBe(false);
    expect(isRight({ ...differing, float32Exact: false })).toBe(true);
  });
});
