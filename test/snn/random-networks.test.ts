import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventEngine } from '../../src/snn/engines/event.ts';
import { referenceTensors } from '../../src/snn/engines/reference.ts';
import { readNetwork } from '../../src/snn/index.ts';
import { Oracle } from './oracle.ts';
import { buildNetwork, networkArbitrary } from './random-network.ts';

const NUM_RUNS = 120;

test('in random networks every tensor is the same in both engines', () => {
  fc.assert(
    fc.property(networkArbitrary, (spec) => {
      const { file, image } = buildNetwork(spec);
      const network = readNetwork(file);
      const engine = new EventEngine(network);
      engine.run(image); // a second run must not see the first one's potentials
      const { layerActivity } = engine.run(image);
      const tensors = referenceTensors(network, image);
      for (const [index, { inputs, macs, kind }] of network.operators.entries()) {
        const read = inputs.flatMap((name) => Array.from(tensors.get(name) ?? []));
        const activity = layerActivity[index];
        expect(activity?.events).toBe(read.filter((value) => value !== 0).length);
        expect(activity?.activations).toBe(read.length);
        const most = kind === 'add' ? read.length : macs;
        expect(activity?.synapticOperations).toBeLessThanOrEqual(most);
      }
      for (const [name, values] of tensors) {
        expect(engine.tensor(name), name).toEqual(values);
        const { low, high } = network.tensors[name] ?? { low: 0, high: 0 };
        expect(
          values.every((value) => value >= low && value <= high),
          `range of ${name}`,
        ).toBe(true);
      }
    }),
    { numRuns: NUM_RUNS },
  );
});

test('random networks that are float32-exact give what onnxruntime computes, tensor by tensor', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(networkArbitrary, async (spec) => {
      const { file, observed, image } = buildNetwork(spec);
      const network = readNetwork(file);
      const expected = await (await Oracle.open(observed)).run(image, network.input);
      for (const [name, values] of referenceTensors(network, image)) {
        const producer = network.operators.find(({ output }) => output === name);
        if (producer?.float32Exact === false) return; // later tensors may differ as well
        expect(Array.from(values), `${producer?.type} '${name}'`).toEqual(expected.get(name));
        compared++;
      }
    }),
    { numRuns: 60 },
  );
  expect(compared).toBeGreaterThan(100);
});
