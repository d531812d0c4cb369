import { describe, expect, it } from 'vitest';
import { buildSparseNetwork } from '../../src/cli/bench/sparse-network.ts';
import { createEngine, EventEngine } from '../../src/snn/index.ts';

describe('a network of sparse layers', () => {
  it.each([0, 0.5, 0.9, 0.95])('has a share of zeros of %d in each layer', (zeros) => {
    const { network, image } = buildSparseNetwork({ channels: 112, sizePx: 8, layers: 3, zeros });
    const { layerActivity } = new EventEngine(network).run(image);
    expect(layerActivity).toHaveLength(5);
    for (const { events, activations } of layerActivity.slice(1))
      expect(Math.abs(1 - events / activations - zeros)).toBeLessThan(0.05);
  });

  it('means the same to every engine', () => {
    const spec = { channels: 20, sizePx: 5, layers: 2, zeros: 0.6 };
    const { network, image } = buildSparseNetwork(spec);
    const { output } = createEngine('reference', network).run(image);
    expect(createEngine('event', network).run(image).output).toEqual(output);
    expect(createEngine('simd', network).run(image).output).toEqual(output);
  });
});
