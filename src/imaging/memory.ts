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

const isSeenFromOutside = () => process.platform === 'linux';

/** What the decoder holds now; null under Linux, where a sealed one may not look, and the station does. */
export function ownMemoryMib(): number | null {
  return isSeenFromOutside() ? null : process.memoryUsage.rss() / 2 ** 20;
}

/** In the decoder: fails as soon as this process outgrows the limit, though the work goes on. */
export async function withinMemory<T>(
  fileName: string,
  limitMib: number,
  work: () => Promise<T>,
): Promise<T> {
  const { promise: exceeded, reject } = Promise.withResolvers<never>();
  const timer = setInterval(() => {
    if (peakMemoryMib() > limitMib) reject(memoryExceeded(fileName, limitMib));
  }, insidePollMs);
  try {
    return await Promise.race([work(), exceeded]);
  } finally {
    clearInterval(timer);
  }
}

/** The most that this process ever held: the system tells each its own, whatever it may not read. */
function peakMemoryMib(): number {
  return process.resourceUsage().maxRSS / 1024;
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
  if (!isSeenFromOutside()) return () => {};
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
export function look(pid: number | undefined): { residentMib: number; isStopped: boolean } {
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
