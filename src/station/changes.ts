/** Tells every subscriber; a subscriber is told only of what comes after it joined. */
export class Broadcast<T> {
  readonly #listeners = new Set<(event: T) => void>();

  emit(event: T): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Returns what ends the subscription. */
  subscribe(listener: (event: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Whether a share of some work is worth telling, of which `told` was told last: in steps of half a percent. */
export function isFurther(share: number, told: number): boolean {
  return Math.floor(share * 200) !== Math.floor(told * 200);
}
