import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Cursor, patientListView, worklistView } from '../clinic/entities/index.ts';
import { type ClinicStore, unlockClinic } from '../store/index.ts';
import { buildClinic, syntheticUser } from './bench/large-clinic.ts';
import { describeMachine, loadNow } from './bench/machine.ts';
import { usualRounds } from './bench/rounds.ts';
import { quantile } from './bench/statistics.ts';
import { type Command, parseOptions } from './command.ts';
import { positive } from './trial/report.ts';

interface Measured {
  readonly name: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly slowestMs: number;
  /** For which the thread had the processor: other programs do not lengthen it. */
  readonly cpuP95Ms: number;
}

/** How often the clinic is unlocked: each derives the key from the passphrase anew. */
const unlockings = 20;

/** Rows of a page, as the screens ask for them. */
const limit = 50;

export const benchListsCommand: Command = {
  name: 'bench-lists',
  summary: 'Measures the worklist and the patients’ list on a large synthetic clinic.',
  usage: '[--images N] [--waiting N] [--rounds N] [--folder DIR] [--json]',
  options: [
    '  --images N    images in all (105900)',
    '  --waiting N   about as many of them without a review (21000)',
    '  --rounds N    how often each question is asked (100)',
    '  --folder DIR  keep the clinic there, or take the one that is there; else it is removed',
    '  --json        {lists: [{name, medianMs, p95Ms, slowestMs, cpuP95Ms}], …} on stdout',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string', default: '105900' },
      waiting: { type: 'string', default: '21000' },
      rounds: { type: 'string', default: '100' },
      folder: { type: 'string' },
      json: { type: 'boolean' },
    });
    const images = positive(values.images, 'images');
    const waiting = positive(values.waiting, 'waiting');
    const rounds = positive(values.rounds, 'rounds');
    const folder = values.folder ?? mkdtempSync(path.join(tmpdir(), 'dermaspike-bench-'));
    try {
      if (!existsSync(path.join(folder, 'clinic.json'))) {
        const built = await buildClinic(folder, { images, waiting }, (done) =>
          terminal.progress(`Building the clinic: ${done} of ${images} images`),
        );
        built.close();
      }
      terminal.progress('');
      const unlocking = await measureUnlocking(folder, (done) =>
        terminal.progress(`Unlocking: ${done} of ${unlockings}`),
      );
      terminal.progress('');
      const { store, user } = await unlockClinic(folder, syntheticUser);
      const asked = questions(store, user.id).map((question) => measure(question, rounds));
      const lists = [unlocking, ...asked];
      store.close();
      const report = {
        images,
        waiting,
        rounds,
        lists,
        machine: describeMachine(),
        load: loadNow(),
      };
      if (values.json) terminal.out(JSON.stringify(report));
      else for (const line of toLines(report)) terminal.out(line);
      return 0;
    } finally {
      if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Question {
  readonly name: string;
  ask(round: number): unknown;
}

function questions(store: ClinicStore, reviewerId: string): Question[] {
  return [...worklistQuestions(store, reviewerId), ...patientQuestions(store)];
}

function worklistQuestions({ worklist }: ClinicStore, reviewerId: string): Question[] {
  const asked = (view: object, text = '') => ({
    ...worklistView.parse(view),
    text,
    only: null,
    reviewerId,
  });
  const walk = (view: object) => {
    let after: Cursor | null = null;
    return () => {
      after = worklist.page({ ...asked(view), after, limit }).next;
    };
  };
  const images: string[] = [];
  for (let after: Cursor | null = null; images.length < 2000; ) {
    const page = worklist.page({ ...asked({}), after, limit: 200 });
    images.push(...page.entries.map(({ image }) => image.id));
    after = page.next;
    if (!after) break;
  }
  const image = (round: number) => images[(round * 97) % images.length] ?? '';
  const suspicious = { verdicts: ['suspicious', 'unclear'] };
  const rare = { verdicts: ['no-sign'], sites: ['genital'], overDays: 30 };
  const sorts = worklistView.shape.sort.unwrap().shape.by.options;
  return [
    ...sorts.flatMap((by) => [
      { name: `worklist by ${by}, page after page`, ask: walk({ sort: { by, reversed: false } }) },
    ]),
    {
      name: 'worklist by verdict, reversed',
      ask: walk({ sort: { by: 'verdict', reversed: true } }),
    },
    { name: 'worklist, suspicious and unclear', ask: walk(suspicious) },
    { name: 'worklist, rare ones', ask: walk(rare) },
    {
      name: 'worklist, searched',
      ask: (round) =>
        worklist.page({ ...asked({}, ['ba', '1961', 'P-0042'][round % 3]), after: null, limit }),
    },
    { name: 'worklist, counted', ask: () => worklist.counts(asked({})) },
    {
      name: 'worklist, suspicious and unclear, counted',
      ask: () => worklist.counts(asked(suspicious)),
    },
    { name: 'worklist, rare ones, counted', ask: () => worklist.counts(asked(rare)) },
    { name: 'place in the worklist', ask: (round) => worklist.around(asked({}), image(round)) },
  ];
}

function patientQuestions({ patientList }: ClinicStore): Question[] {
  const patients = (view: object, text = '') => ({
    ...patientListView.parse(view),
    text,
    after: null,
    limit,
  });
  /** Pages one after the other, from the first on again after the last. */
  const walk = (view: object, text = '') => {
    let after: Cursor | null = null;
    return () => {
      after = patientList.page({ ...patients(view, text), after }).next;
    };
  };
  const byName = { sort: { by: 'name', descending: false } };
  const texts = ['ba', 'Ö', 'frinesdal', 'P-0042', '1961', '14.3.1961', 'gul ho', 'a'];
  const text = (round: number) => texts[round % texts.length] ?? '';
  return [
    { name: 'patients by visit, page after page', ask: walk({}) },
    { name: 'patients by name, page after page', ask: walk(byName) },
    { name: 'patients with images to review', ask: walk({ show: 'waiting' }) },
    { name: 'patients, counted', ask: () => patientList.count(patients({})) },
    {
      name: 'patients with images to review, counted',
      ask: () => patientList.count(patients({ show: 'waiting' })),
    },
    { name: 'patients searched', ask: (round) => patientList.page(patients({}, text(round))) },
    {
      name: 'patients searched, counted',
      ask: (round) => patientList.count(patients({}, text(round))),
    },
    {
      name: 'patients searched with a letter wrong',
      ask: () => patientList.page(patients({}, 'frinsedal')),
    },
  ];
}

interface Taken {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Its key derivation has a thread of its own, whose processor is not counted. */
async function measureUnlocking(
  folder: string,
  onProgress: (done: number) => void,
): Promise<Measured> {
  const { now, cpu } = usualRounds;
  const asked: Taken[] = [];
  while (asked.length < unlockings) {
    const [startedAt, cpuBefore] = [now(), cpu()];
    const { store } = await unlockClinic(folder, syntheticUser);
    asked.push({ ms: now() - startedAt, cpuMs: cpu() - cpuBefore });
    store.close();
    onProgress(asked.length);
  }
  return summary('unlock', asked);
}

function measure({ name, ask }: Question, rounds: number): Measured {
  const { now, cpu } = usualRounds;
  const asked = Array.from({ length: rounds }, (_, round) => {
    const [startedAt, cpuBefore] = [now(), cpu()];
    ask(round);
    const ms = now() - startedAt;
    return { ms, cpuMs: cpu() - cpuBefore };
  });
  return summary(name, asked);
}

function summary(name: string, asked: readonly Taken[]): Measured {
  const durations = asked.map(({ ms }) => ms);
  return {
    name,
    medianMs: quantile(durations, 0.5),
    p95Ms: quantile(durations, 0.95),
    slowestMs: Math.max(...durations),
    cpuP95Ms: quantile(
      asked.map(({ cpuMs }) => cpuMs),
      0.95,
    ),
  };
}

function toLines({
  images,
  lists,
  machine,
  load,
}: {
  readonly images: number;
  readonly lists: readonly Measured[];
  readonly machine: ReturnType<typeof describeMachine>;
  readonly load: number;
}): string[] {
  const width = Math.max(...lists.map(({ name }) => name.length));
  const figure = (ms: number) => ms.toFixed(1).padStart(7);
  return [
    `${machine.processor}, ${machine.cores} cores, load ${load.toFixed(2)}`,
    `${images} images`,
    `${'ms'.padEnd(width)}  median     p95 slowest p95, processor`,
    ...lists.map(
      (list) =>
        `${list.name.padEnd(width)} ${figure(list.medianMs)} ${figure(list.p95Ms)} ${figure(list.slowestMs)} ${figure(list.cpuP95Ms)}`,
    ),
  ];
}
