import { expect, test } from 'vitest';
import { explainAside } from '../../src/clinic/explaining.ts';
import { loadShippedModel } from '../../src/clinic/model.ts';
import {
  EventEngine,
  estimateEnergy,
  readNetwork,
  summarizeActivity,
  views,
} from '../../src/snn/index.ts';

const { file, folder: modelFolder, head, inputSizePx } = loadShippedModel();
const tensor = Uint8Array.from({ length: 3 * inputSizePx ** 2 }, (_, at) => (at * 7) % 251);

test('an explanation counts the spikes of all views that the head reads, layer by layer', async () => {
  const { layers, energy, views: count } = await explainAside({ modelFolder, tensor });
  const network = readNetwork(file);
  const engine = new EventEngine(network);
  const runs = views(tensor, network.input.shape, head.views).map((view) => [
    ...engine.run(view).layerActivity,
  ]);
  expect(count).toBe(runs.length);
  expect(layers.map(({ layer }) => layer)).toEqual(runs[0]?.map(({ layer }) => layer));
  for (const [at, { events, synapticOperations, sparsity }] of layers.entries()) {
    const sum = (of: 'events' | 'activations' | 'synapticOperations') =>
      runs.reduce((total, run) => total + (run[at]?.[of] ?? Number.NaN), 0);
    expect([events, synapticOperations]).toEqual([sum('events'), sum('synapticOperations')]);
    expect(sparsity).toBeCloseTo(1 - sum('events') / sum('activations'), 12);
  }
  const one = estimateEnergy(summarizeActivity(network, runs[0] ?? []));
  expect(energy.denseUj).toBeCloseTo(runs.length * one.estimatedDenseUj, 6);
});

test('an explanation is stopped with its signal', async () => {
  const abort = new AbortController();
  const explaining = explainAside({ modelFolder, tensor }, abort.signal);
  abort.abort();
  await expect(explaining).rejects.toThrow('The explanation was stopped.');
});

test('nothing is explained for a caller who has given up before', async () => {
  await expect(explainAside({ modelFolder, tensor }, AbortSignal.abort())).rejects.toThrow(
    'The explanation was stopped.',
  );
});
