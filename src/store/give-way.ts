/** Others have their turn after so long. */
const turnMs = 8;

interface GiveWayOptions {
  readonly connection: { readonly isOpen: boolean };
  /** Long work rejects with its reason when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Long work that shares the loop: it asks between its steps whether others are due, and then lets them go first. */
export class GiveWay {
  readonly #options: GiveWayOptions;
  #last = performance.now();

  constructor(options: GiveWayOptions) {
    this.#options = options;
  }

  get isDue(): boolean {
    return performance.now() - this.#last >= turnMs;
  }

  /** Throws when the work is to end: it was aborted, or the clinic locked meanwhile. */
  async toOthers(): Promise<void> {
    await new Promise(setImmediate);
    this.#last = performance.now();
    const { connection, signal } = this.#options;
    signal?.throwIfAborted();
    if (!connection.isOpen) throw new DOMException('The clinic was locked.', 'AbortError');
  }
}

/** Rows that are looked at without a turn, at first and at most: as many as fit a hundredth of a second. */
export const firstRows = 10;
const mostRows = 1000;
const sliceMs = 10;

/** How many the next time, by how long it took. */
export function nextRows(rows: number, tookMs: number): number {
  if (tookMs < sliceMs / 2) return Math.min(mostRows, rows * 2);
  return tookMs > sliceMs ? Math.max(1, Math.floor(rows / 2)) : rows;
}
