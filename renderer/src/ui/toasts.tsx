import { useEffect, useState, useSyncExternalStore } from 'react';
import { t } from '../../../src/language/index.ts';
import { errorText } from '../station/errors.ts';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icons.tsx';

/** A short message, most with a way back. The frame's foot shows the newest. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isError: boolean;
  readonly action?: { readonly label: string; readonly run: () => void };
}

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function update(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function showToast(text: string, action?: Toast['action']): void {
  const toast: Toast = { id: nextId++, text, isError: false, ...(action && { action }) };
  update([...toasts.slice(-2), toast]);
}

export function showErrorToast(error: unknown): void {
  update([...toasts.slice(-2), { id: nextId++, text: errorText(error), isError: true }]);
}

/** They may name a patient: gone as soon as the clinic is locked. */
export function clearToasts(): void {
  update([]);
}

const dismiss = (id: number) => update(toasts.filter((toast) => toast.id !== id));

export function useNewestToast(): Toast | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts.at(-1),
  );
}

/** For what is shown before a clinic is open, and has no foot. */
export function Toasts() {
  const toast = useNewestToast();
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toast && <ToastView key={toast.id} toast={toast} />}
    </div>
  );
}

export function ToastView({ toast }: { toast: Toast }) {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => dismiss(toast.id), toast.isError ? 15_000 : 8000);
    return () => clearTimeout(timer);
  }, [isHeld, toast]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it longer
    <div
      className={`foot__message foot__message--${toast.isError ? 'danger' : 'told'}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {toast.isError && <Icon name="error" size={16} />}
      <span className="foot__text" title={toast.text}>
        {toast.text}
      </span>
      {toast.action && (
        <Button
          small
          onClick={() => {
            toast.action?.run();
            dismiss(toast.id);
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton icon="close" label={t('Dismiss')} small onClick={() => dismiss(toast.id)} />
    </div>
  );
}
