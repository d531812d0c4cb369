import { useEffect, useState, useSyncExternalStore } from 'react';
import { errorText } from '../station/errors.ts';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icons.tsx';
import './surfaces.css';

/** Short messages at the bottom of the window, most with a way back. */
interface Toast {
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

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastView({ toast }: { toast: Toast }) {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => dismiss(toast.id), toast.isError ? 15_000 : 8000);
    return () => clearTimeout(timer);
  }, [isHeld, toast]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it longer
    <div
      className={toast.isError ? 'toast toast--error' : 'toast'}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {toast.isError && <Icon name="error" />}
      <span className="toast__text">{toast.text}</span>
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
      <IconButton icon="close" label="Dismiss" small onClick={() => dismiss(toast.id)} />
    </div>
  );
}
