/** How many pictures an accelerator has read, and how long the last ones took, all their views. */
export class Tally {
  static readonly #remembered = 101;
  static readonly #windowMs = 30_000;
  readonly #durationsMs: number[] = [];
  /** When the last images were finished. */
  readonly #finishedAt: number[] = [];
  readonly #now: () => number;
  #completed = 0;
  #views = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get completed(): number {
    return this.#completed;
  }

  /** On average; one before the first. */
  get viewsPerImage(): number {
    return this.#completed === 0 ? 1 : this.#views / this.#completed;
  }

  /** Of the last hundred; `null` before the first. */
  get medianMs(): number | null {
    const sorted = this.#durationsMs.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? null;
  }

  /** Of the last hundred, over the last half minute; `null` where there were none. */
  get imagesPerSecond(): number | null {
    const now = this.#now();
    const recent = this.#finishedAt.filter((at) => now - at <= Tally.#windowMs);
    const [first, ...others] = recent.toSorted((a, b) => a - b);
    const last = others.at(-1);
    if (first === undefined || last === undefined || last === first) return null;
    return others.length / ((last - first) / 1000);
  }

  add(durationMs: number, views: number): void {
    this.#finishedAt[this.#completed % Tally.#remembered] = this.#now();
    this.#durationsMs[this.#completed % Tally.#remembered] = durationMs;
    this.#completed++;
    this.#views += views;
  }
}
