import { Worker } from 'node:worker_threads';
import { distFile } from './dist.ts';

/**
 * Has a program of `dist/` do a task on a thread of its own, so that nobody waits for it, and returns
 * what it answers. Throws what it throws, and `stopped` where it ends before it has answered; a signal
 * ends it, one that was given before at once.
 */
export async function askAside<Answer>(
  program: string,
  task: unknown,
  { signal, stopped }: { readonly signal?: AbortSignal | undefined; readonly stopped: Error },
): Promise<Answer> {
  if (signal?.aborted) throw stopped;
  const worker = new Worker(distFile(program));
  const stop = () => void worker.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<Answer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(stopped));
      worker.postMessage(task);
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
