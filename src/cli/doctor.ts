import { dataFolder } from '../processes/data-folder.ts';
import { acceleratorChecks } from './checks/accelerators.ts';
import { type Check, type Finding, problem } from './checks/check.ts';
import { clinicChecks } from './checks/clinic.ts';
import { platformChecks } from './checks/platform.ts';
import { type Command, describeError, parseOptions } from './command.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Checks the program, this computer, the accelerators and the clinic’s files.',
  usage: '[--data DIR] [--json]',
  options: [
    '  --data DIR  folder of the clinic’s data; the usual place, if not given',
    '  --json      one JSON object a check on stdout',
  ],
  async run(args, terminal) {
    const { data, json } = parseOptions(args, {
      data: { type: 'string' },
      json: { type: 'boolean' },
    });
    const folder = dataFolder(data);
    const checks = [...platformChecks, ...acceleratorChecks(folder), ...clinicChecks(folder)];
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
