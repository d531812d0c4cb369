import { type Command, parse, UsageError } from './command.ts';
import { tryBackup } from './trial/backup-trial.ts';
import { positive } from './trial/report.ts';

export const trialCommand: Command = {
  name: 'trial',
  summary: 'Backs a made-up clinic up, damages the backup, deletes the clinic and restores it.',
  usage: 'backup [--images N] [--damages N] [--seed N] [--json]',
  options: [
    '  --images N    of the clinic, which is made in a temporary folder (2000)',
    '  --damages N   how many bits are changed, one after the other (25)',
    '  --seed N      other places (1)',
    '  --json        {records, restored, lost, damages, damagesFound, seconds, …} on stdout',
  ],
  async run(args, terminal) {
    const { values, positionals } = parse(args, {
      images: { type: 'string', default: '2000' },
      damages: { type: 'string', default: '25' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean' },
    });
    if (positionals.length !== 1 || positionals[0] !== 'backup')
      throw new UsageError('There is one trial: backup.');
    const size = {
      images: positive(values.images, 'images'),
      damages: positive(values.damages, 'damages'),
      seed: positive(values.seed, 'seed'),
    };
    const report = await tryBackup(size, (text) => terminal.progress(text));
    terminal.progress('');
    const isSound = report.lost === 0 && report.damagesFound === report.damages;
    if (values.json) terminal.out(JSON.stringify(report));
    else
      terminal.out(
        `${isSound ? 'ok  ' : 'FAIL'}  ${report.restored} of ${report.records} records restored; ` +
          `${report.damagesFound} of ${report.damages} damages found; ` +
          `first ${report.firstSeconds} s, increment ${report.incrementSeconds} s, ` +
          `restored in ${report.restoreSeconds} s (${report.megabytes} MB)`,
      );
    return isSound ? 0 : 1;
  },
};
