import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Shape } from '../../snn/index.ts';
import type { EngineName, ProbeTask, ThreadTask } from './engine-probe.ts';
import { median } from './statistics.ts';

/** Variables that would change how a child Node process runs. */
const changed = { NODE_OPTIONS: undefined, NODE_V8_COVERAGE: undefined };

/** What a program of `engine-probe.ts` finds in a process of its own: the median of `repeats`. */
function inFreshProcesses(
  program: string,
  task: ProbeTask,
  image: Uint8Array,
  repeats: number,
): number {
  const results = Array.from({ length: repeats }, () =>
    Number(
      execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...task], {
        input: image,
        env: { ...process.env, ...changed },
        encoding: 'utf8',
      }),
    ),
  );
  return median(results);
}

export interface FreshStart {
  /** From the file to the first result; the process itself has already started. */
  readonly coldStartMs: number;
  /** Above a bare Node. */
  readonly peakMemoryMb: number;
}

/** From the file to the first result of the SIMD engine, where the network was read once before. */
export function measurePreparedStart(
  program: string,
  model: string,
  { image, shape }: { image: Uint8Array; shape: Shape },
  repeats: number,
): number {
  const task = ['prepared-start', model, 'simd', shape.join(',')] as const;
  inFreshProcesses(program, task, image, 1);
  return inFreshProcesses(program, task, image, repeats);
}

export function measureFreshStart(
  program: string,
  { model, runner }: { model: string; runner: EngineName | 'onnxruntime' },
  { image, shape }: { image: Uint8Array; shape: Shape },
  repeats: number,
): FreshStart {
  const run = (task: ProbeTask) => inFreshProcesses(program, task, image, repeats);
  const size = shape.join(',');
  return {
    coldStartMs: run(['cold-start', model, runner, size]),
    peakMemoryMb: run(['memory', model, runner, size]) - run(['bare-memory']),
  };
}

/**
 * Images a second of two threads together, each with its own engine, divided by those of one
 * alone: the median of `repeats` pairs of measurements of `durationMs` each.
 */
export async function measureScaling(
  program: string,
  task: ThreadTask,
  repeats: number,
  durationMs: number,
): Promise<number> {
  const workers = [0, 1].map(() => new Worker(program, { workerData: { probe: program, task } }));
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const imagesPerSecond = async (count: number) => {
      const rates = workers.slice(0, count).map(async (worker) => {
        worker.postMessage(durationMs);
        const [rate] = (await once(worker, 'message')) as [number];
        return rate;
      });
      return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
    };
    const ratios: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++)
      ratios.push((await imagesPerSecond(2)) / (await imagesPerSecond(1)));
    return median(ratios);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
