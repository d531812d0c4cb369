import { type Command, type ExitCode, parse, type Terminal, UsageError } from './command.ts';
import { tryBackup } from './trial/backup-trial.ts';
import { tryFiles } from './trial/file-trial.ts';
import { tryKills } from './trial/kill-trial.ts';
import { tryLog } from './trial/log-trial.ts';
import { tryPages } from './trial/page-trial.ts';
import { positive } from './trial/report.ts';

export const trialCommand: Command = {
  name: 'trial',
  summary:
    'Attacks and kills a made-up clinic, and counts what was lost: backup, files, log, pages, kills.',
  usage: 'backup|files|log|pages|kills [options] [--json]',
  options: [
    '  backup        backs it up, damages the backup, deletes the clinic and restores it',
    '  files         damages each of its files, with writes that tore, were lost or went elsewhere',
    '  log           damages the log of a clinic whose program was killed',
    '  pages         puts single pages of an older copy back',
    '  kills         kills the station while it saves',
    '  --images N    of the clinic, which is made in a temporary folder (backup 2000, files and pages 100)',
    '  --trials N    damages, one after the other (backup 25, files and log 500, pages 200), or kills (25)',
    '  --seed N      other places (1)',
    '  --json        one object with the counts on stdout',
  ],
  async run(args, terminal) {
    const { values, positionals } = parse(args, {
      images: { type: 'string' },
      trials: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean' },
    });
    const [name = ''] = positionals;
    const trial = Object.hasOwn(trials, name) ? trials[name] : undefined;
    if (!trial || positionals.length > 1)
      throw new UsageError(`Which trial? There are ${Object.keys(trials).join(', ')}.`);
    const result = await trial({
      images: values.images === undefined ? undefined : positive(values.images, 'images'),
      trials: values.trials === undefined ? undefined : positive(values.trials, 'trials'),
      seed: positive(values.seed, 'seed'),
      onProgress: (text) => terminal.progress(text),
    });
    return show(result, values.json, terminal);
  },
};

interface Wanted {
  readonly images: number | undefined;
  readonly trials: number | undefined;
  readonly seed: number;
  readonly onProgress: (text: string) => void;
}

interface Result {
  readonly report: object;
  readonly isSound: boolean;
  readonly text: string;
}

const trials: Readonly<Record<string, (wanted: Wanted) => Promise<Result>>> = {
  async backup({ images = 2000, trials = 25, seed, onProgress }) {
    const report = await tryBackup({ images, damages: trials, seed }, onProgress);
    return {
      report,
      isSound: report.lost === 0 && report.damagesFound === report.damages,
      text:
        `${report.restored} of ${report.records} records restored; ` +
        `${report.damagesFound} of ${report.damages} damages found; ` +
        `first ${report.firstSeconds} s, increment ${report.incrementSeconds} s, ` +
        `restored in ${report.restoreSeconds} s (${report.megabytes} MB)`,
    };
  },
  async files({ images = 100, trials = 500, seed, onProgress }) {
    const report = await tryFiles({ trials, images, seed }, onProgress);
    const { found, misnamed, harmless, silent } = report;
    return {
      report,
      isSound: silent + misnamed === 0,
      text:
        `${report.trials} damages: ${found} found, ${misnamed} of them told as a wrong passphrase, ` +
        `${harmless} without loss, ${silent} silent`,
    };
  },
  async log({ trials = 500, seed, onProgress }) {
    const report = await tryLog({ trials, commits: 40, seed }, onProgress);
    const { found, harmless, silent } = report;
    return {
      report,
      isSound: silent === 0,
      text: `${report.trials} trials: ${found} found, ${harmless} without loss, ${silent} silent`,
    };
  },
  async pages({ images = 100, trials = 200, seed, onProgress }) {
    const report = await tryPages({ trials, images, seed }, onProgress);
    const { refused, byHealthCheck, byVerifying, harmless, silent } = report;
    return {
      report,
      isSound: silent === 0,
      text:
        `${report.trials} pages put back: ${refused} not opened, ${byHealthCheck} found by the ` +
        `health check, ${byVerifying} by verifying, ${harmless} the same, ${silent} silent`,
    };
  },
  async kills({ trials = 25, seed, onProgress }) {
    const report = await tryKills({ kills: trials, seed }, onProgress);
    const { kills, acknowledged, lost, answersP95Ms, unlockedP95Ms } = report;
    return {
      report,
      isSound: lost === 0 && report.auditProblems === 0,
      text:
        `${kills} kills: ${lost} of ${acknowledged} lost; 95 % answer again within ` +
        `${answersP95Ms} ms and are unlocked within ${unlockedP95Ms} ms`,
    };
  },
};

function show({ report, isSound, text }: Result, json: boolean | undefined, terminal: Terminal) {
  terminal.progress('');
  terminal.out(json ? JSON.stringify(report) : `${isSound ? 'ok  ' : 'FAIL'}  ${text}`);
  return (isSound ? 0 : 1) satisfies ExitCode;
}
