import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventEngine } from '../../src/snn/engines/event.ts';
import { referenceTensors } from '../../src/snn/engines/reference.ts';
import { type Network, readNetwork } from '../../src/snn/index.ts';
import { dequantized, expectEnginesToAgree } from './engines.ts';
import { Oracle } from './oracle.ts';
import { anyNetworkArbitrary, type BuiltNetwork, buildNetwork } from './random-network.ts';

/**
 * Layers to compare with onnxruntime, and the seed: `npm run nightly:exactness` sets them. A
 * failure prints the seed and path with which fast-check repeats it.
 */
const LAYERS = Number(process.env.DERMASPIKE_EXACT_LAYERS ?? 10_000);
const SEED = Number(process.env.DERMASPIKE_SEED ?? 20_260_401);
const ROUND = 100;
/** Five milliseconds a layer; generous, for busy machines. */
const TIMEOUT_MS = 60_000 + LAYERS * 150;

test(
  `in random networks, ${LAYERS} layers give the same integers in every engine and in onnxruntime`,
  async () => {
    let compared = 0;
    let unexact = 0;
    const startedAt = performance.now();
    for (let round = 0; compared < LAYERS; round++) {
      await fc.assert(
        fc.asyncProperty(anyNetworkArbitrary, async (spec) => {
          const built = buildNetwork(spec);
          const network = readNetwork(built.file);
          const layers = await compareWithOracle(network, built);
          compared += layers;
          unexact += network.operators.length - layers;
        }),
        { numRuns: ROUND, seed: SEED + round },
      );
    }
    expect(unexact, 'layers left out').toBeLessThan(compared / 20);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    console.log(
      `${compared} layers compared, ${unexact} left out for float32, ${seconds} s, seed ${SEED}`,
    );
  },
  TIMEOUT_MS,
);

/** Returns the number of layers compared: those that float32 cannot round differently. */
async function compareWithOracle(network: Network, built: BuiltNetwork): Promise<number> {
  const oracle = await Oracle.open(built.observed);
  const firstUnexact = network.operators.findIndex(({ float32Exact }) => !float32Exact);
  const exact = network.operators.slice(0, firstUnexact < 0 ? undefined : firstUnexact);
  const names = [network.input.tensor, ...exact.map(({ output }) => output)];
  for (const [index, tensors] of expectEnginesToAgree(network, built.images).entries()) {
    const expected = await oracle.run(built.images[index] ?? built.image, network.input);
    for (const name of names) {
      const values = Array.from(tensors.get(name) ?? []);
      if (!sameNumbers(values, expected.get(name)))
        expect(values, name).toEqual(expected.get(name));
    }
    if (firstUnexact >= 0) continue;
    for (const [name, values] of dequantized(network, tensors)) {
      expect(values, name).toEqual(expected.get(name));
    }
  }
  await oracle.close();
  return exact.length;
}

function sameNumbers(left: readonly number[], right: readonly number[] | undefined): boolean {
  return left.length === right?.length && left.every((value, index) => value === right[index]);
}

test('in random networks the ranges hold, and the event engine counts what it reads', () => {
  fc.assert(
    fc.property(anyNetworkArbitrary, (spec) => {
      const { file, images } = buildNetwork(spec);
      const network = readNetwork(file);
      const engine = new EventEngine(network);
      expect(network.macs).toBe(network.operators.reduce((sum, { macs }) => sum + macs, 0));
      for (const { kind, macs } of network.operators) {
        expect(macs === 0, kind).toBe(kind === 'add' || kind === 'concat');
      }
      for (const image of images) {
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
          const { low, high } = network.tensors[name] ?? { low: 0, high: 0 };
          const inside = values.every((value) => value >= low && value <= high);
          expect(inside, `range of ${name}`).toBe(true);
        }
      }
    }),
    { numRuns: 60, seed: SEED },
  );
});
