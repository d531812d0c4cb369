import { useSyncExternalStore } from 'react';

/**
 * Whether the picture fills the screen. Kept beside the screens, so that it lasts from one image to
 * the next. Where the shell grants no full screen, the picture fills the window.
 */
let isFull = false;
const listeners = new Set<() => void>();

function set(next: boolean): void {
  isFull = next;
  for (const listener of listeners) listener();
}

document.addEventListener('fullscreenchange', () => {
  if (!document.fullscreenElement) set(false);
});

export function enterFullScreen(): void {
  set(true);
  document.documentElement.requestFullscreen?.().catch(() => {});
}

export function leaveFullScreen(): void {
  set(false);
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
}

export function useFullScreen(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isFull,
  );
}
