import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  Accelerator,
  Batch,
  Inference,
  NetworkFile,
  Telemetry,
} from '../../../native-bridge/accelerators/accelerator.ts';
import { BridgeError, type NetworkInfo } from '../../../native-bridge/shared/contract.ts';
import { createEngine, type Engine, readNetwork } from '../../../src/snn/index.ts';

/** The emulator without its threads, for tests that count and damage rather than hurry. */
export class InThreadEmulator implements Accelerator {
  readonly #engines = new Map<string, Engine>();

  describe() {
    const identity = { kind: 'emulator', name: 'In thread', version: '1' } as const;
    return { id: 'emulator', identity, concurrency: 2, batch: 1 };
  }
  telemetry(): Telemetry {
    return { state: 'ready', detail: '' };
  }
  onChange(): () => void {
    return () => {};
  }
  async load({ sha256, file }: NetworkFile): Promise<NetworkInfo> {
    const network = readNetwork(file);
    this.#engines.set(sha256, createEngine('event', network));
    const spikeCount = network.tensors[network.spikeTensor]?.shape.reduce((all, n) => all * n);
    const [channels, height, width] = network.input.shape;
    return {
      inputShape: [channels, height, width],
      spikeCount: spikeCount ?? 0,
      macs: network.macs,
    };
  }
  async infer({ networkSha256, images }: Batch): Promise<Inference[]> {
    const engine = this.#engines.get(networkSha256);
    if (!engine) throw new BridgeError('model-invalid', 'Not loaded.');
    const inferences: Inference[] = [];
    for (const image of images) {
      await nextTurn();
      inferences.push({ spikeCounts: engine.run(image).spikeCounts, durationMs: 0.1 });
    }
    return inferences;
  }
  async close(): Promise<void> {}
}
