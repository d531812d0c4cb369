import { useSyncExternalStore } from 'react';

const all = new Set<{ forget(): void }>();

/** State that outlives the screen which shows it, for the way back to it, until the clinic is locked. */
export class Kept<T> {
  readonly #initial: T;
  readonly #listeners = new Set<() => void>();
  #value: T;

  constructor(initial: T) {
    this.#initial = initial;
    this.#value = initial;
    all.add(this);
  }

  readonly get = (): T => this.#value;

  readonly set = (value: T): void => {
    this.#value = value;
    for (const listener of this.#listeners) listener();
  };

  readonly forget = (): void => this.set(this.#initial);

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export function useKept<T>(kept: Kept<T>): T {
  return useSyncExternalStore(kept.subscribe, kept.get);
}

export function forgetAllKept(): void {
  for (const kept of all) kept.forget();
}
