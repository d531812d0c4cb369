/** What a worker of the page is sent, and answers with. */
interface Asked<I> {
  readonly id: number;
  readonly input: I;
}
interface Answer<O> {
  readonly id: number;
  readonly output?: O;
  readonly error?: string;
}

/**
 * Work on a thread of its own, so that frames are drawn meanwhile. Where no thread can be had, or it fails,
 * `here` does it in the page.
 */
export class Aside<I, O> {
  readonly #start: () => Worker;
  readonly #here: (input: I) => Promise<O>;
  readonly #waiting = new Map<number, { input: I; settle: (output: O | Promise<O>) => void }>();
  #worker: Worker | undefined;
  #isRefused = false;
  #asked = 0;

  constructor(start: () => Worker, here: (input: I) => Promise<O>) {
    this.#start = start;
    this.#here = here;
  }

  run(input: I): Promise<O> {
    const worker = this.#isRefused ? undefined : this.#begun();
    if (!worker) return this.#here(input);
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, { input, settle: resolve });
      worker.postMessage({ id, input } satisfies Asked<I>);
    });
  }

  #begun(): Worker | undefined {
    if (this.#worker) return this.#worker;
    try {
      const worker = this.#start();
      worker.onmessage = ({ data }: MessageEvent<Answer<O>>) => this.#settle(data);
      worker.onerror = () => this.#giveUp();
      this.#worker = worker;
      return worker;
    } catch {
      this.#isRefused = true;
      return undefined;
    }
  }

  #settle({ id, output, error }: Answer<O>): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.settle(output as O);
    else waiting?.settle(this.#here(waiting.input));
  }

  /** The thread could not be started, or died: what it was asked is done here. */
  #giveUp(): void {
    this.#isRefused = true;
    this.#worker?.terminate();
    for (const { input, settle } of this.#waiting.values()) settle(this.#here(input));
    this.#waiting.clear();
  }
}

/** The worker's side: answers each message with what `work` makes of it. */
export function serveAside<I, O>(
  work: (input: I) => Promise<O>,
  transfers: (output: O) => Transferable[] = () => [],
): void {
  self.onmessage = ({ data: { id, input } }: MessageEvent<Asked<I>>) => {
    work(input).then(
      (output) =>
        self.postMessage({ id, output } satisfies Answer<O>, { transfer: transfers(output) }),
      (error: unknown) => self.postMessage({ id, error: String(error) } satisfies Answer<O>),
    );
  };
}
