import type { InferenceResult, Priority } from '../shared/contract.ts';
import type { Reading } from './readings.ts';

export interface InferenceRequest {
  readonly networkSha256: string;
  readonly image: Uint8Array;
  readonly priority: Priority;
  /** What the images of one reading have in common; absent: it is a reading by itself. */
  readonly reading?: string | undefined;
}

/** One image from its submission to its one answer. */
export class Job {
  readonly networkSha256: string;
  readonly image: Uint8Array;
  readonly priority: Priority;
  readonly partOf: Reading;
  /** It was in a batch that was refused, so it goes by itself. */
  isAlone = false;
  /** When it was given to the first accelerator that did not answer it. */
  leftAt: number | undefined;
  readonly #result = Promise.withResolvers<InferenceResult>();
  readonly #listeners: ((isAnswered: boolean) => void)[] = [];
  #isSettled = false;

  constructor({ networkSha256, image, priority }: InferenceRequest, partOf: Reading) {
    this.networkSha256 = networkSha256;
    this.image = image;
    this.priority = priority;
    this.partOf = partOf;
  }

  get result(): Promise<InferenceResult> {
    return this.#result.promise;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  answer(result: InferenceResult): void {
    this.#settle(true, () => this.#result.resolve(result));
  }

  fail(error: unknown): void {
    this.#settle(false, () => this.#result.reject(error));
  }

  onSettled(listener: (isAnswered: boolean) => void): void {
    this.#listeners.push(listener);
  }

  /** Only the first answer counts. */
  #settle(isAnswered: boolean, settle: () => void): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    settle();
    for (const listener of this.#listeners) listener(isAnswered);
  }
}

/** The images that an accelerator was given at once. */
export class Run {
  readonly jobs: readonly Job[];
  readonly startedAt = performance.now();
  readonly #abort = new AbortController();
  #isOver = false;

  constructor(jobs: readonly Job[]) {
    this.jobs = jobs;
    for (const job of jobs)
      job.onSettled(() => {
        if (!this.#isOver && this.open.length === 0) this.#abort.abort();
      });
  }

  /** Aborts when nobody waits for any of them any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get open(): Job[] {
    return this.jobs.filter(({ isSettled }) => !isSettled);
  }

  /** The accelerator has answered or failed: there is nothing left to abort. */
  end(): void {
    this.#isOver = true;
  }
}
