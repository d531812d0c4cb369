// The command line: the station's services without a screen.
import { assertNodeVersion } from '../processes/node-version.ts';
import { attestCommand } from './attest.ts';
import { backupCommand, restoreCommand, verifyCommand } from './backup.ts';
import { benchCommand } from './bench.ts';
import { benchClassesCommand } from './bench-classes.ts';
import { benchListsCommand } from './bench-lists.ts';
import { benchLongWorkCommand } from './bench-long-work.ts';
import { classesCommand } from './classes.ts';
import { classifyCommand } from './classify.ts';
import type { Command, ExitCode } from './command.ts';
import { describeError, UsageError } from './command.ts';
import { commissionCommand } from './commission.ts';
import { devicesCommand } from './devices.ts';
import { doctorCommand } from './doctor.ts';
import { energyCommand } from './energy.ts';
import { evaluateCommand } from './evaluate.ts';
import { evaluateMeasuringCommand } from './evaluate-measuring.ts';
import { evaluateOutlineCommand } from './evaluate-outline.ts';
import { evaluateRegistrationCommand } from './evaluate-registration.ts';
import { inferCommand } from './infer.ts';
import { overheadCommand } from './overhead.ts';
import { patientFolderCommand } from './patient-folder.ts';
import { soakCommand } from './soak.ts';
import { openTerminal } from './terminal.ts';
import { trialCommand } from './trial.ts';
import { uglyDucklingCommand } from './ugly-duckling.ts';
import { unplugCommand } from './unplug.ts';
import { updateCommand } from './update.ts';
import { productVersion } from './version.ts';
import { virtualDeviceCommand } from './virtual-device.ts';

const program = 'npm run -s cli --';
const commands: readonly Command[] = [
  classifyCommand,
  classesCommand,
  inferCommand,
  evaluateCommand,
  evaluateMeasuringCommand,
  evaluateOutlineCommand,
  evaluateRegistrationCommand,
  commissionCommand,
  energyCommand,
  benchCommand,
  benchListsCommand,
  benchLongWorkCommand,
  benchClassesCommand,
  doctorCommand,
  devicesCommand,
  attestCommand,
  virtualDeviceCommand,
  overheadCommand,
  soakCommand,
  uglyDucklingCommand,
  unplugCommand,
  updateCommand,
  backupCommand,
  restoreCommand,
  verifyCommand,
  patientFolderCommand,
  trialCommand,
];

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `Dermaspike ${productVersion} on the command line.`,
    '',
    `Usage: ${program} <command> [options]`,
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    `${program} <command> --help says more. Exit status: 0 when all went well, 1 when something`,
    'failed, 2 when the command was used wrongly.',
  ].join('\n');
}

function usageLine({ name, usage }: Command): string {
  return `Usage: ${program} ${name} ${usage}`;
}

function help(command: Command): string {
  return [usageLine(command), '', command.summary, '', ...command.options].join('\n');
}

async function main(args: readonly string[]): Promise<ExitCode> {
  const terminal = openTerminal();
  const [name, ...rest] = args;
  if (name === 'help' || name === '--help' || name === '-h') {
    terminal.out(overview());
    return 0;
  }
  if (name === '--version') {
    terminal.out(productVersion);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    if (name !== undefined) terminal.note(`There is no command "${name}".`);
    terminal.note(overview());
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(help(command));
    return 0;
  }
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    terminal.progress('');
    if (error instanceof UsageError) {
      terminal.note(error.message);
      terminal.note(usageLine(command));
      return 2;
    }
    const failure = describeError(error);
    if (rest.includes('--json')) terminal.out(JSON.stringify({ error: failure }));
    terminal.note(failure.message);
    return 1;
  }
}

assertNodeVersion();
process.exitCode = await main(process.argv.slice(2));
