import { readFileSync } from 'node:fs';
import { ImagingError } from './errors.ts';

/**
 * The decoder's memory limit is watched twice: by the station from outside, where the system tells
 * it (Linux), and by the decoder itself everywhere. The decoding works on another thread, so the
 * decoder's own timer keeps running; the station kills a decoder that reports itself.
 */
const outsidePollMs = 25;
/** A process that somebody or something has stopped for so many looks in a row will not go on soon. */
const stoppedLooks = 40;
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

/**
 * In the station: calls `exceeded` once `pid` outgrows the limit, `stopped` once it is suspended.
 * Returns what ends the watch.
 */
export function watchProcess(
  pid: () => number | undefined,
  limitMib: number,
  { exceeded, stopped }: { exceeded: () => void; stopped: () => void },
): () => void {
  if (process.platform !== 'linux') return () => {};
  let looks = 0;
  const timer = setInterval(() => {
    const { residentMib, isStopped } = look(pid());
    looks = isStopped ? looks + 1 : 0;
    if (residentMib > limitMib) exceeded();
    if (looks === stoppedLooks) stopped();
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

/** Another process's resident memory, and whether it is suspended; nothing of one that is gone. */
function look(pid: number | undefined): { residentMib: number; isStopped: boolean } {
  try {
    const status = pid === undefined ? '' : readFileSync(`/proc/${pid}/status`, 'latin1');
    return {
      residentMib: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024,
      isStopped: /^State:\s+T/m.test(status),
    };
  } catch {
    return { residentMib: 0, isStopped: false };
  }
}
