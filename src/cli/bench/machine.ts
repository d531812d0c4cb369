import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { productVersion } from '../version.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() || process.arch,
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
  };
}

export async function describeVersions(): Promise<Record<string, string>> {
  const { env } = await import('onnxruntime-node');
  return {
    dermaspike: productVersion,
    node: process.versions.node,
    v8: process.versions.v8,
    onnxruntime: env.versions.node ?? env.versions.common,
  };
}

/** Processes that ran or waited to run, on average over the last minute. */
export function loadNow(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}
