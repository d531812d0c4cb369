// One thread of the emulator: reads each network once, then runs images on the SIMD engine. The first
// thread packs the weights; all others use the same memory.
import { parentPort } from 'node:worker_threads';
import { SimdEngine, SnnError, shareProgram } from '../../src/snn/index.ts';
import type { ThreadAnswer, ThreadRequest } from './emulator-messages.ts';
import { PreparedNetworks } from './prepared-networks.ts';

if (!parentPort) throw new Error('This file runs as a thread of the emulator only.');
const port = parentPort;
const engines = new Map<string, SimdEngine>();
const networks = new PreparedNetworks();
/** Made from a file just now; kept once the first image is done. */
const fresh = new Set<SimdEngine>();

port.on('message', (request: ThreadRequest) => {
  port.postMessage(answer(request));
  if (request.type === 'run') keepFresh();
});
port.postMessage({ type: 'started' } satisfies ThreadAnswer);

/** What the engine refuses is an answer; anything else that it throws ends the thread. */
function answer(request: ThreadRequest): ThreadAnswer {
  try {
    return request.type === 'load' ? load(request) : run(request.networkSha256, request.image);
  } catch (error) {
    if (!(error instanceof SnnError)) throw error;
    return { type: 'refused', code: 'model-invalid', message: error.message };
  }
}

function load(request: Extract<ThreadRequest, { type: 'load' }>): ThreadAnswer {
  const { sha256, file } = request.network;
  const { network, prepared } = networks.open(file);
  const program = request.program ?? shareProgram(network, request.slots, prepared);
  const engine = new SimdEngine(network, { shared: program, slot: request.slot, prepared });
  engines.set(sha256, engine);
  // The first thread does it for all.
  if (!prepared && !request.program) fresh.add(engine);
  const [channels, height, width] = network.input.shape;
  const [spikes, rows, columns] = network.tensors[network.spikeTensor]?.shape ?? [0, 0, 0];
  return {
    type: 'loaded',
    info: {
      inputShape: [channels, height, width],
      spikeCount: spikes * rows * columns,
      macs: network.macs,
    },
    program,
  };
}

function run(networkSha256: string, image: Uint8Array): ThreadAnswer {
  const engine = engines.get(networkSha256);
  if (!engine) throw new Error('An image came before its network.');
  const startedAt = performance.now();
  const { spikeCounts } = engine.run(image);
  return { type: 'result', spikeCounts, durationMs: performance.now() - startedAt };
}

function keepFresh(): void {
  for (const engine of fresh) networks.keep(engine.prepared());
  fresh.clear();
}
