import { availableParallelism } from 'node:os';
import { distFile } from '../../src/processes/dist.ts';
import type { SharedProgram } from '../../src/snn/index.ts';
import { BridgeError, type NetworkInfo } from '../shared/contract.ts';
import type {
  Accelerator,
  AcceleratorDescription,
  Batch,
  Inference,
  NetworkFile,
  Telemetry,
} from './accelerator.ts';
import { emulatorIdentity } from './emulator-identity.ts';
import type { ThreadAnswer } from './emulator-messages.ts';
import { EmulatorThread, type ThreadLimits, type ThreadLostError } from './emulator-thread.ts';

export interface EmulatorOptions {
  readonly threads?: number;
  readonly limits?: Partial<ThreadLimits>;
  /** The program of a thread. */
  readonly threadFile?: string;
}

const defaultLimits: ThreadLimits = {
  maxHeapMb: 512,
  startMs: 20_000,
  loadMs: 20_000,
  runMs: 15_000,
};
/** A thread that is lost is replaced, and its work done again once. */
const maxAttempts = 2;
/** Starts in a row that may fail. After that the emulator tries again only when there is work. */
const maxFailedStarts = 3;

interface Task {
  readonly network: NetworkFile;
  /** Absent when there is only the network to load. */
  readonly image: Uint8Array | undefined;
  readonly done: PromiseWithResolvers<ThreadAnswer>;
  attempts: number;
  isSettled: boolean;
}

/** The accelerator that every machine has: a few threads that run the SIMD engine. */
export class Emulator implements Accelerator {
  readonly #size: number;
  readonly #limits: ThreadLimits;
  readonly #threadFile: string;
  readonly #networks = new Map<string, NetworkFile>();
  /** Each network's weights as the first thread packed them; all threads share them. */
  readonly #programs = new Map<string, SharedProgram>();
  /** A thread is here with its task, or with `undefined` while idle or starting. */
  readonly #threads = new Map<EmulatorThread, Task | undefined>();
  readonly #idle: EmulatorThread[] = [];
  readonly #queue: Task[] = [];
  readonly #listeners = new Set<() => void>();
  #telemetry: Telemetry = { state: 'starting', detail: 'Starting.' };
  #failedStarts = 0;
  #isClosed = false;

  constructor(options: EmulatorOptions = {}) {
    this.#size = options.threads ?? defaultThreads(availableParallelism());
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#threadFile = options.threadFile ?? distFile('emulator-worker.mjs');
    this.#staff();
  }

  describe(): AcceleratorDescription {
    return { id: 'emulator', identity: emulatorIdentity, concurrency: this.#size, batch: 1 };
  }

  telemetry(): Telemetry {
    return this.#telemetry;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async load({ name, sha256, file }: NetworkFile): Promise<NetworkInfo> {
    const network = { name, sha256, file: new Uint8Array(file) };
    const answer = await this.#submit(network, undefined);
    if (answer.type === 'refused')
      throw new BridgeError(
        answer.code,
        `The network ${network.name} cannot be run: ${answer.message}`,
      );
    if (answer.type !== 'loaded') throw unexpected(answer);
    this.#networks.set(network.sha256, network);
    return answer.info;
  }

  async infer(batch: Batch, signal: AbortSignal): Promise<readonly Inference[]> {
    const network = this.#networks.get(batch.networkSha256);
    if (!network)
      throw new BridgeError(
        'model-invalid',
        `No network with SHA-256 ${batch.networkSha256} is loaded on the emulator.`,
      );
    return Promise.all(
      batch.images.map(async (image) => {
        const answer = await this.#submit(network, image, signal);
        if (answer.type === 'refused') throw new BridgeError(answer.code, answer.message);
        if (answer.type !== 'result') throw unexpected(answer);
        return { spikeCounts: answer.spikeCounts, durationMs: answer.durationMs };
      }),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#failAll(closed());
    const threads = [...this.#threads.keys()];
    for (const thread of threads) thread.end('was closed');
    await Promise.all(threads.map((thread) => thread.lost));
  }

  async #submit(
    network: NetworkFile,
    image: Uint8Array | undefined,
    signal?: AbortSignal,
  ): Promise<ThreadAnswer> {
    if (this.#isClosed) throw closed();
    if (this.#telemetry.state === 'failed') this.#revive();
    const task: Task = {
      network,
      // A copy of its own: a view would take the whole buffer behind it to the thread.
      image: image && new Uint8Array(image),
      done: Promise.withResolvers(),
      attempts: 0,
      isSettled: false,
    };
    const cancel = () => this.#drop(task, new BridgeError('cancelled', 'Cancelled.'));
    if (signal?.aborted) cancel();
    else {
      signal?.addEventListener('abort', cancel, { once: true });
      this.#queue.push(task);
      this.#assign();
    }
    return task.done.promise.finally(() => signal?.removeEventListener('abort', cancel));
  }

  #assign(): void {
    while (this.#queue.length > 0) {
      // The one that worked last: its network is read and its code compiled.
      const thread = this.#idle.pop();
      if (!thread) return;
      const task = this.#queue.shift();
      if (task) void this.#perform(thread, task);
    }
  }

  async #perform(thread: EmulatorThread, task: Task): Promise<void> {
    this.#threads.set(thread, task);
    task.attempts++;
    try {
      const answer = await this.#ask(thread, task);
      this.#finish(task, () => task.done.resolve(answer));
      this.#rest(thread);
    } catch (error) {
      if (task.attempts < maxAttempts && !task.isSettled) this.#queue.unshift(task);
      else this.#drop(task, lostTwice(task, error as ThreadLostError));
    }
    this.#assign();
  }

  /** @throws ThreadLostError */
  async #ask(thread: EmulatorThread, { network, image }: Task): Promise<ThreadAnswer> {
    const { sha256 } = network;
    if (!image || !thread.networks.has(sha256)) {
      const place = { slot: thread.slot, slots: this.#size, program: this.#programs.get(sha256) };
      const answer = await thread.ask({ type: 'load', network, ...place });
      if (answer.type === 'loaded') {
        thread.networks.add(sha256);
        this.#programs.set(sha256, answer.program);
      }
      if (answer.type !== 'loaded' || !image) return answer;
    }
    return thread.ask({ type: 'run', networkSha256: sha256, image });
  }

  /** A thread that ended right after its answer is already replaced. */
  #rest(thread: EmulatorThread): void {
    if (!this.#threads.has(thread)) return;
    this.#threads.set(thread, undefined);
    this.#idle.push(thread);
  }

  /** Settles a task as failed, wherever it is. A thread that runs it goes on and is not heard. */
  #drop(task: Task, error: Error): void {
    const index = this.#queue.indexOf(task);
    if (index >= 0) this.#queue.splice(index, 1);
    this.#finish(task, () => task.done.reject(error));
  }

  #finish(task: Task, settle: () => void): void {
    if (task.isSettled) return;
    task.isSettled = true;
    settle();
  }

  #staff(): void {
    while (this.#threads.size < this.#size) this.#addThread();
  }

  /** One more attempt at threads that did not start. */
  #revive(): void {
    this.#failedStarts = maxFailedStarts - 1;
    this.#report('starting', 'Starting again.');
    this.#staff();
  }

  #addThread(): void {
    const taken = new Set([...this.#threads.keys()].map(({ slot }) => slot));
    const slot = Array.from({ length: this.#size }, (_, each) => each).find((n) => !taken.has(n));
    const thread = new EmulatorThread(this.#threadFile, this.#limits, slot ?? 0);
    let isUp = false;
    this.#threads.set(thread, undefined);
    void thread.started.then(
      () => {
        isUp = true;
        this.#failedStarts = 0;
        this.#rest(thread);
        this.#report('ready', this.#size === 1 ? '1 thread' : `${this.#size} threads`);
        this.#assign();
      },
      () => {},
    );
    void thread.lost.then((error) => this.#replace(thread, error, isUp));
  }

  #replace(thread: EmulatorThread, error: ThreadLostError, wasUp: boolean): void {
    this.#threads.delete(thread);
    const index = this.#idle.indexOf(thread);
    if (index >= 0) this.#idle.splice(index, 1);
    if (this.#isClosed || this.#telemetry.state === 'failed') return;
    if (!wasUp && ++this.#failedStarts >= maxFailedStarts) {
      const detail = `The emulator's threads do not start; the last one ${error.message}.`;
      this.#report('failed', detail);
      this.#failAll(new BridgeError('no-accelerator', detail));
    } else this.#staff();
  }

  #failAll(error: BridgeError): void {
    const running = [...this.#threads.values()].filter((task) => task !== undefined);
    for (const task of [...this.#queue, ...running]) this.#drop(task, error);
  }

  #report(state: Telemetry['state'], detail: string): void {
    if (this.#telemetry.state === state) return;
    this.#telemetry = { state, detail };
    for (const listener of this.#listeners) listener();
  }
}

/** Two to four threads, one core left to the rest of the program where there are enough. */
function defaultThreads(cores: number): number {
  return Math.min(cores, 4, Math.max(2, cores - 1));
}

function lostTwice({ network, image }: Task, error: ThreadLostError): BridgeError {
  const what = image ? `an image with ${network.name}` : `the network ${network.name}`;
  return new BridgeError(
    'accelerator-failed',
    `The emulator could not finish ${what}: its thread ${error.message}, twice.`,
  );
}

function closed(): BridgeError {
  return new BridgeError('no-accelerator', 'The emulator was closed.');
}

function unexpected(answer: ThreadAnswer): BridgeError {
  return new BridgeError('accelerator-failed', `The emulator answered "${answer.type}".`);
}
