import type { BenchReport, MeasuredNetwork } from './report.ts';
import type { SparseCost } from './sparsity.ts';

/** Above this, what was measured is worth little. */
const quietLoad = 0.5;

export function machineLines(report: BenchReport): string[] {
  const { machine, versions, load, rounds, dotMacsPerSecond } = report;
  const { processor, cores, memoryGib, system } = machine;
  const [before] = load;
  return [
    `${processor}, ${cores} cores, ${memoryGib} GiB, ${system}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    `${rounds} rounds, one thread; load ${load.join(' before, ')} after`,
    ...(before > quietLoad
      ? ['Other programs were running: repeat this on a quiet machine before you use the figures.']
      : []),
    dotMacsPerSecond === null
      ? 'This runtime has no relaxed dot product.'
      : `Dot products with 128-bit vectors: at most ${giga(dotMacsPerSecond)} billion MACs a second`,
  ];
}

export function networkLines(report: MeasuredNetwork): string[] {
  const { model, macs, executedMacs, inputShape, engine, tier, medianMs, timings } = report;
  const names = [
    `this engine (${engine}${tier ? `, ${tier}` : ''})`,
    'onnxruntime, the same file',
    ...report.peers.slice(1).map(({ name }) => `onnxruntime, ${name}`),
    'SIMD engine without relaxed instructions',
  ];
  const rows = timings.map((timing, index) => [
    names[index] ?? '',
    ms(timing.medianMs),
    ms(timing.fastestMs),
    ms(timing.cpuMs),
    index === 0 ? '' : times(timing.medianMs / medianMs),
  ]);
  const starts = [
    ['this engine', ms(report.coldStartMs), mb(report.peakMemoryMb)],
    ...(report.preparedStartMs === null
      ? []
      : [['this engine, read once before', ms(report.preparedStartMs), '']]),
    ...report.peerStarts.map((start) => [
      `onnxruntime, ${start.name}`,
      ms(start.coldStartMs),
      mb(start.peakMemoryMb),
    ]),
  ];
  const bound = report.dotBoundFraction;
  return [
    '',
    `${model}: ${inputShape.join(' × ')}, ${millions(macs)} million MACs in the file, ` +
      `${millions(executedMacs)} million executed`,
    exactnessLine(report),
    '',
    ...table(['one image', 'median, ms', 'fastest', 'processor', 'against this'], rows),
    '',
    ...table(['fresh process', 'first result, ms', 'peak above bare Node, MB'], starts),
    '',
    `Two threads against one: ${times(report.batchScaling)}`,
    ...(bound === null ? [] : [`Share of the dot products' bound: ${Math.round(bound * 100)} %`]),
    ...sizeLines(report),
  ];
}

function exactnessLine({ exact, matchesReference, float32Exact }: MeasuredNetwork): string {
  if (!matchesReference) return 'WRONG: outputs differ from the reference engine’s.';
  if (exact) return 'Exact: all outputs equal the reference engine’s and onnxruntime’s.';
  return float32Exact
    ? 'WRONG: outputs differ from onnxruntime’s for the same file.'
    : 'All outputs equal the reference engine’s. Some of onnxruntime’s differ: it computes the ' +
        'file’s formulas in float32, which does not suffice for this one.';
}

function sizeLines({ sizes }: MeasuredNetwork): string[] {
  const [first] = sizes;
  if (!first) return ['Cost against size: this network exists in one size only.'];
  const head = ['size, px', 'million MACs', 'ms', ...first.peers.map(({ name }) => name)];
  const rows = sizes.map(({ sizePx, macs, medianMs, peers }) => [
    `${sizePx} × ${sizePx}`,
    millions(macs),
    ms(medianMs),
    ...peers.map((peer) => times(peer.ratio)),
  ]);
  return ['', ...table(head, rows)];
}

export function sparsityLines(costs: readonly SparseCost[]): string[] {
  const rows = costs.map(({ channels, sizePx, zeros, eventMs, simdMs, ratio }) => [
    `${channels} channels, ${sizePx} × ${sizePx}`,
    `${Math.round(zeros * 100)} %`,
    ms(simdMs),
    ms(eventMs),
    times(ratio),
  ]);
  return [
    '',
    ...table(['one 1×1 layer', 'zeros', 'SIMD, ms', 'event, ms', 'event against SIMD'], rows),
  ];
}

/** The first column is text, the others are figures. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)];
}

function ms(value: number): string {
  return value.toPrecision(3);
}

function mb(value: number): string {
  return value.toFixed(1);
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

function millions(macs: number): string {
  return (macs / 1e6).toFixed(0);
}

function giga(perSecond: number): string {
  return (perSecond / 1e9).toFixed(0);
}
