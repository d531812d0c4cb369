// A thread of the emulator that computes nothing and fails on demand. An image is a command:
// [what to do, up to which thread id it is done, a value to answer with].
import { parentPort, threadId } from 'node:worker_threads';
import type {
  ThreadAnswer,
  ThreadRequest,
} from '../../../native-bridge/accelerators/emulator-messages.ts';

export const fault = {
  none: 0,
  crash: 1,
  hang: 2,
  exit: 3,
  refuse: 4,
  leave: 5,
  confuse: 6,
} as const;
/** Every thread that there will be in a test. */
export const always = 255;

const loads: string[] = [];

/** The result holds this thread's id, how many loads it has done, and the image's value. */
function run([what = 0, upToThread = 0, value = 0]: Uint8Array): ThreadAnswer {
  if (threadId <= upToThread) {
    if (what === fault.crash) throw new Error('invented crash');
    if (what === fault.exit) process.exit(3);
    if (what === fault.hang) for (;;);
  }
  if (what === fault.confuse) return { type: 'started' };
  if (what === fault.refuse)
    return { type: 'refused', code: 'model-invalid', message: 'invented refusal' };
  const spikeCounts = Int32Array.of(threadId, loads.length, value);
  return { type: 'result', spikeCounts, durationMs: 1.5 };
}

function load(name: string): ThreadAnswer {
  if (name === 'crashing') process.exit(7);
  if (name === 'refused')
    return { type: 'refused', code: 'model-invalid', message: 'it has no spike layer' };
  if (name === 'confusing') return { type: 'started' };
  loads.push(name);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const program = { relaxedTo: 0, memory, slots: 1 } as const;
  return { type: 'loaded', info: { inputShape: [3, 1, 1], spikeCount: 3, macs: 9 }, program };
}

parentPort?.on('message', (request: ThreadRequest) => {
  parentPort?.postMessage(
    request.type === 'load' ? load(request.network.name) : run(request.image),
  );
  if (request.type === 'run' && request.image[0] === fault.leave) process.exit(0);
});
parentPort?.postMessage({ type: 'started' } satisfies ThreadAnswer);
