import { useSyncExternalStore } from 'react';

export interface ShownKey {
  readonly clinicName: string;
  readonly recoveryKey: string;
  /** The former one is valid until the data key is changed. */
  readonly replaces?: 'data-key';
}

/**
 * The recovery key that is on the screen until a person says that it is kept, whatever becomes of
 * the session meanwhile: it cannot be shown again.
 */
let shown: ShownKey | undefined;
const listeners = new Set<() => void>();

function set(next: ShownKey | undefined): void {
  shown = next;
  for (const listener of listeners) listener();
}

export const showRecoveryKey = (key: ShownKey): void => set(key);
export const recoveryKeyIsKept = (): void => set(undefined);

export function useShownRecoveryKey(): ShownKey | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
