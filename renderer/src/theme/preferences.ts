import { useSyncExternalStore } from 'react';

/** This computer's choices about the screen. Never anything about a patient. */
export type Preference = 'theme' | 'single-keys' | 'impression-first';

const listeners = new Set<() => void>();
const storageKey = (name: Preference) => `dermaspike.${name}`;

export function readPreference(name: Preference): string | null {
  try {
    return localStorage.getItem(storageKey(name));
  } catch {
    return null; // Storage may be switched off: the screen then works with its defaults.
  }
}

export function writePreference(name: Preference, value: string): void {
  try {
    localStorage.setItem(storageKey(name), value);
  } catch {
    // As above.
  }
  for (const listener of listeners) listener();
}

export function usePreference(name: Preference): string | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => readPreference(name),
  );
}
