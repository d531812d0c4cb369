import { askAside } from '../processes/aside.ts';
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
export function explainAside(task: ExplainingTask, signal?: AbortSignal): Promise<Explained> {
  const stopped = new Error('The explanation was stopped.');
  return askAside<Explained>('explaining-worker.mjs', task, { signal, stopped });
}
