import type { Machine } from './machine.ts';
import type { NetworkReport } from './network.ts';
import type { SparseCost } from './sparsity.ts';

export interface MeasuredNetwork extends NetworkReport {
  /** Executed MACs ÷ measured dot rate ÷ median: 1 would be nothing but multiplying. */
  readonly dotBoundFraction: number | null;
}

/** One run of the benchmark, as `--json` prints it. */
export interface BenchReport extends MeasuredNetwork {
  /** The network that the product ships, where nothing was named and another could be compared. */
  readonly shipped: MeasuredNetwork | null;
  readonly sparsity: readonly SparseCost[];
  /** Byte products a second with 128-bit vectors; null where the runtime has no instruction. */
  readonly dotMacsPerSecond: number | null;
  readonly rounds: number;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  /** Mean number of busy processes a minute before the start and before the end. */
  readonly load: readonly [before: number, after: number];
  readonly date: string;
}

export function withBound(report: NetworkReport, dotMacsPerSecond: number | null): MeasuredNetwork {
  const boundMs =
    dotMacsPerSecond === null ? null : (report.executedMacs / dotMacsPerSecond) * 1000;
  return { ...report, dotBoundFraction: boundMs === null ? null : boundMs / report.medianMs };
}
