import type { Accelerator, NetworkFile } from '../accelerators/accelerator.ts';
import {
  type AcceleratorStatus,
  BridgeError,
  type ExactnessCheck,
  type InferenceResult,
  type NetworkInfo,
  type Policy,
} from '../shared/contract.ts';
import { PriorityQueue } from '../shared/priority-queue.ts';
import { IncidentLog } from './incident-log.ts';
import { type InferenceRequest, Job, Run } from './job.ts';
import { Post } from './post.ts';
import { Readings } from './readings.ts';
import { Shadow, type ShadowOptions } from './shadow.ts';

export interface SupervisorOptions {
  /** Images that may wait; more are refused, so that a flood cannot fill the memory. */
  readonly capacity?: number;
  /** What devices are compared with. Without it no image of the clinic's work is. */
  readonly reference?: Accelerator;
  /** One image in how many is run on the reference too, on average; 20. */
  readonly shadowEvery?: number;
  /** A whole number, 0 … `end` − 1, that nobody can foresee. Tests give their own. */
  readonly below?: (end: number) => number;
  /** What reads at first. */
  readonly policy?: Policy;
  /**
   * Told of each image that a failing device left to another accelerator: from its hand-over to
   * the device until its answer.
   */
  readonly onFallback?: (durationMs: number) => void;
}

/**
 * Keeps the bridge's accelerators, and gives each image to the first in order of preference that
 * holds its network and is free. What has to wait waits here, the consulting room first, in a
 * queue that has an end. Each image is answered once, whatever becomes of what was reading it.
 */
export class Supervisor {
  static readonly defaultCapacity = 256;
  readonly incidents: IncidentLog = new IncidentLog();
  readonly #capacity: number;
  readonly #onFallback: (durationMs: number) => void;
  readonly #reference: Accelerator | undefined;
  readonly #sampling: Pick<ShadowOptions, 'every' | 'below'>;
  readonly #readings = new Readings();
  readonly #networks = new Map<string, NetworkFile>();
  readonly #queue = new PriorityQueue<Job>();
  readonly #listeners = new Set<() => void>();
  #posts: readonly Post[];
  #policy: Policy;
  #isClosed = false;

  constructor(accelerators: readonly Accelerator[], options: SupervisorOptions = {}) {
    const { capacity, reference, shadowEvery, below, policy, onFallback } = options;
    this.#policy = policy ?? 'device-first';
    this.#capacity = capacity ?? Supervisor.defaultCapacity;
    this.#onFallback = onFallback ?? (() => {});
    this.#reference = reference;
    this.#sampling = { every: shadowEvery, below };
    this.#posts = accelerators.map((accelerator) => this.#post(accelerator));
  }

  get policy(): Policy {
    return this.#policy;
  }

  setPolicy(policy: Policy): void {
    this.#policy = policy;
    this.#changed();
    this.#dispatch();
  }

  /**
   * Prefers this accelerator to those that are here, once it has taken the networks that are. It
   * replaces one of the same id. What it refuses stays with the others; its status says why.
   */
  async attach(accelerator: Accelerator): Promise<void> {
    const { id } = accelerator.describe();
    const replaced = this.#posts.filter((other) => other.id === id);
    const post = this.#post(accelerator);
    this.#posts = [post, ...this.#posts.filter((other) => !replaced.includes(other))];
    this.#changed();
    await Promise.allSettled([
      ...[...this.#networks.values()].map((network) => this.#loadOn(post, network)),
      ...replaced.map((other) => other.accelerator.close()),
    ]);
    const isOfUse = [...this.#networks.keys()].some((sha256) => post.holds(sha256));
    if (post.isSound && post.device && isOfUse) this.incidents.attached(post.device);
    this.#changed();
    this.#dispatch();
  }

  /** Forgets an accelerator that is gone; what it had goes elsewhere. */
  async remove(acceleratorId: string): Promise<void> {
    const gone = this.#posts.filter(({ id }) => id === acceleratorId);
    // Closed first: that it failed someone is told of while it is still here.
    await Promise.all(gone.map(({ accelerator }) => accelerator.close()));
    this.#posts = this.#posts.filter((post) => !gone.includes(post));
    this.#changed();
  }

  /** As `remove`, of one that is no longer wanted: at once, and nobody is told that it is gone. */
  async release(acceleratorId: string): Promise<void> {
    const released = this.#posts.filter(({ id }) => id === acceleratorId);
    this.#posts = this.#posts.filter((post) => !released.includes(post));
    this.dismiss(acceleratorId);
    await Promise.all(released.map(({ accelerator }) => accelerator.close()));
  }

  /** A person has taken note of what befell it. */
  dismiss(acceleratorId: string): void {
    this.incidents.dismiss(acceleratorId);
    this.#changed();
  }

  /**
   * Loads the network wherever it can be, and answers when the first accelerator has it. Fails with
   * the preferred accelerator's reason when none takes it.
   */
  async load(network: NetworkFile): Promise<NetworkInfo> {
    // For an accelerator that is attached meanwhile, too.
    this.#networks.set(network.sha256, network);
    const loads = this.#posts.map((post) => this.#loadOn(post, network));
    try {
      return await Promise.any(loads);
    } catch {
      this.#networks.delete(network.sha256);
      const [refused] = await Promise.allSettled(loads);
      throw refused?.status === 'rejected'
        ? refused.reason
        : new BridgeError('no-accelerator', 'There is no accelerator.');
    }
  }

  async infer(request: InferenceRequest, signal: AbortSignal): Promise<InferenceResult> {
    if (!this.#networks.has(request.networkSha256))
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
    const { reading, end } = this.#readings.begin(request.reading);
    const job = new Job(request, reading);
    job.onSettled(end);
    const cancel = () => {
      this.#queue.remove(job);
      job.fail(cancelled());
    };
    signal.addEventListener('abort', cancel, { once: true });
    this.#queue.push(job);
    this.#dispatch();
    return job.result.finally(() => signal.removeEventListener('abort', cancel));
  }

  /** Replays the golden images on one device. */
  async test(acceleratorId: string): Promise<ExactnessCheck> {
    const post = this.#posts.find(({ id }) => id === acceleratorId);
    if (!post)
      throw new BridgeError('no-accelerator', `There is no accelerator ${acceleratorId} any more.`);
    if (!post.device)
      throw new BridgeError(
        'model-invalid',
        'The emulator is what devices are compared with; there is nothing to compare it with.',
      );
    return post.device.test();
  }

  status(): AcceleratorStatus[] {
    return this.#posts.map((post) => post.status());
  }

  /** Calls `listener` whenever `status()` has changed. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) job.fail(cancelled());
    await Promise.all(this.#posts.map(({ accelerator }) => accelerator.close()));
  }

  #post(accelerator: Accelerator): Post {
    const post = new Post(
      accelerator,
      (device) =>
        this.#reference &&
        new Shadow(device, this.#reference, {
          ...this.#sampling,
          onCompared: () => this.#dispatch(),
        }),
    );
    let wasSound = post.isSound;
    accelerator.onChange(() => {
      const { device, isSound } = post;
      // One that was replaced or closed has not failed anyone.
      if (device && wasSound && !isSound && !this.#isClosed && this.#posts.includes(post))
        this.incidents.failed(device, post.networkSha256);
      wasSound = isSound;
      this.#changed();
      this.#dispatch();
    });
    return post;
  }

  async #loadOn(post: Post, network: NetworkFile): Promise<NetworkInfo> {
    try {
      return await post.load(network);
    } finally {
      this.#changed();
      this.#dispatch();
    }
  }

  #dispatch(): void {
    for (;;) {
      const first = this.#queue.first;
      const post = first && this.#choose(first);
      if (!post) return;
      const count = post.batchSize(first, this.#share(first));
      const jobs = this.#queue.take(
        count,
        (other) => other.networkSha256 === first.networkSha256 && !other.isAlone,
      );
      void this.#run(post, new Run(jobs), first.networkSha256);
    }
  }

  /** Images that wait for each free place, so that no accelerator takes what others could do. */
  #share({ networkSha256 }: Job): number {
    const places = this.#posts
      .filter((post) => this.#mayRun(post) && post.holds(networkSha256))
      .reduce((sum, post) => sum + post.free(networkSha256), 0);
    return Math.ceil(this.#queue.size / Math.max(places, 1));
  }

  /** By the policy. Comparing is left to the devices, as long as there is one. */
  #mayRun(post: Post): boolean {
    if (!post.isSound) return false;
    if (this.#policy === 'emulator-only') return post.kind === 'emulator';
    if (this.#policy === 'device-first' || post.kind === 'device') return true;
    return !this.#posts.some(({ kind, isSound }) => kind === 'device' && isSound);
  }

  /** A failed accelerator is asked only where there is no other: it may recover, or say why not. */
  #choose({ networkSha256 }: Job): Post | undefined {
    const holders = this.#posts.filter((post) => post.holds(networkSha256));
    const allowed = holders.filter((post) => this.#mayRun(post));
    const isComing = this.#posts.some(
      (post) => post.isLoading(networkSha256) && this.#mayRun(post),
    );
    const sound = holders.filter(({ isSound }) => isSound);
    const candidates =
      allowed.length > 0 ? allowed : isComing ? [] : sound.length > 0 ? sound : holders;
    return candidates.find((post) => post.free(networkSha256) > 0);
  }

  async #run(post: Post, run: Run, networkSha256: string): Promise<void> {
    const compare = this.#policy === 'compare-both';
    const inferring = post.infer(run, networkSha256, compare);
    this.#changed();
    try {
      const inferences = await inferring;
      run.end();
      const { identity } = post.accelerator.describe();
      for (const [at, job] of run.jobs.entries()) {
        const inference = inferences[at];
        if (!inference) throw new BridgeError('accelerator-failed', 'There was no answer.');
        if (job.leftAt !== undefined) this.#onFallback(performance.now() - job.leftAt);
        job.answer({ ...inference, accelerator: identity });
      }
    } catch (error) {
      run.end();
      this.#unanswered(post, run, error);
    }
    this.#changed();
    this.#dispatch();
  }

  /** An accelerator that failed over an image has given no result: another one may. */
  #unanswered(post: Post, run: Run, error: unknown): void {
    const isSplit = post.isSound && run.jobs.length > 1;
    // Backwards: each goes before everything else of its priority.
    for (const job of run.open.toReversed()) {
      const mayGoElsewhere = !post.isSound && this.#posts.some((other) => canTake(other, job));
      if (!isSplit && !mayGoElsewhere) {
        job.fail(error);
        continue;
      }
      job.isAlone = isSplit;
      if (mayGoElsewhere) job.leftAt ??= run.startedAt;
      this.#queue.unshift(job);
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function canTake(post: Post, { networkSha256 }: Job): boolean {
  return post.isSound && (post.holds(networkSha256) || post.isLoading(networkSha256));
}

function cancelled(): BridgeError {
  return new BridgeError('cancelled', 'Cancelled.');
}
