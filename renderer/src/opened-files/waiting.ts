import type { OpenedFile } from '../../../src/processes/desktop-page.ts';

/** What the person opened in the system's own file manager; it waits until the clinic is open. */
let waiting: OpenedFile | undefined;
const listeners = new Set<() => void>();

export const waitingFile = (): OpenedFile | undefined => waiting;

export function onWaitingFile(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function letWait(file: OpenedFile | undefined): void {
  waiting = file;
  for (const listener of listeners) listener();
}

/** From here on takes what the desktop shell hands over, which it does as soon as the page is there. */
export function takeOpenedFiles(): void {
  window.addEventListener('message', ({ source, data }) => {
    if (source === window && data?.type === 'dermaspike:opened-file') letWait(data as OpenedFile);
  });
}
