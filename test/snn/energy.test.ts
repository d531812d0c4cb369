import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EventEngine,
  estimateEnergy,
  HOROWITZ_45NM,
  QANA_PAPER_CLAIM,
  readNetwork,
  summarizeActivity,
} from '../../src/snn/index.ts';
import { qanaIsPresent, readQana } from './explain/qana.ts';
import { smallNetwork } from './explain/small-network.ts';
import { buildNetwork, networkArbitrary } from './random-network.ts';

test('totals are the sums over layers, and sparsity is the share of silent activations', () => {
  fc.assert(
    fc.property(networkArbitrary, (spec) => {
      const { file, image } = buildNetwork(spec);
      const network = readNetwork(file);
      const { layerActivity } = new EventEngine(network).run(image);
      const { layers, total } = summarizeActivity(network, layerActivity);
      expect(total.denseMacs).toBe(network.macs);
      for (const key of ['events', 'activations', 'synapticOperations'] as const) {
        expect(total[key]).toBe(layerActivity.reduce((sum, layer) => sum + layer[key], 0));
      }
      for (const { events, activations, sparsity } of [...layers, total]) {
        expect(sparsity).toBe(1 - events / activations);
      }
    }),
    { numRuns: 30 },
  );
});

test('activity of another network is refused', () => {
  const network = readNetwork(smallNetwork(1).file);
  const activity = network.operators.map(({ name }) => ({
    layer: name,
    events: 0,
    activations: 0,
    synapticOperations: 0,
  }));
  expect(summarizeActivity(network, activity).total.sparsity).toBe(0);
  expect(() => summarizeActivity(network, activity.slice(1))).toThrow(/layers was given/);
  expect(() => summarizeActivity(network, activity.toReversed())).toThrow(/is of/);
});

test('an operation costs 0.3 pJ of arithmetic and 11.25 pJ of memory, summed without rounding', () => {
  const counts = { events: 1, activations: 2, sparsity: 0.5, synapticOperations: 3, denseMacs: 8 };
  const estimate = estimateEnergy({ layers: [{ layer: 'a', ...counts }], total: counts });
  expect(estimate.estimatedArithmeticUj).toBe((3 * 300) / 1e9);
  expect(estimate.estimatedTotalUj).toBe((3 * 11_550) / 1e9);
  expect(estimate.estimatedDenseUj).toBe((8 * 11_550) / 1e9);
  expect(estimate.layers).toEqual([{ layer: 'a', estimatedTotalUj: (3 * 11_550) / 1e9 }]);
});

test('an estimate says that it is one, and carries its constants, their source and its gaps', () => {
  const none = { events: 0, activations: 0, sparsity: 0, synapticOperations: 0, denseMacs: 0 };
  const estimate = estimateEnergy({ layers: [], total: none });
  expect(estimate.kind).toBe('estimate');
  expect(estimate.model).toBe(HOROWITZ_45NM);
  expect(estimate.model.source).toMatch(/Horowitz.*ISSCC 2014/);
  expect(estimate.model.leavesOut).toMatch(/leakage/);
  const numbers = Object.entries(estimate).filter(([, value]) => typeof value === 'number');
  expect(numbers.every(([name]) => name.startsWith('estimated'))).toBe(true);
});

test("the paper's energy is kept as a claim of the paper", () => {
  expect(QANA_PAPER_CLAIM).toMatchObject({ kind: 'claim', claimedMjPerImage: 1.7 });
  expect(QANA_PAPER_CLAIM.source).toMatch(/arXiv 2507\.15958.*not reproduced/);
});

describe.skipIf(!qanaIsPresent)('on the shipped network', () => {
  test('fewer operations than dense ones are done, and the estimate lies between its bounds', () => {
    const { network, cases } = readQana();
    const engine = new EventEngine(network);
    for (const { image } of cases) {
      const activity = summarizeActivity(network, engine.run(image).layerActivity);
      const { estimatedArithmeticUj, estimatedTotalUj, estimatedDenseUj } =
        estimateEnergy(activity);
      expect(activity.total.synapticOperations).toBeLessThan(network.macs);
      expect(activity.total.sparsity).toBeGreaterThan(0.1);
      expect(estimatedArithmeticUj).toBeLessThan(estimatedTotalUj);
      expect(estimatedTotalUj).toBeLessThan(estimatedDenseUj);
    }
  });
});
