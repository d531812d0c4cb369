import { createHash } from 'node:crypto';
import {
  type AcceleratorOverview,
  type AcceleratorStatus,
  type BridgeContract,
  BridgeError,
  bridgeContract,
  bridgeErrorCodes,
  type Incident,
  type InferenceResult,
} from '../../../native-bridge/shared/contract.ts';
import { type Handlers, serve } from '../../../src/processes/channel.ts';
import type { HostedProcess, ProcessHost } from '../../../src/processes/host.ts';
import { linkedPair } from '../../../src/processes/link.ts';

export const identity = { kind: 'emulator', name: 'Fake', version: '1' } as const;
export const status: AcceleratorStatus = {
  id: 'fake',
  identity,
  state: 'ready',
  networkName: 'invented',
  detail: '',
  completed: 0,
  medianMs: null,
  imagesPerSecond: null,
  device: null,
};
export const overview: AcceleratorOverview = {
  accelerators: [status],
  obstacles: [],
  policy: 'device-first',
  notices: [],
};

export const check = {
  at: '2026-01-01T00:00:00.000Z',
  cause: 'test',
  networkSha256: 'a'.repeat(64),
  images: 41,
  mismatches: 0,
} as const;

/** A "network" of three values whose bytes are the name's. */
export function inventedNetwork(name = 'invented') {
  const file = new TextEncoder().encode(name);
  return { name, file, sha256: createHash('sha256').update(file).digest('hex') };
}

/** Hosts bridges inside the test: each answers what the test wants, and dies when told. */
export class FakeHost implements ProcessHost {
  /** Each bridge that was started, by the images that reached it (their first values). */
  readonly bridges: FakeBridge[] = [];
  /** What a bridge does with an image; the answer, by default. */
  onImage: (value: number, bridge: FakeBridge) => Promise<void> | void = () => {};
  onLoad: (name: string, bridge: FakeBridge) => void = () => {};
  onPolicy: () => void = () => {};
  onSpawn: (bridge: FakeBridge) => void = () => {};

  spawn(): HostedProcess {
    const bridge = new FakeBridge(this);
    this.bridges.push(bridge);
    this.onSpawn(bridge);
    return bridge;
  }

  get last(): FakeBridge {
    const last = this.bridges.at(-1);
    if (!last) throw new Error('No bridge was started.');
    return last;
  }
}

export class FakeBridge implements HostedProcess {
  readonly pid = undefined;
  readonly seen: number[] = [];
  readonly loads: string[] = [];
  readonly policies: string[] = [];
  readonly cancelled: number[] = [];
  readonly dismissed: string[] = [];
  readonly demos: boolean[] = [];
  rescans = 0;
  /** Tells the client of an incident. */
  befall: (incident: Incident) => void = () => {};
  readonly link;
  readonly exited;
  readonly #exit = Promise.withResolvers<{ code: null; signal: string }>();
  isAlive = true;

  constructor(host: FakeHost) {
    const [near, far] = linkedPair();
    this.link = near;
    this.exited = this.#exit.promise;
    const handlers: Handlers<BridgeContract> = {
      load: ({ name }) => {
        this.loads.push(name);
        host.onLoad(name, this);
        return { inputShape: [3, 1, 1], spikeCount: 1, macs: 3 };
      },
      infer: async ({ image }, { signal }): Promise<InferenceResult> => {
        const value = image[0] ?? -1;
        this.seen.push(value);
        signal.addEventListener('abort', () => this.cancelled.push(value));
        await host.onImage(value, this);
        return { spikeCounts: Int32Array.of(value), accelerator: identity, durationMs: 1 };
      },
      accelerators: (_none, emit) => {
        emit(overview);
        return () => {};
      },
      incidents: (_none, emit) => {
        this.befall = emit;
        return () => {};
      },
      setPolicy: ({ policy }) => {
        this.policies.push(policy);
        host.onPolicy();
        return {};
      },
      setDemo: ({ isOpen }) => {
        this.demos.push(isOpen);
        return {};
      },
      test: ({ acceleratorId }) => {
        if (acceleratorId !== 'fake') throw new BridgeError('no-accelerator', 'Gone.');
        return check;
      },
      dismiss: ({ acceleratorId }) => {
        this.dismissed.push(acceleratorId);
        return {};
      },
      rescan: () => {
        this.rescans++;
        return {};
      },
    };
    serve(far, bridgeContract, handlers, { codes: bridgeErrorCodes });
  }

  kill(): void {
    this.isAlive = false;
    this.link.close();
    this.#exit.resolve({ code: null, signal: 'SIGKILL' });
  }
}

export function refusal(message: string): BridgeError {
  return new BridgeError('model-invalid', message);
}
