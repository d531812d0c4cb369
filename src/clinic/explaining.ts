import { Worker } from 'node:worker_threads';
import { distFile } from '../processes/dist.ts';
import type { Explanation } from './entities/index.ts';

export interface ExplainingTask {
  readonly modelFolder: string;
  /** uint8, 3 × S × S, as the network reads it. */
  readonly tensor: Uint8Array;
}

/** Without what the worker does not know: the head's names, and where the square lies in the picture. */
export type Explained = Omit<Explanation, 'headName' | 'square' | 'classes'> & {
  readonly classes: readonly Omit<Explanation['classes'][number], 'name' | 'gravity'>[];
};

/** Runs the event engine on a thread of its own, so that nobody waits for it. Throws what the worker throws. */
export async function explainAside(task: ExplainingTask, signal?: AbortSignal): Promise<Explained> {
  const worker = new Worker(distFile('explaining-worker.mjs'));
  const stop = () => void worker.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<Explained>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('The explanation was stopped.')));
      worker.postMessage(task);
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
