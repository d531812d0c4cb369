import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventEngine } from '../../src/snn/engines/event.ts';
import { Neurons } from '../../src/snn/engines/neurons.ts';
import { exp, sigmoid } from '../../src/snn/head/exp.ts';
import { createEngine, readNetwork } from '../../src/snn/index.ts';
import { inputTable } from '../../src/snn/input.ts';
import { powerOfTwo } from '../../src/snn/power-of-two.ts';
import { requantize } from '../../src/snn/requantize.ts';
import { sha256 } from '../../src/snn/sha256.ts';
import { functionBody, type ModelSpec, writeModel } from './onnx-writer.ts';
import { Oracle } from './oracle.ts';
import { randomIntegers } from './random-network.ts';

/** ⌊p·M/2^s + ½⌋ in unbounded integers: ⌊(2·p·M + 2^s) / 2^(s+1)⌋. */
function exactly(p: number, m: number, s: number): bigint {
  const product = 2n * BigInt(p) * BigInt(m);
  if (s < 0) return (product << BigInt(-s)) / 2n;
  return (product + (1n << BigInt(s))) >> BigInt(s + 1); // >> rounds down
}

/** The 32-bit formula of docs/arithmetic.md, every operation on int32. */
function in32Bits(p: number, m: number, s: number): number {
  const unit = 2 ** s;
  const clamp32 = (value: number) => Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1);
  const ceiling = m === 0 ? 2 ** 31 - 1 : clamp32(Math.ceil((126.5 * unit) / m));
  const floor = m === 0 ? -(2 ** 31) : clamp32(Math.ceil((-127.5 * unit) / m) - 1);
  const factor = s < 0 ? Math.min(m * 2 ** -s, 256) : m;
  const drop = Math.max(0, s - 24);
  const rest = Math.max(s, 0) - drop;
  const clamped = Math.min(Math.max(p, floor), ceiling);
  const kept = int32((clamped >> drop) * factor);
  const dropped = int32((clamped & ((1 << drop) - 1)) * factor) >> drop;
  const half = rest === 0 ? 0 : 1 << (rest - 1);
  const y = int32(int32(kept + dropped) + half) >> rest;
  return Math.min(Math.max(y, -128), 127);
}

function int32(value: number): number {
  if (value < -(2 ** 31) || value >= 2 ** 31) throw new RangeError(`${value} leaves 32 bits`);
  return value;
}

const potential = fc.oneof(
  fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }),
  fc.integer({ min: -5000, max: 5000 }),
);
const multiplier = fc.integer({ min: 0, max: 255 });
const shift = fc.integer({ min: -32, max: 32 });

describe('requantization', () => {
  test('float64, the 32-bit formula and a firing neuron all give the exact integer', () => {
    fc.assert(
      fc.property(potential, multiplier, shift, (p, m, s) => {
        const exact = exactly(p, m, s);
        const expected = exact < -128n ? -128 : exact > 127n ? 127 : Number(exact);
        expect(requantize(p, m, s, -128, 127) + 0).toBe(expected);
        expect(in32Bits(p, m, s)).toBe(expected);
        const neurons = new Neurons(
          { kind: 'none' },
          { bits: 8, multiplier: Uint8Array.of(m), shift: Int8Array.of(s) },
        );
        const spikes = new Int16Array(1);
        expect(neurons.fire(Float64Array.of(p), 0, spikes, 0)).toBe(expected === 0 ? 0 : 1);
        expect(spikes[0]).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });

  test('the neighbours of every rounding boundary are exact', () => {
    for (let m = 1; m <= 255; m += 11) {
      for (const s of [-3, 0, 1, 7, 14, 19, 24, 25, 28, 32]) {
        for (let result = -128; result <= 128; result++) {
          const step = Math.ceil(((result - 0.5) * 2 ** s) / m);
          for (const p of [step - 1, step]) {
            if (Math.abs(p) >= 2 ** 31) continue;
            const exact = Math.min(Math.max(Number(exactly(p, m, s)), -128), 127);
            expect(requantize(p, m, s, -128, 127) - exact).toBe(0);
            expect(in32Bits(p, m, s) - exact).toBe(0);
          }
        }
      }
    }
  });

  test('where float32 rounds across a boundary the importer says so and the integer stays exact', async () => {
    // Potentials just below a boundary whose float32 body lands on the other side.
    const [m, s] = [201, 26];
    const inFloat32 = (p: number) =>
      Math.floor(Math.fround(Math.fround(Math.fround(p / 2 ** s) * m) + 0.5));
    const differing = Array.from({ length: 127 }, (_, result) => {
      return Math.ceil(((result + 0.5) * 2 ** s) / m) - 1;
    }).filter((p) => p < 2 ** 24 && BigInt(inFloat32(p)) !== exactly(p, m, s));
    const [bias = 0] = differing;
    expect(bias).toBeGreaterThan(0);

    const model = constantPotential(bias, m, s);
    const network = readNetwork(writeModel(model));
    const [layer] = network.operators;
    expect(layer?.float32Exact).toBe(false);
    const image = new Uint8Array(4);
    const { spikeCounts } = createEngine('event', network).run(image);
    expect(BigInt(spikeCounts[0] ?? 0)).toBe(exactly(bias, m, s));
    const [inOrt] = [
      ...(await (await Oracle.open(writeModel(model))).run(image, network.input)).values(),
    ];
    expect(inOrt).toEqual([inFloat32(bias)]);
  });
});

/** A network whose only potential is its bias: 1×2×2 image, zero weights, one pooled channel. */
function constantPotential(bias: number, m: number, s: number): ModelSpec {
  const conv = 'QuantizedInputConv2DBiasedGlobalAvgPoolReLUScaled';
  return {
    nodes: [
      {
        op: 'InputQuantizer',
        name: 'q',
        inputs: ['x', 'one', 'zero'],
        outputs: ['q'],
        attributes: { perm: [0, 1, 2, 3] },
      },
      {
        op: conv,
        name: 'c',
        inputs: functionBody(conv).inputs.map((name) => (name === 'X' ? 'q' : name)),
        outputs: ['c'],
        attributes: { strides: [1, 1] },
      },
      { op: 'Dequantizer', name: 'd', inputs: ['c', 'one'], outputs: ['y'] },
    ],
    functions: ['InputQuantizer', conv, 'Dequantizer'].map(functionBody),
    initializers: [
      { name: 'one', type: 'float32', dims: [1], values: [1] },
      { name: 'zero', type: 'uint8', dims: [1], values: [0] },
      { name: 'x_pad_value', type: 'int32', dims: [1], values: [0] },
      { name: 'W', type: 'int8', dims: [1, 1, 2, 2], values: [0, 0, 0, 0] },
      { name: 'bias', type: 'int32', dims: [1], values: [bias] },
      { name: 'pads', type: 'int64', dims: [8], values: [0, 0, 0, 0, 0, 0, 0, 0] },
      { name: 'Scale', type: 'uint8', dims: [1, 1, 1, 1], values: [m] },
      { name: 'Shift', type: 'float32', dims: [1, 1, 1, 1], values: [2 ** s] },
    ],
    inputs: [{ name: 'x', type: 'float32', dims: ['N', 1, 2, 2] }],
    outputs: [{ name: 'y', type: 'float32', dims: ['N', 1, 1, 1] }],
  };
}

test('events and synaptic operations are what counting by hand gives', () => {
  const model = constantPotential(5, 1, 0);
  const initializers = model.initializers.map((tensor) =>
    tensor.name === 'W' ? { ...tensor, dims: [1, 1, 1, 1], values: [3] } : tensor,
  );
  const engine = new EventEngine(readNetwork(writeModel({ ...model, initializers })));
  const { layerActivity, spikeCounts } = engine.run(Uint8Array.of(0, 7, 0, 255));
  expect(layerActivity).toEqual([{ layer: 'c', events: 2, activations: 4, synapticOperations: 2 }]);
  expect(spikeCounts).toEqual(Int32Array.of(127)); // 4·5 + 3·(7 + 255), saturated
});

test('the input table is QuantizeLinear: ties to even, saturation, a zero point', () => {
  const table = (scale: number, zeroPoint: number, signed: boolean) =>
    inputTable({ scale: Float32Array.of(scale), zeroPoint: Int32Array.of(zeroPoint) }, signed);
  expect(Array.from(table(2, 0, false).subarray(0, 6))).toEqual([0, 0, 1, 2, 2, 2]);
  expect(table(1, 3, false)[255]).toBe(255);
  expect(Array.from(table(1, -128, true).subarray(0, 2))).toEqual([-128, -127]);
});

describe('exp', () => {
  test('is within 2 ulp of the platform over its whole range', () => {
    const random = randomIntegers(7);
    for (let index = 0; index < 200_000; index++) {
      const x = (random(-(2 ** 30), 2 ** 30) / 2 ** 30) * (index % 2 === 0 ? 1 : 708);
      expect(Math.abs(exp(x) - Math.exp(x)) <= 2 * ulp(Math.exp(x))).toBe(true);
    }
  });

  test('agrees with values computed to 40 digits', () => {
    // Correctly rounded doubles of e, e^-1, e^0.5, e^10, e^-20.
    const known = [
      [1, Math.E],
      [-1, 0.36787944117144233],
      [0.5, 1.6487212707001282],
      [10, 22026.465794806718],
      [-20, 2.061153622438558e-9],
    ] as const;
    for (const [x, value] of known)
      expect(Math.abs(exp(x) - value)).toBeLessThanOrEqual(ulp(value));
  });

  test('ends in zero, infinity and NaN, and is exact at 0', () => {
    expect([exp(0), exp(-746), exp(710), exp(Number.NaN)]).toEqual([1, 0, Infinity, Number.NaN]);
    expect(exp(-745)).toBe(Number.MIN_VALUE);
    expect([sigmoid(0), sigmoid(800), sigmoid(-800)]).toEqual([0.5, 1, 0]);
  });
});

test('powers of two are exact and refused outside the normal doubles', () => {
  for (let exponent = -1022; exponent <= 1023; exponent++) {
    expect(Math.log2(powerOfTwo(exponent))).toBe(exponent);
  }
  expect(() => powerOfTwo(1024)).toThrow(RangeError);
  expect(() => powerOfTwo(0.5)).toThrow(RangeError);
});

test('SHA-256 gives the digests of FIPS 180-4', () => {
  const digest = (text: string) => sha256(new TextEncoder().encode(text));
  expect(digest('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(digest('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
  expect(digest('a'.repeat(1_000_000))).toBe(
    'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
  );
});

function ulp(value: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigUint64(0, bits.getBigUint64(0) + 1n);
  return bits.getFloat64(0) - value;
}
