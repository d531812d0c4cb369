import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resizeInput } from '../../src/cli/bench/onnx-size.ts';
import { createEngine, dequantizeOutput, readNetwork } from '../../src/snn/index.ts';
import { Oracle } from '../snn/oracle.ts';

const file = readFileSync(new URL('../../models/qana-4/backbone.onnx', import.meta.url));
const network = readNetwork(file);
const [, size] = network.input.shape;

describe('a network at another size', () => {
  it('is the same network at its own size', () => {
    const same = readNetwork(resizeInput(file, size, [2, 3]));
    expect({ ...same, sha256: '' }).toEqual({ ...network, sha256: '' });
  });

  it('has the same weights at half the size, and a quarter of the work', () => {
    const half = readNetwork(resizeInput(file, size / 2, [2, 3]));
    expect(half.input.shape).toEqual([3, size / 2, size / 2]);
    expect(half.operators.map(({ type }) => type)).toEqual(
      network.operators.map(({ type }) => type),
    );
    expect(half.macs / network.macs).toBeCloseTo(0.25, 1);
  });

  it('is exact too', async () => {
    const resized = resizeInput(file, 96, [2, 3]);
    const engine = createEngine('event', readNetwork(resized));
    const image = Uint8Array.from({ length: 3 * 96 * 96 }, (_, at) => (at * 40503) % 256);
    const expected = await (await Oracle.open(resized)).run(image, engine.network.input);
    const [output] = [...expected.values()];
    const ours = dequantizeOutput(engine.network, engine.run(image).output);
    expect(Array.from(ours)).toEqual(output);
  });

  it('refuses what is no protobuf message', () => {
    expect(() => resizeInput(new Uint8Array([0xff, 0xff]), 64, [2, 3])).toThrow(RangeError);
  });
});
