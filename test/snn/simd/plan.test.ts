import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimdEngine } from '../../../src/snn/engines/simd/engine.ts';
import { readNetwork } from '../../../src/snn/index.ts';
import { tensorOf } from '../../../src/snn/network.ts';
import { compilePlan } from '../../../src/snn/plan/compile.ts';
import { describePlan } from '../../../src/snn/plan/describe.ts';
import { asDepthwise } from '../../../src/snn/plan/equivalents.ts';
import type { ArenaBuffer, Step } from '../../../src/snn/plan/plan.ts';
import { lacks } from '../../requirements.ts';
import { expectEnginesToAgree } from '../engines.ts';
import { buildNetwork, networkArbitrary } from '../random-network.ts';
import { readRecorded, readShipped } from './networks.ts';

function buffersOf(steps: readonly Step[]): ReadonlySet<ArenaBuffer> {
  const buffers = new Set<ArenaBuffer>();
  for (const step of steps) {
    buffers.add(step.output.buffer);
    if (step.kernel === 'image') buffers.add(step.image);
    if (step.kernel === 'depthwise') buffers.add(step.scratch);
  }
  return buffers;
}

test('buffers that live at the same time never overlap, and all lie in the arena', () => {
  fc.assert(
    fc.property(networkArbitrary, (spec) => {
      const network = readNetwork(buildNetwork(spec).file);
      const { steps, arenaBytes } = compilePlan(network, { relaxedTo: 255 });
      const buffers = [...buffersOf(steps)];
      for (const [index, one] of buffers.entries()) {
        expect(one.offset + one.bytes).toBeLessThanOrEqual(arenaBytes);
        for (const other of buffers.slice(0, index)) {
          const together = one.first <= other.last && other.first <= one.last;
          const apart =
            one.offset + one.bytes <= other.offset || other.offset + other.bytes <= one.offset;
          expect(!together || apart).toBe(true);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('where the dot product is exact to 127, and by events, all bytes that are read are at most that', () => {
  fc.assert(
    fc.property(networkArbitrary, (spec) => {
      const network = readNetwork(buildNetwork(spec).file);
      const zeros = new Map(network.operators.map(({ name }) => [name, 1]));
      for (const options of [{}, { zeros }]) {
        for (const step of compilePlan(network, { relaxedTo: 127, ...options }).steps) {
          if (!('dot' in step && step.dot === 'relaxed') && step.kernel !== 'events') continue;
          const { operator, input } = step;
          const { low, high } = tensorOf(network, operator.inputs[0] ?? '');
          const pads = 'padValue' in operator ? Array.from(operator.padValue) : [];
          const bytes = [low, high, ...pads].map((value) => value + input.zero);
          expect(Math.min(...bytes), operator.name).toBeGreaterThanOrEqual(0);
          expect(Math.max(...bytes), operator.name).toBeLessThanOrEqual(127);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('an addition is rescaled in the same pass, also where nothing rectifies it', () => {
  const layer = {
    channels: 9,
    kernel: [3, 3],
    stride: [1, 1],
    pads: [1, 1, 1, 1],
    pool: '',
    biased: true,
    weights: 'any',
    shift: 12,
  } as const;
  const lows = new Set<number | undefined>();
  for (const activation of ['', 'ReLU'] as const) {
    for (let seed = 1; seed <= 12; seed++) {
      const { file, images } = buildNetwork({
        seed,
        channels: 3,
        height: 7,
        width: 9,
        end: 'potential',
        signed: false,
        layout: 'CHW',
        moreOutputs: 0,
        layers: [
          { ...layer, kind: 'residual', activation: '' },
          { ...layer, kind: 'identity', activation },
        ],
      });
      const network = readNetwork(file);
      for (const step of compilePlan(network, { relaxedTo: 255 }).steps)
        if (step.kernel === 'add') lows.add(step.rescaling?.low);
      expectEnginesToAgree(network, images);
    }
  }
  expect(lows).toContain(-128);
  expect(lows).toContain(0);
});

describe.skipIf(lacks('shared', 'plan of the benchmark network'))('the benchmark network', () => {
  const compiled = () => {
    const { network } = readRecorded('bench/qana128', 'bench/qana128.quantized.onnx');
    return { network, plan: compilePlan(network, { relaxedTo: 255 }) };
  };

  test('joins maps without copying, and rescales in the additions', () => {
    const { network, plan } = compiled();
    const kernels = plan.steps.map(({ kernel }) => kernel);
    expect(network.operators.filter(({ kind }) => kind === 'concat').length).toBeGreaterThan(0);
    expect(kernels).not.toContain('copy');
    const adds = describePlan(plan).filter(({ kernel }) => kernel.startsWith('add'));
    expect(adds.map(({ kernel }) => kernel)).toEqual(adds.map(() => 'add + rescaling'));
  });

  test('needs less than an eighth of the memory of all its tensors', () => {
    const { network, plan } = compiled();
    const all = Object.values(network.tensors).reduce(
      (sum, { shape: [channels, rows, columns] }) => {
        return sum + channels * rows * columns;
      },
      0,
    );
    expect(plan.arenaBytes).toBeLessThan(all / 8);
  });
});

test('a plan describes itself as rows of a table', () => {
  const rows = describePlan(new SimdEngine(readShipped(), { relaxedTo: 0 }).plan);
  expect(rows[0]).toEqual({
    layer: 'image',
    operator: 'InputQuantizer',
    shape: '3×192×192',
    macs: 0,
    bytes: 4 * 192 * 192,
    kernel: 'image',
  });
  const macs = rows.reduce((sum, row) => sum + row.macs, 0);
  const executed = readShipped().operators.map((operator) =>
    operator.kind === 'convolution' ? (asDepthwise(operator) ?? operator).macs : operator.macs,
  );
  expect(macs).toBe(executed.reduce((sum, each) => sum + each, 0));
  expect(rows.some(({ kernel }) => kernel === 'product (v128)')).toBe(true);
});
