// One thread of the emulator: reads each network once, then runs images on the SIMD engine.
import { parentPort } from 'node:worker_threads';
import { createEngine, type Engine, readNetwork, SnnError } from '../../src/snn/index.ts';
import type { NetworkInfo } from '../contract.ts';
import type { NetworkFile } from './accelerator.ts';
import type { ThreadAnswer, ThreadRequest } from './emulator-messages.ts';

if (!parentPort) throw new Error('This file runs as a thread of the emulator only.');
const port = parentPort;
const engines = new Map<string, Engine>();

port.on('message', (request: ThreadRequest) => port.postMessage(answer(request)));
port.postMessage({ type: 'started' } satisfies ThreadAnswer);

/** What the engine refuses is an answer; anything else that it throws ends the thread. */
function answer(request: ThreadRequest): ThreadAnswer {
  try {
    return request.type === 'load'
      ? { type: 'loaded', info: load(request.network) }
      : run(request.networkSha256, request.image);
  } catch (error) {
    if (!(error instanceof SnnError)) throw error;
    return { type: 'refused', code: 'model-invalid', message: error.message };
  }
}

function load({ sha256, file }: NetworkFile): NetworkInfo {
  const network = readNetwork(file);
  engines.set(sha256, createEngine('simd', network));
  const [channels, height, width] = network.input.shape;
  const [spikes, rows, columns] = network.tensors[network.spikeTensor]?.shape ?? [0, 0, 0];
  return {
    inputShape: [channels, height, width],
    spikeCount: spikes * rows * columns,
    macs: network.macs,
  };
}

function run(networkSha256: string, image: Uint8Array): ThreadAnswer {
  const engine = engines.get(networkSha256);
  if (!engine) throw new Error('An image came before its network.');
  const startedAt = performance.now();
  const { spikeCounts } = engine.run(image);
  return { type: 'result', spikeCounts, durationMs: performance.now() - startedAt };
}
