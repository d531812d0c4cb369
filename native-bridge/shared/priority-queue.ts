import type { Priority } from './contract.ts';

/** First come, first served, but everything from the consulting room before any archive work. */
export class PriorityQueue<T extends { readonly priority: Priority }> {
  readonly #lanes: Record<Priority, T[]> = { consulting: [], archive: [] };

  get size(): number {
    return this.#lanes.consulting.length + this.#lanes.archive.length;
  }

  /** What `shift` would take. */
  get first(): T | undefined {
    return this.#lanes.consulting[0] ?? this.#lanes.archive[0];
  }

  push(item: T): void {
    this.#lanes[item.priority].push(item);
  }

  /** Before everything else of its priority. */
  unshift(item: T): void {
    this.#lanes[item.priority].unshift(item);
  }

  shift(): T | undefined {
    return this.#lanes.consulting.shift() ?? this.#lanes.archive.shift();
  }

  /** What `shift` would take, and behind it, of its priority, up to `count − 1` others that fit. */
  take(count: number, fits: (other: T, first: T) => boolean): T[] {
    const first = this.shift();
    if (first === undefined) return [];
    const taken = [first];
    const lane = this.#lanes[first.priority];
    for (let at = 0; at < lane.length && taken.length < count; ) {
      const other = lane[at];
      if (other === undefined || !fits(other, first)) at++;
      else taken.push(...lane.splice(at, 1));
    }
    return taken;
  }

  /** False when the item is not here. */
  remove(item: T): boolean {
    const lane = this.#lanes[item.priority];
    const index = lane.indexOf(item);
    if (index < 0) return false;
    lane.splice(index, 1);
    return true;
  }

  *[Symbol.iterator](): Iterator<T> {
    yield* this.#lanes.consulting;
    yield* this.#lanes.archive;
  }
}
