import path from 'node:path';
import { dataFolder } from '../processes/data-folder.ts';
import { acceleratorChecks } from './checks/accelerators.ts';
import { type Check, type Finding, problem } from './checks/check.ts';
import { type ClinicKey, clinicChecks } from './checks/clinic.ts';
import { platformChecks } from './checks/platform.ts';
import { type Command, describeError, parseOptions, type Terminal } from './command.ts';
import { givenPassphrase } from './key-variables.ts';
import { progressBar } from './terminal.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Checks the program, this computer, the accelerators and the clinic’s files.',
  usage: '[--data DIR] [--clinic FOLDER] [--user NAME] [--json]',
  options: [
    '  --data DIR      the data folder, if it is not the usual one',
    '  --clinic FOLDER the clinic’s own folder, if it is not clinic/ in the data folder',
    '  --user NAME     also look through all records: whose passphrase the variable',
    '                  DERMASPIKE_PASSPHRASE holds; the clinic is locked on the screen meanwhile',
    '  --json          one JSON object a check on stdout',
  ],
  async run(args, terminal) {
    const { data, clinic, user, json } = parseOptions(args, {
      data: { type: 'string' },
      clinic: { type: 'string' },
      user: { type: 'string' },
      json: { type: 'boolean' },
    });
    const folder = dataFolder(data);
    const checks = [
      ...platformChecks,
      ...acceleratorChecks(folder),
      ...clinicChecks(folder, clinic ?? path.join(folder, 'clinic'), keyOf(user, terminal)),
    ];
    let problems = 0;
    for (const check of checks) {
      terminal.progress(`Checking: ${check.title} …`);
      const finding = await examine(check);
      if (!finding.ok) problems++;
      if (json) terminal.out(JSON.stringify({ check: check.title, ...finding }));
      else terminal.out(toLine(check, finding));
    }
    terminal.progress('');
    if (!json && problems > 0) terminal.out(`${problems} of ${checks.length} checks failed.`);
    return problems > 0 ? 1 : 0;
  },
};

function keyOf(userName: string | undefined, terminal: Terminal): ClinicKey | undefined {
  if (userName === undefined) return undefined;
  const onProgress = (share: number) =>
    terminal.progress(progressBar(Math.round(share * 100), 100, 'looked through'));
  return { userName, passphrase: givenPassphrase(), onProgress };
}

async function examine({ run, remedy }: Check): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    return problem(describeError(error).message, remedy);
  }
}

function toLine({ title }: Check, finding: Finding): string {
  const line = `${finding.ok ? 'ok  ' : 'FAIL'}  ${title}: ${finding.detail}`;
  return finding.ok ? line : `${line}\n      What to do: ${finding.remedy}`;
}
