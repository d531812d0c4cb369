import type {
  Accelerator,
  Batch,
  Inference,
  NetworkFile,
  Telemetry,
} from '../../../native-bridge/accelerators/accelerator.ts';
import { BridgeError, type NetworkInfo } from '../../../native-bridge/shared/contract.ts';

/** An accelerator that runs one image at a time, and answers none before it is released. */
export class HeldAccelerator implements Accelerator {
  /** First value of each image that reached it, in order. */
  readonly seen: number[] = [];
  readonly #released = Promise.withResolvers<void>();
  readonly #listeners = new Set<() => void>();
  readonly #id: string;
  readonly #refusal: BridgeError | undefined;
  readonly #kind: 'device' | 'emulator';
  /** What a load waits for. */
  loading: Promise<void> = Promise.resolve();
  isClosed = false;
  #telemetry: Telemetry = { state: 'ready', detail: '' };

  constructor(id = 'held', refusal?: BridgeError, kind: 'device' | 'emulator' = 'device') {
    this.#kind = kind;
    this.#id = id;
    this.#refusal = refusal;
  }

  /** From now on every image is answered at once, with its first value. */
  release(): void {
    this.#released.resolve();
  }

  become(state: Telemetry['state']): void {
    this.#telemetry = { state, detail: `It is ${state}.` };
    for (const listener of this.#listeners) listener();
  }

  describe() {
    const identity = { kind: this.#kind, name: this.#id, version: '1' };
    return { id: this.#id, identity, concurrency: 1, batch: 1 };
  }

  async load(_network: NetworkFile): Promise<NetworkInfo> {
    if (this.#refusal) throw this.#refusal;
    await this.loading;
    return { inputShape: [1, 1, 1], spikeCount: 1, macs: 1 };
  }

  async infer({ images }: Batch, signal: AbortSignal): Promise<Inference[]> {
    const value = images[0]?.[0] ?? -1;
    this.seen.push(value);
    const aborted = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => aborted.reject(new BridgeError('cancelled', 'Gone.')));
    await Promise.race([this.#released.promise, aborted.promise]);
    return [{ spikeCounts: Int32Array.of(value), durationMs: value }];
  }

  telemetry(): Telemetry {
    return this.#telemetry;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}
