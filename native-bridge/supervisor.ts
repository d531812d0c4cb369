import type { Accelerator, NetworkFile } from './accelerators/accelerator.ts';
import {
  type AcceleratorStatus,
  BridgeError,
  type InferenceResult,
  type NetworkInfo,
  type Priority,
} from './contract.ts';
import { PriorityQueue } from './priority-queue.ts';
import { Tally } from './tally.ts';

export interface InferenceRequest {
  readonly networkSha256: string;
  readonly image: Uint8Array;
  readonly priority: Priority;
}

interface Job extends InferenceRequest {
  readonly signal: AbortSignal;
  readonly done: PromiseWithResolvers<InferenceResult>;
}

/** An accelerator and what it is doing. */
interface Post {
  readonly accelerator: Accelerator;
  readonly concurrency: number;
  readonly networks: Map<string, string>;
  readonly tally: Tally;
  running: number;
  networkName: string | null;
}

/**
 * Keeps the bridge's accelerators, and gives each image to the first in order of preference that
 * holds its network and is free. What has to wait waits here, the consulting room first, in a
 * queue that has an end.
 */
export class Supervisor {
  /** Images that may wait; more are refused, so that a flood cannot fill the memory. */
  static readonly defaultCapacity = 256;
  #posts: readonly Post[];
  readonly #networks = new Map<string, NetworkFile>();
  readonly #capacity: number;
  readonly #queue = new PriorityQueue<Job>();
  readonly #listeners = new Set<() => void>();

  constructor(accelerators: readonly Accelerator[], capacity = Supervisor.defaultCapacity) {
    this.#capacity = capacity;
    this.#posts = accelerators.map((accelerator) => this.#post(accelerator));
  }

  /**
   * Prefers this accelerator to those that are here, once it has taken the networks that are. It
   * replaces one of the same id. What it refuses stays with the others; its status says why.
   */
  async attach(accelerator: Accelerator): Promise<void> {
    const { id } = accelerator.describe();
    const post = this.#post(accelerator);
    const others = this.#posts.filter((other) => other.accelerator.describe().id !== id);
    const replaced = this.#posts.filter((other) => !others.includes(other));
    this.#posts = [post, ...others];
    this.#changed();
    await Promise.allSettled([
      ...[...this.#networks.values()].map((network) => this.#loadOn(post, network)),
      ...replaced.map((other) => other.accelerator.close()),
    ]);
    this.#changed();
    this.#dispatch();
  }

  /** Loads the network wherever it can be; fails with the preferred accelerator's reason. */
  async load(network: NetworkFile): Promise<NetworkInfo> {
    // For an accelerator that is attached meanwhile, too.
    this.#networks.set(network.sha256, network);
    const loads = await Promise.allSettled(this.#posts.map((post) => this.#loadOn(post, network)));
    this.#changed();
    const loaded = loads.find((load) => load.status === 'fulfilled');
    if (loaded) return loaded.value;
    this.#networks.delete(network.sha256);
    const refused = loads.find((load) => load.status === 'rejected');
    throw refused?.reason ?? new BridgeError('no-accelerator', 'There is no accelerator.');
  }

  async infer(request: InferenceRequest, signal: AbortSignal): Promise<InferenceResult> {
    if (!this.#posts.some(({ networks }) => networks.has(request.networkSha256)))
      throw new BridgeError(
        'model-invalid',
        `No network with SHA-256 ${request.networkSha256} is loaded.`,
      );
    if (this.#queue.size >= this.#capacity)
      throw new BridgeError(
        'accelerator-failed',
        `The bridge is full: ${this.#capacity} images are waiting.`,
      );
    if (signal.aborted) throw cancelled();
    const job: Job = { ...request, signal, done: Promise.withResolvers() };
    const cancel = () => {
      if (this.#queue.remove(job)) job.done.reject(cancelled());
    };
    signal.addEventListener('abort', cancel, { once: true });
    this.#queue.push(job);
    this.#dispatch();
    return job.done.promise.finally(() => signal.removeEventListener('abort', cancel));
  }

  status(): AcceleratorStatus[] {
    return this.#posts.map(({ accelerator, running, networkName, tally }) => {
      const { id, identity } = accelerator.describe();
      const { state, detail } = accelerator.telemetry();
      return {
        id,
        identity,
        state: state === 'ready' && running > 0 ? 'busy' : state,
        networkName,
        detail,
        completed: tally.completed,
        medianMs: tally.medianMs,
      };
    });
  }

  /** Calls `listener` whenever `status()` has changed. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    for (let job = this.#queue.shift(); job; job = this.#queue.shift())
      job.done.reject(cancelled());
    await Promise.all(this.#posts.map(({ accelerator }) => accelerator.close()));
  }

  #post(accelerator: Accelerator): Post {
    accelerator.onChange(() => this.#changed());
    const { concurrency } = accelerator.describe();
    return {
      accelerator,
      concurrency,
      networks: new Map(),
      tally: new Tally(),
      running: 0,
      networkName: null,
    };
  }

  async #loadOn(post: Post, network: NetworkFile): Promise<NetworkInfo> {
    const info = await post.accelerator.load(network);
    post.networks.set(network.sha256, network.name);
    post.networkName = network.name;
    return info;
  }

  #dispatch(): void {
    for (;;) {
      const first = this.#queue.first;
      const post = first && this.#choose(first);
      const job = post && this.#queue.shift();
      if (!job) return;
      void this.#run(post, job);
    }
  }

  /** A failed accelerator is asked only where there is no other: it may recover, or say why not. */
  #choose({ networkSha256 }: Job): Post | undefined {
    const holders = this.#posts.filter(({ networks }) => networks.has(networkSha256));
    const sound = holders.filter((post) => post.accelerator.telemetry().state !== 'failed');
    return (sound.length > 0 ? sound : holders).find((post) => post.running < post.concurrency);
  }

  #hasSoundHolder({ networkSha256, signal }: Job): boolean {
    return (
      !signal.aborted &&
      this.#posts.some(
        ({ networks, accelerator }) =>
          networks.has(networkSha256) && accelerator.telemetry().state !== 'failed',
      )
    );
  }

  async #run(post: Post, job: Job): Promise<void> {
    post.running++;
    post.networkName = post.networks.get(job.networkSha256) ?? null;
    this.#changed();
    try {
      const { accelerator, tally } = post;
      const batch = { networkSha256: job.networkSha256, images: [job.image] };
      const [inference] = await accelerator.infer(batch, job.signal);
      if (!inference) throw new BridgeError('accelerator-failed', 'There was no answer.');
      tally.add(inference.durationMs);
      job.done.resolve({ ...inference, accelerator: accelerator.describe().identity });
    } catch (error) {
      // An accelerator that failed over an image has given no result: another one may.
      if (post.accelerator.telemetry().state === 'failed' && this.#hasSoundHolder(job))
        this.#queue.unshift(job);
      else job.done.reject(error);
    } finally {
      post.running--;
      this.#changed();
      this.#dispatch();
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function cancelled(): BridgeError {
  return new BridgeError('cancelled', 'Cancelled.');
}
