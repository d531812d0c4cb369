/**
 * Has work begin in turn: one piece of each queue after the other, however much waits in one of them. Of
 * one queue, in the order in which it came. Between two turns whatever else has arrived is heard.
 */
export class Turns {
  readonly #queues = new Map<object, (() => void)[]>();
  #isScheduled = false;

  take(queue: object, work: () => void): void {
    const waiting = this.#queues.get(queue);
    if (waiting) waiting.push(work);
    else this.#queues.set(queue, [work]);
    this.#schedule();
  }

  /** What waits in the queue is not begun any more. */
  drop(queue: object): void {
    this.#queues.delete(queue);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#queues.size === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#next();
    });
  }

  #next(): void {
    const [first] = this.#queues;
    if (!first) return;
    const [queue, waiting] = first;
    const work = waiting.shift();
    // To the end of the line, or out of it.
    this.#queues.delete(queue);
    if (waiting.length > 0) this.#queues.set(queue, waiting);
    this.#schedule();
    work?.();
  }
}
