import { Worker } from 'node:worker_threads';
import type { ThreadAnswer, ThreadRequest } from './emulator-messages.ts';

/** The thread ended, or was ended because it did not answer in time; the message says which. */
export class ThreadLostError extends Error {
  override readonly name = 'ThreadLostError';
}

export interface ThreadLimits {
  /** Heap of one thread; beyond it the thread ends, not the process. */
  readonly maxHeapMb: number;
  readonly startMs: number;
  readonly loadMs: number;
  readonly runMs: number;
}

/** One worker thread of the emulator: a request, an answer, and no survivor when it hangs. */
export class EmulatorThread {
  /** Networks that the thread has read. */
  readonly networks = new Set<string>();
  readonly started: Promise<void>;
  /** Settles once, when the thread has ended for whatever reason. */
  readonly lost: Promise<ThreadLostError>;
  /** Which part of a program's memory is this thread's. */
  readonly slot: number;
  readonly #worker: Worker;
  readonly #limits: ThreadLimits;
  #waiting: PromiseWithResolvers<ThreadAnswer> | undefined;
  #reason: string | undefined;
  #isLost = false;

  constructor(file: string, limits: ThreadLimits, slot: number) {
    this.slot = slot;
    this.#limits = limits;
    this.#worker = new Worker(file, {
      resourceLimits: { maxOldGenerationSizeMb: limits.maxHeapMb },
    });
    this.#worker.on('message', (answer: ThreadAnswer) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.resolve(answer);
    });
    this.#worker.once('error', (error: Error) => {
      this.#reason ??= `failed: ${error.message}`;
    });
    this.lost = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#isLost = true;
        const error = new ThreadLostError(this.#reason ?? `ended by itself with code ${code}`);
        resolve(error);
        this.#waiting?.reject(error);
      });
    });
    this.started = this.#answer('starting', limits.startMs).then(() => {});
  }

  /** Only one request at a time. @throws ThreadLostError */
  async ask(request: ThreadRequest): Promise<ThreadAnswer> {
    const [activity, limitMs] =
      request.type === 'load'
        ? (['reading a network', this.#limits.loadMs] as const)
        : (['an image', this.#limits.runMs] as const);
    const answer = this.#answer(activity, limitMs);
    try {
      this.#worker.postMessage(request);
    } catch (error) {
      this.end(`could not be set to ${activity}: ${String(error)}`);
    }
    return answer;
  }

  end(reason: string): void {
    this.#reason ??= reason;
    void this.#worker.terminate();
  }

  #answer(activity: string, limitMs: number): Promise<ThreadAnswer> {
    if (this.#isLost) return Promise.reject(new ThreadLostError('had already ended'));
    const waiting = Promise.withResolvers<ThreadAnswer>();
    this.#waiting = waiting;
    const timer = setTimeout(
      () => this.end(`took longer than ${limitMs / 1000} s over ${activity}`),
      limitMs,
    );
    return waiting.promise.finally(() => clearTimeout(timer));
  }
}
