import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spikeLayerPotentials } from '../../../src/snn/explain/spike-layer.ts';
import { uprightPosition } from '../../../src/snn/head/views.ts';
import {
  classify,
  EventEngine,
  explain,
  type Head,
  readNetwork,
  sumCounts,
  VIEW_COUNT,
  views,
} from '../../../src/snn/index.ts';
import { buildNetwork, networkArbitrary } from '../random-network.ts';
import { exactly } from './dyadic.ts';
import { randomHead } from './random-head.ts';
import { runs } from './runs.ts';

/** A square image's network with a head that sums all views, and a way to explain an image. */
const cases = networkArbitrary
  .map((spec) => {
    const side = Math.max(spec.height, spec.width);
    const { file, image } = buildNetwork({ ...spec, height: side, width: side });
    const network = readNetwork(file);
    const head: Head = { ...randomHead(network, spec.seed), views: VIEW_COUNT };
    const engine = new EventEngine(network);
    const shape = network.input.shape;
    return {
      image,
      shape,
      head,
      explained: (of: Uint8Array) => explain(network, head, runs(engine, views(of, shape))),
      counts: (of: Uint8Array) =>
        sumCounts(views(of, shape).map((view) => Int32Array.from(engine.run(view).spikeCounts))),
      network,
      engine,
    };
  })
  .filter(({ network, engine, image }) => {
    engine.run(image);
    const { height, width } = spikeLayerPotentials(network, engine);
    return height === width;
  });

test('the terms of all views sum to the score of the summed counts, to the last bit', () => {
  fc.assert(
    fc.property(cases, ({ image, head, explained, counts }) => {
      const { logits } = classify(head, counts(image));
      for (const [row, each] of explained(image).classes.entries()) {
        const parts = [...each.map, each.bias, each.rounding, each.saturation, each.residual];
        const sum = parts.reduce((total, part) => total + exactly(part), 0n);
        expect(each.score).toBe(logits[row]);
        expect(sum).toBe(exactly(each.score));
      }
    }),
    { numRuns: 40 },
  );
});

test('a turned or mirrored image has the same score and the same map, turned or mirrored', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 7 }), (each, index) => {
      const upright = each.explained(each.image);
      const view = each.explained(views(each.image, each.shape)[index] ?? each.image);
      const { height, width } = upright;
      for (const [row, { score, map }] of view.classes.entries()) {
        expect(score).toBe(upright.classes[row]?.score);
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            expect(map[y * width + x]).toBe(
              upright.classes[row]?.map[uprightPosition(index, y, x, width)],
            );
      }
    }),
    { numRuns: 30 },
  );
});

test('too few or too many runs for the head are refused', () => {
  fc.assert(
    fc.property(cases, ({ image, shape, network, head, engine }) => {
      const all = views(image, shape);
      expect(() => explain(network, head, runs(engine, all.slice(1)))).toThrow(/sums 8 views; 7/);
      expect(() => explain(network, head, runs(engine, [...all, image]))).toThrow(/9 were run/);
    }),
    { numRuns: 3 },
  );
});
