import { existsSync } from 'node:fs';
import path from 'node:path';
import { shippedModelFolder } from '../clinic/model.ts';
import { productRoot } from '../processes/dist.ts';
import { DotLoop } from './bench/dot-rate.ts';
import { isRight } from './bench/exactness.ts';
import { describeMachine, describeVersions, loadNow } from './bench/machine.ts';
import { benchNetwork, type NetworkReport, type NetworkTask } from './bench/network.ts';
import { type BenchReport, withBound } from './bench/report.ts';
import { benchSparsity } from './bench/sparsity.ts';
import { machineLines, networkLines, sparsityLines } from './bench/tables.ts';
import { type Command, parseOptions, UsageError } from './command.ts';

const engines = ['simd', 'event'] as const;

export const benchCommand: Command = {
  name: 'bench',
  summary: 'Measures the engines against onnxruntime on this computer, on one thread.',
  usage: '[--model Q.onnx] [--peer P.onnx …] [--engine simd|event] [--rounds N] [--json]',
  options: [
    '  --model FILE   quantized ONNX network; if not given, the one that the product ships and,',
    '                 where ../shared is beside the project, its benchmark network with peers',
    '  --peer FILE    the same network for onnxruntime in another form; as often as wanted',
    '  --engine NAME  simd (the default) or event',
    '  --rounds N     rounds, 1 to 1000; 30, if not given',
    '  --json         one JSON object on stdout',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      model: { type: 'string' },
      peer: { type: 'string', multiple: true, default: [] },
      engine: { type: 'string', default: 'simd' },
      rounds: { type: 'string', default: '30' },
      json: { type: 'boolean' },
    });
    const rounds = Number(values.rounds);
    if (!/^\d+$/.test(values.rounds) || rounds < 1 || rounds > 1000)
      throw new UsageError('--rounds is a whole number from 1 to 1000.');
    const engine = engines.find((name) => name === values.engine);
    if (engine === undefined) throw new UsageError(`There is no engine "${values.engine}".`);
    if (values.model === undefined && values.peer.length > 0)
      throw new UsageError('--peer needs --model: the network that it is compared with.');

    const named = { model: values.model ?? '', peers: values.peer };
    const tasks = values.model === undefined ? defaultTasks() : [named];
    const report = await bench(
      tasks.map((task) => ({ ...task, engine, rounds })),
      (text) => terminal.progress(text),
    );
    terminal.progress('');
    if (values.json) terminal.out(JSON.stringify(report));
    else for (const line of toLines(report)) terminal.out(line);
    const right = [report, report.shipped].every((network) => network === null || isRight(network));
    if (!right) terminal.note('WRONG: the engine’s outputs are not what they must be.');
    return right ? 0 : 1;
  },
};

/** The last one is the main one. */
function defaultTasks(): Pick<NetworkTask, 'model' | 'peers'>[] {
  const shipped = { model: path.join(shippedModelFolder, 'backbone.onnx'), peers: [] };
  const shared = path.join(path.dirname(productRoot), 'shared', 'bench');
  const [model, ...peers] = ['quantized', 'qdq', 'fp32'].map((form) =>
    path.join(shared, `qana128.${form}.onnx`),
  );
  const isThere = model !== undefined && [model, ...peers].every((file) => existsSync(file));
  return isThere ? [shipped, { model, peers }] : [shipped];
}

async function bench(
  tasks: readonly NetworkTask[],
  note: (text: string) => void,
): Promise<BenchReport> {
  const probe = await import('./bench/engine-probe.ts');
  const loadBefore = loadNow();
  const [{ rounds } = { rounds: 1 }] = tasks;
  const dots = DotLoop.compile();
  const dotRates: number[] = [];
  const betweenRounds = () => {
    if (dots) dotRates.push(dots.macsPerSecond());
  };
  const reports: NetworkReport[] = [];
  for (const task of tasks) {
    const prefix = `${path.basename(task.model)}: `;
    reports.push(await benchNetwork(probe, task, betweenRounds, (text) => note(prefix + text)));
  }
  const sparsity = await benchSparsity(Math.ceil(rounds / 4), note);
  const dotMacsPerSecond = dots ? Math.max(...dotRates) : null;
  const measured = reports.map((report) => withBound(report, dotMacsPerSecond));
  const main = measured.at(-1);
  if (main === undefined) throw new RangeError('There is no network to measure.');
  return {
    ...main,
    shipped: measured.length > 1 ? (measured[0] ?? null) : null,
    sparsity,
    dotMacsPerSecond,
    rounds,
    machine: describeMachine(),
    versions: await describeVersions(),
    load: [loadBefore, loadNow()],
    date: new Date().toISOString(),
  };
}

function toLines(report: BenchReport): string[] {
  const networks = report.shipped ? [report.shipped, report] : [report];
  return [
    ...machineLines(report),
    ...networks.flatMap(networkLines),
    ...sparsityLines(report.sparsity),
  ];
}
