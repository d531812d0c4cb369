import { readFileSync } from 'node:fs';
import { ImagingError } from './errors.ts';

/**
 * The decoder's memory limit is watched twice: by the station from outside, where the system tells
 * it (Linux), and by the decoder itself everywhere. The native code works on another thread, so the
 * decoder's own timer keeps running; the station kills a decoder that reports itself.
 */
const outsidePollMs = 25;
const insidePollMs = 50;

export function ownMemoryMib(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

/** In the decoder: fails as soon as this process outgrows the limit, though the work goes on. */
export async function withinMemory<T>(
  fileName: string,
  limitMib: number,
  work: () => Promise<T>,
): Promise<T> {
  const { promise: exceeded, reject } = Promise.withResolvers<never>();
  const timer = setInterval(() => {
    if (ownMemoryMib() > limitMib) reject(memoryExceeded(fileName, limitMib));
  }, insidePollMs);
  try {
    return await Promise.race([work(), exceeded]);
  } finally {
    clearInterval(timer);
  }
}

/** In the station: calls `onExceeded` once `pid` outgrows the limit. Returns what ends the watch. */
export function watchMemory(
  pid: () => number | undefined,
  limitMib: number,
  onExceeded: () => void,
): () => void {
  if (process.platform !== 'linux') return () => {};
  const timer = setInterval(() => {
    if (residentMib(pid()) > limitMib) onExceeded();
  }, outsidePollMs);
  return () => clearInterval(timer);
}

export function memoryExceeded(fileName: string, limitMib: number): ImagingError {
  return new ImagingError(
    'decode-memory',
    `${fileName} needs more than ${limitMib} MiB of memory to decode, so it was given up. ` +
      'Scale it down or export it as JPEG, then import that file.',
  );
}

/** Resident memory of another process; 0 when it is gone. */
function residentMib(pid: number | undefined): number {
  if (pid === undefined) return 0;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
