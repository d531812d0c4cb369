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
