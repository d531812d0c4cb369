import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { elementCount, type Network, readNetwork } from '../../src/snn/index.ts';
import { dequantized, expectEnginesToAgree } from './engines.ts';
import { observingFile } from './onnx-writer.ts';
import { Oracle } from './oracle.ts';
import { randomIntegers } from './random-network.ts';

/** What quantizeml 1.2.5 made of one small float network for every operator form (make.py). */
const FOLDER = fileURLToPath(new URL('./vectors/', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.onnx'));
const accepted = files.filter((name) => !name.startsWith('refused'));
const read = (name: string) => readFileSync(`${FOLDER}${name}`);

/** Noise, black, white, and few bright pixels in black. */
function images({ input }: Network): Uint8Array[] {
  const random = randomIntegers(20);
  const count = elementCount(input.shape);
  return [
    Uint8Array.from({ length: count }, () => random(0, 255)),
    new Uint8Array(count),
    new Uint8Array(count).fill(255),
    Uint8Array.from({ length: count }, () => (random(0, 9) === 0 ? 255 : 0)),
  ];
}

test.each(accepted)(
  '%s: every engine gives what onnxruntime gives, layer by layer',
  async (name) => {
    const file = read(name);
    const network = readNetwork(file);
    const hidden = Object.entries(network.tensors).map(([tensor, { type }]) => ({
      name: tensor,
      type,
    }));
    const oracle = await Oracle.open(observingFile(file, hidden));
    const shown = images(network);
    for (const [index, tensors] of expectEnginesToAgree(network, shown).entries()) {
      const expected = await oracle.run(shown[index] ?? new Uint8Array(), network.input);
      for (const [tensor, values] of tensors) {
        expect(Array.from(values), tensor).toEqual(expected.get(tensor));
      }
      for (const [output, values] of dequantized(network, tensors)) {
        expect(values, output).toEqual(expected.get(output));
      }
    }
  },
);

describe('the forms in the vectors', () => {
  const networks = accepted.map((name) => readNetwork(read(name)));
  const types = new Set(networks.flatMap(({ operators }) => operators.map(({ type }) => type)));

  test.each([
    /^QuantizedInputConv2D/,
    /^QuantizedConv2D(?!T)/,
    /^QuantizedDepthwise2D(?!T)/,
    /^QuantizedConv2DTranspose/,
    /^QuantizedDepthwise2DTranspose/,
  ])('have every activation of %s', (family) => {
    for (const suffix of [
      /D(Transpose)?(Biased)?Scaled$/,
      /ReLUScaled$/,
      /ReLUClippedScaled$/,
      /LUTScaled$/,
    ]) {
      expect(
        [...types].some((type) => family.test(type) && suffix.test(type)),
        `${suffix}`,
      ).toBe(true);
    }
  });

  test('have joins, fully connected layers, other layouts, types and several outputs', () => {
    expect([...types]).toEqual(
      expect.arrayContaining([
        'QuantizedAddScaled',
        'QuantizedConcat',
        'QuantizedDense1D',
        'QuantizedDense1DBiasedReLUClippedScaled',
        'QuantizedDense1DFlattenBiasedReLUScaled',
      ]),
    );
    expect(networks.some(({ input }) => input.layout === 'HWC')).toBe(true);
    expect(networks.some(({ outputs }) => outputs.length === 3)).toBe(true);
    expect(networks.some(({ tensors }) => tensors.quantize?.type === 'int8')).toBe(true);
  });
});

test.each([
  ['refused_softmax.onnx', /^Operator Softmax is not supported/],
  ['refused_video.onnx', /^Operator com\.brainchip\.QuantizedBufferTempConvBiasedScaled is not/],
])('%s, which has an operator that is not run, is refused by its name', (name, message) => {
  const refusal = { code: 'operator-unsupported', message: expect.stringMatching(message) };
  expect(() => readNetwork(read(name))).toThrow(expect.objectContaining(refusal));
});
