import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { patientListView } from '../clinic/entities/index.ts';
import { type ClinicStore, setAsideFolder, unlockClinic } from '../store/index.ts';
import { buildClinic, syntheticUser } from './bench/large-clinic.ts';
import { describeMachine, loadNow } from './bench/machine.ts';
import { quantile } from './bench/statistics.ts';
import { whileSaving } from './bench/while-saving.ts';
import { type Command, parseOptions } from './command.ts';
import { positive } from './trial/report.ts';

/** As many as the screen has at once. */
const pairsListed = 50;

interface Measured {
  readonly name: string;
  readonly seconds: number;
  /** What came of it is what should. */
  readonly isRight: boolean;
  readonly saves: number;
  readonly waitsMs: { readonly p95: number; readonly p99: number; readonly longest: number };
  readonly longestHoldMs: number;
}

interface LongWork {
  readonly name: string;
  /** Whether what came of it is what should. */
  run(): Promise<boolean>;
}

export const benchLongWorkCommand: Command = {
  name: 'bench-long-work',
  summary:
    'Measures long work on a large synthetic clinic, and how long who saves meanwhile waits.',
  usage: '[--images N] [--folder DIR] [--json]',
  options: [
    '  --images N    images in all (100000)',
    '  --folder DIR  keep the clinic there, or take the one that is there, and work on a copy of it',
    '  --json        {work: [{name, seconds, saves, waitsMs, longestHoldMs, …}], …} on stdout',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string', default: '100000' },
      folder: { type: 'string' },
      json: { type: 'boolean' },
    });
    const wanted = positive(values.images, 'images');
    const dataFolder = mkdtempSync(path.join(tmpdir(), 'dermaspike-bench-'));
    const clinic = path.join(dataFolder, 'clinic');
    try {
      const kept = values.folder ?? clinic;
      if (!existsSync(path.join(kept, 'clinic.json'))) {
        const size = { images: wanted, waiting: Math.ceil(wanted / 5) };
        const built = await buildClinic(kept, size, (done) =>
          terminal.progress(`Building the clinic: ${done} of ${wanted} images`),
        );
        built.close();
      }
      if (kept !== clinic) cpSync(kept, clinic, { recursive: true });
      const { store, user } = await unlockClinic(clinic, syntheticUser);
      const work: Measured[] = [];
      for (const each of longWork(store, user.id, dataFolder)) {
        terminal.progress(`Measuring: ${each.name}`);
        work.push(await measure(store, each));
      }
      const report = {
        images: store.audit.records.count('image'),
        work,
        machine: describeMachine(),
        load: loadNow(),
      };
      store.close();
      terminal.progress('');
      if (values.json) terminal.out(JSON.stringify(report));
      else for (const line of toLines(report)) terminal.out(line);
      return work.every(({ isRight }) => isRight) ? 0 : 1;
    } finally {
      rmSync(dataFolder, { recursive: true, force: true });
    }
  },
};

/** In this order: what is saved meanwhile is there for the next one, too. */
function longWork(store: ClinicStore, userId: string, dataFolder: string): LongWork[] {
  const { doubles, erasures, dataKeyChange, patientList } = store;
  return [
    {
      name: 'nothing, for a second',
      async run() {
        await pause(1000);
        return true;
      },
    },
    {
      name: 'listing possible doubles',
      async run() {
        const { pairs, count } = await doubles.pairs(pairsListed);
        return pairs.length === Math.min(count, pairsListed);
      },
    },
    {
      name: 'verifying the audit log',
      async run() {
        const { intact } = await store.checkAudit();
        return intact;
      },
    },
    {
      name: 'health check, verifying included',
      async run() {
        const { ok } = await store.checkHealth();
        return ok;
      },
    },
    {
      name: 'erasing a patient, until its proof',
      async run() {
        const byVisit = { ...patientListView.parse({}), text: '', after: null, limit: 1 };
        const id = patientList.page(byVisit).entries[0]?.patient.id ?? '';
        const order = { reason: 'request', userId, secondUserId: null } as const;
        const erased = erasures.erase({ subject: { kind: 'patient', id }, ...order }, () => {});
        await erasures.finish(setAsideFolder(dataFolder));
        return erased.counts.images > 0 && erasures.get(erased.id).proof !== null;
      },
    },
    {
      name: 'changing the data key',
      async run() {
        await dataKeyChange.begin(userId);
        await dataKeyChange.finish();
        return dataKeyChange.pending === null;
      },
    },
  ];
}

async function measure(store: ClinicStore, { name, run }: LongWork): Promise<Measured> {
  const { result, waitsMs, longestHoldMs } = await whileSaving(store, async () => {
    const startedAt = performance.now();
    const isRight = await run();
    return { isRight, seconds: (performance.now() - startedAt) / 1000 };
  });
  return {
    name,
    ...result,
    saves: waitsMs.length,
    waitsMs: {
      p95: quantile(waitsMs, 0.95),
      p99: quantile(waitsMs, 0.99),
      longest: quantile(waitsMs, 1),
    },
    longestHoldMs,
  };
}

function toLines({
  images,
  work,
  machine,
  load,
}: {
  readonly images: number;
  readonly work: readonly Measured[];
  readonly machine: ReturnType<typeof describeMachine>;
  readonly load: number;
}): string[] {
  const width = Math.max(...work.map(({ name }) => name.length));
  const figure = (value: number) => value.toFixed(1).padStart(9);
  return [
    `${machine.processor}, ${machine.cores} cores, load ${load.toFixed(2)}`,
    `${images} images; waits of who saves, and the longest hold of the thread, in ms`,
    `${''.padEnd(width)}   seconds       p95       p99   longest      hold`,
    ...work.map(
      ({ name, seconds, isRight, waitsMs, longestHoldMs }) =>
        `${name.padEnd(width)} ${figure(seconds)} ${figure(waitsMs.p95)} ${figure(waitsMs.p99)} ${figure(waitsMs.longest)} ${figure(longestHoldMs)}${isRight ? '' : '  FAIL'}`,
    ),
  ];
}
