/** How many images an accelerator has finished, and how long the last ones took. */
export class Tally {
  static readonly #remembered = 101;
  readonly #durationsMs: number[] = [];
  #completed = 0;

  get completed(): number {
    return this.#completed;
  }

  /** Of the last hundred; `null` before the first. */
  get medianMs(): number | null {
    const sorted = this.#durationsMs.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? null;
  }

  add(durationMs: number): void {
    this.#durationsMs[this.#completed % Tally.#remembered] = durationMs;
    this.#completed++;
  }
}
