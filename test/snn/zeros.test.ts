import { expect, test } from 'vitest';
import { buildSparseNetwork } from '../../src/cli/bench/sparse-network.ts';
import { measureZeros, SimdEngine } from '../../src/snn/index.ts';

const SPEC = { channels: 112, sizePx: 8, layers: 3 };

/** Which kernel each step of the plan has. */
function kernels(engine: SimdEngine): readonly string[] {
  return engine.plan.steps.map(({ kernel }) => kernel);
}

test('the share of zeros is counted layer by layer', () => {
  const { network, image } = buildSparseNetwork({ ...SPEC, zeros: 0.9 });
  const zeros = measureZeros(network, [image, image]);
  expect([...zeros.keys()]).toEqual(network.operators.map(({ name }) => name));
  for (const share of [...zeros.values()].slice(1, -1)) expect(share).toBeCloseTo(0.9, 1);
});

test('layers whose measured inputs are mostly zero go by events, and the others do not', () => {
  for (const [share, expected] of [
    [0.5, 'product'],
    [0.95, 'events'],
  ] as const) {
    const { network, image } = buildSparseNetwork({ ...SPEC, zeros: share });
    const dense = new SimdEngine(network);
    const engine = new SimdEngine(network, { zeros: measureZeros(network, [image]) });
    expect(kernels(dense)).not.toContain('events');
    expect(kernels(engine).slice(2, -3)).toEqual(Array(SPEC.layers).fill(expected));
    expect(engine.run(image)).toEqual(dense.run(image));
  }
});

test('plain kernels leave a layer to events sooner than relaxed ones, wide layers sooner than others', () => {
  const goesByEvents = (channels: number, share: number, relaxedTo: 0 | 255) => {
    const { network } = buildSparseNetwork({ channels, sizePx: 4, layers: 1, zeros: 0.9 });
    const zeros = new Map(network.operators.map(({ name }) => [name, share]));
    return kernels(new SimdEngine(network, { zeros, relaxedTo })).includes('events');
  };
  expect([0.6, 0.7].map((share) => goesByEvents(112, share, 0))).toEqual([false, true]);
  expect([0.7, 0.8, 0.85].map((share) => goesByEvents(112, share, 255))).toEqual([
    false,
    false,
    true,
  ]);
  expect([0.7, 0.8].map((share) => goesByEvents(160, share, 255))).toEqual([false, true]);
});
