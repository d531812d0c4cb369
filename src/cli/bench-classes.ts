import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadFoundation, loadShippedModel, type ShippedModel } from '../clinic/model.ts';
import { learnedScoring, ranked, scoreCounts, shippedScoring } from '../clinic/scoring.ts';
import {
  type EvaluationExample,
  evaluate,
  type Foundation,
  type LearnedHead,
  learnHead,
} from '../snn/learning/index.ts';
import { Broadcast } from '../station/changes.ts';
import { ActiveHeads } from '../station/classes/active-heads.ts';
import { Neighbours } from '../station/classes/neighbours.ts';
import { Rescorer } from '../station/classes/rescorer.ts';
import { Clinics } from '../station/clinics.ts';
import type { Topic } from '../station/contract/index.ts';
import { Session } from '../station/session.ts';
import { buildClinic, syntheticUser } from './bench/large-clinic.ts';
import { describeMachine, loadNow } from './bench/machine.ts';
import { median } from './bench/statistics.ts';
import { type Command, parseOptions, UsageError } from './command.ts';
import { positive } from './trial/report.ts';

interface Timed {
  readonly ms: number;
  /** For which this process had a processor: other programs do not lengthen it. */
  readonly cpuMs: number;
}

const ROUNDS = 9;
const LEARNED_FROM = 50;
const EVALUATED_ON = 1_000;
const COMPARED = 200;

export const benchClassesCommand: Command = {
  name: 'bench-classes',
  summary: 'Measures learning, evaluation, re-scoring and neighbours on a large synthetic clinic.',
  usage: '[--readings N] [--folder DIR] [--model-folder DIR] [--json]',
  options: [
    '  --readings N        stored readings (100000)',
    '  --folder DIR        keep the clinic there, or take the one that is there; else it is removed',
    '  --model-folder DIR  another network with its statistics.json',
    '  --json              one JSON object on stdout',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      readings: { type: 'string', default: '100000' },
      folder: { type: 'string' },
      'model-folder': { type: 'string' },
      json: { type: 'boolean' },
    });
    const readings = positive(values.readings, 'readings');
    const model = loadShippedModel(values['model-folder']);
    const foundation = loadFoundation(model);
    if (!foundation) throw new UsageError(`${model.folder} has no statistics.json.`);
    const dataFolder = values.folder ?? mkdtempSync(path.join(tmpdir(), 'dermaspike-bench-'));
    try {
      const learning = measureLearning(foundation, (text) => terminal.progress(text));
      const folder = path.join(dataFolder, 'clinic');
      if (!existsSync(folder)) {
        const size = { images: readings, waiting: Math.ceil(readings / 5) };
        const progress = (done: number) =>
          terminal.progress(`Building the clinic: ${done} of ${readings} readings`);
        (await buildClinic(folder, size, progress, readerOf(model, foundation))).close();
      }
      terminal.progress('Re-scoring');
      const archive = await measureArchive(dataFolder, model, learning.head);
      terminal.progress('');
      const { learn, evaluation } = learning;
      const report = {
        ...{ readings, learn, evaluation, ...archive },
        ...{ machine: describeMachine(), load: loadNow() },
      };
      if (values.json) terminal.out(JSON.stringify(report));
      else for (const line of toLines(report)) terminal.out(line);
      return archive.isBitExact ? 0 : 1;
    } finally {
      if (values.folder === undefined) rmSync(dataFolder, { recursive: true, force: true });
    }
  },
};

/** Images that stand in for a class's, under another name: what they are does not matter here. */
function examplesFrom({ surrogates }: Foundation, count: number): EvaluationExample[] {
  return Array.from({ length: count }, (_, index) => {
    const surrogate = surrogates[(index * 7) % surrogates.length];
    const counts = surrogate?.counts ?? new Int32Array();
    return {
      id: `example ${String(index).padStart(5, '0')}`,
      code: 'new',
      lesion: `lesion ${index >> 1}`,
      // No two alike.
      counts: counts.map((value, channel) => value + ((index * 31 + channel * 17) % 13)),
      unfamiliarity: 1,
      ...{ patient: null, camera: null, day: null },
    };
  });
}

function measureLearning(foundation: Foundation, progress: (text: string) => void) {
  const examples = examplesFrom(foundation, EVALUATED_ON);
  const changes = [
    { kind: 'add' as const, code: 'new', name: 'New', gravity: 'benign' as const, parent: null },
  ];
  const request = { name: 'bench', learner: 'analytic' as const, changes };
  const few = { ...request, examples: examples.slice(0, LEARNED_FROM) };
  progress('Learning');
  const head = learnHead(foundation, few);
  const learn = medianOf(ROUNDS, () => learnHead(foundation, few));
  progress('Evaluation');
  const evaluation = medianOf(3, () => evaluate(foundation, { ...request, examples }));
  return { head, learn, evaluation };
}

function readerOf(model: ShippedModel, { surrogates }: Foundation) {
  const shipped = shippedScoring(model);
  return {
    networkSha256: model.sha256,
    headSha256: model.headSha256,
    counts: (random: { below(limit: number): number }) => {
      const { counts = new Int32Array() } = surrogates[random.below(surrogates.length)] ?? {};
      const shift = random.below(9);
      return counts.map((count, channel) => count + ((channel * shift) % 11));
    },
    score: (counts: Int32Array) => {
      const { probabilities, advice, verdict } = scoreCounts(shipped, counts, 1, []);
      return { probabilities: ranked(shipped, probabilities), advice, verdict };
    },
  };
}

async function measureArchive(dataFolder: string, model: ShippedModel, learned: LearnedHead) {
  const clinics = new Clinics(dataFolder);
  const session = new Session(clinics);
  await session.unlock(syntheticUser.userName, syntheticUser.passphrase);
  try {
    const { store, user } = session;
    const heads = new ActiveHeads(model);
    const rescorer = new Rescorer(
      clinics,
      heads,
      new Broadcast<readonly Topic[]>(),
      async () => {},
    );
    const head = learnedScoring(model, learned);
    const images = store.readings
      .countsAfter(model.sha256, 0)
      .slice(0, COMPARED)
      .map(({ imageId }) => imageId);
    const said = () =>
      JSON.stringify(images.map((imageId) => store.readings.newestByImage(imageId)));
    const activate = (number: number | null, to: string, from: string) =>
      store.transaction(() => {
        store.headVersions.activate({ number, headSha256: to }, user.id);
        store.rescorings.start(to, from, user.id);
      });
    const before = said();
    const number = store.transaction(() => {
      heads.put(store, heads.shipped);
      heads.put(store, head);
      return store.headVersions.add({
        ...{ headSha256: head.sha256, parentNumber: null, learner: 'analytic', changes: [] },
        ...{ evaluation: emptyEvaluation, authorId: user.id, examples: [] },
      }).number;
    });
    activate(number, head.sha256, heads.shipped.sha256);
    const rescore = await timedAsync(async () => {
      rescorer.wake();
      await rescorer.idle();
    });
    const after = said();
    const rollBack = timed(() => activate(null, heads.shipped.sha256, head.sha256));
    const isBitExact = said() === before && after !== before;
    const neighbours = new Neighbours();
    const [imageId = ''] = images;
    const reading = store.readings.newestByImage(imageId);
    const counts = reading ? store.readings.spikeCounts(reading.id) : new Int32Array();
    const look = () =>
      neighbours.nearest(store, model.sha256, { imageId, counts, limit: 6 }, () => true);
    const firstNeighbours = timed(look);
    const nearest = medianOf(ROUNDS, look);
    return { rescore, rollBack, isBitExact, firstNeighbours, neighbours: nearest };
  } finally {
    session.lock();
  }
}

const emptyEvaluation = {
  ...{ learner: 'analytic' as const, folds: 0, images: 0, lesions: 0 },
  ...{ added: [], known: [], melanoma: null, camera: null, guards: [] },
  confusion: { rows: [], columns: [], before: [], after: [] },
};

function timed(work: () => unknown): Timed {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  work();
  return since(startedAt, cpu);
}

async function timedAsync(work: () => Promise<void>): Promise<Timed> {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  return since(startedAt, cpu);
}

function since(startedAt: number, cpu: NodeJS.CpuUsage): Timed {
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
}

function medianOf(rounds: number, work: () => unknown): Timed {
  const times = Array.from({ length: rounds }, () => timed(work));
  return { ms: median(times.map(({ ms }) => ms)), cpuMs: median(times.map(({ cpuMs }) => cpuMs)) };
}

function toLines(report: {
  readonly readings: number;
  readonly learn: Timed;
  readonly evaluation: Timed;
  readonly rescore: Timed;
  readonly rollBack: Timed;
  readonly isBitExact: boolean;
  readonly firstNeighbours: Timed;
  readonly neighbours: Timed;
  readonly load: number;
}): string[] {
  const line = (name: string, { ms, cpuMs }: Timed) =>
    `${name.padEnd(52)} ${ms.toFixed(0).padStart(7)} ms ${cpuMs.toFixed(0).padStart(7)} ms of processor`;
  const { readings } = report;
  return [
    line(`learn a class from ${LEARNED_FROM} examples`, report.learn),
    line(`evaluation report, ${EVALUATED_ON} examples, 5 folds`, report.evaluation),
    line(`re-score ${readings} stored readings, written back`, report.rescore),
    line(`roll back, ${report.isBitExact ? 'bit-exact' : 'NOT BIT-EXACT'}`, report.rollBack),
    line(`nearest neighbours among ${readings}, the first time`, report.firstNeighbours),
    line(`nearest neighbours among ${readings}`, report.neighbours),
    `load ${report.load}`,
  ];
}
