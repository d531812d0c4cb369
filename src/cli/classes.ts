import { cameraExperimentCommand } from './classes/camera-experiment.ts';
import { clinicCommands } from './classes/clinic.ts';
import { experimentCommand } from './classes/experiment/command.ts';
import { statisticsCommand } from './classes/statistics.ts';
import { type Command, UsageError } from './command.ts';

const subcommands: readonly Command[] = [
  ...clinicCommands,
  experimentCommand,
  cameraExperimentCommand,
  statisticsCommand,
];

export const classesCommand: Command = {
  name: 'classes',
  summary: 'New lesion classes, learned on the spike counts.',
  usage: `${subcommands.map(({ name }) => name).join('|')} [options]`,
  options: subcommands.flatMap(({ name, summary, usage, options }) => [
    `${name}: ${summary}`,
    `  ${usage}`,
    ...options,
    '',
  ]),
  async run([name, ...rest], terminal) {
    const subcommand = subcommands.find((each) => each.name === name);
    if (!subcommand)
      throw new UsageError(
        name === undefined ? 'What of the classes?' : `There is no command "classes ${name}".`,
      );
    return subcommand.run(rest, terminal);
  },
};
