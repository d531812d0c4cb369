import { readFile, writeFile } from 'node:fs/promises';
import type { HeadVersion } from '../../clinic/entities/index.ts';
import { type Client, connect } from '../../processes/channel.ts';
import { linkedPair } from '../../processes/link.ts';
import { NodeHost } from '../../processes/node-host.ts';
import { type StationContract, stationContract } from '../../station/contract/index.ts';
import { Station } from '../../station/station.ts';
import { type Command, parse, required, type Terminal, UsageError } from '../command.ts';
import { productVersion } from '../version.ts';

/** Of a person’s passphrase; an argument would stand in the list of processes. */
const passphraseVariable = 'DERMASPIKE_PASSPHRASE';

type Caller = Client<StationContract>;

interface ClinicCommand {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  run(
    client: Caller,
    argument: string | undefined,
    options: Options,
    terminal: Terminal,
  ): Promise<void>;
}

interface Options {
  readonly reason: string | undefined;
  readonly output: string | undefined;
  readonly trust: boolean;
  readonly json: boolean;
}

const commands: readonly ClinicCommand[] = [
  {
    name: 'list',
    summary: 'The classes, their examples, and the versions that were learned.',
    usage: '',
    async run(client, _, { json }, terminal) {
      const overview = await client.call('classes.overview', {});
      if (json) return terminal.out(JSON.stringify(overview));
      for (const { code, name, gravity } of overview.classes)
        terminal.out(`${code.padEnd(12)} ${name}, ${gravity}`);
      for (const { code, images, lesions } of overview.examples)
        terminal.out(`${code.padEnd(12)} ${images} examples of ${lesions} lesions`);
      for (const version of overview.versions) terminal.out(versionLine(version));
    },
  },
  ...['learn', 'evaluate'].map(
    (name): ClinicCommand => ({
      name,
      summary:
        name === 'learn'
          ? 'Learns the changes that stand, and measures the heads.'
          : 'The same; the report in full with --json.',
      usage: '',
      async run(client, _, { json }, terminal) {
        const versions = await client.call('classes.evaluate', {});
        if (json) return terminal.out(JSON.stringify(versions));
        for (const version of versions) {
          terminal.out(versionLine(version));
          for (const line of evaluationLines(version)) terminal.out(`  ${line}`);
        }
      },
    }),
  ),
  {
    name: 'approve',
    summary: 'Approves a version; another user’s than the one who learned it.',
    usage: 'NUMBER [--reason TEXT]',
    async run(client, argument, { reason = null }, terminal) {
      const number = asNumber(argument);
      terminal.out(versionLine(await client.call('classes.approve', { number, reason })));
    },
  },
  {
    name: 'activate',
    summary: 'Lets an approved version read, and brings the archive up to it.',
    usage: 'NUMBER',
    run: async (client, argument, _, terminal) => activate(client, asNumber(argument), terminal),
  },
  {
    name: 'rollback',
    summary: 'Lets what read before read again.',
    usage: '',
    async run(client, _, __, terminal) {
      const { former } = await client.call('classes.overview', {});
      if (former === undefined) throw new UsageError('No other version has read yet.');
      await activate(client, former, terminal);
    },
  },
  {
    name: 'camera',
    summary: 'Adapts counts to the clinic’s camera, or no longer, from the next version on.',
    usage: 'on|off',
    async run(client, argument, _, terminal) {
      if (argument !== 'on' && argument !== 'off')
        throw new UsageError('camera on, or camera off?');
      const { changes } = await client.call('classes.overview', {});
      const standing = changes.find(({ change }) => change.kind === 'camera');
      if (argument === 'on' && !standing) {
        await client.call('classes.change', { change: { kind: 'camera' } });
      }
      if (argument === 'off' && standing) {
        await client.call('classes.undoChange', { changeId: standing.id });
      }
      terminal.out(
        argument === 'on'
          ? 'The next version adapts counts to the camera; "classes learn" makes and measures it.'
          : 'The next version reads counts as they are.',
      );
    },
  },
  {
    name: 'export',
    summary: 'Writes a class’s statistics, signed, for another clinic.',
    usage: 'CODE [--output FILE]',
    async run(client, argument, { output }, terminal) {
      const { bytes, fileName } = await client.call('classes.exportPack', {
        code: required(argument, 'CODE'),
      });
      await writeFile(output ?? fileName, bytes);
      terminal.out(output ?? fileName);
    },
  },
  {
    name: 'inspect',
    summary: 'Says what a class pack holds, who made it, and whether its key is trusted.',
    usage: 'FILE',
    async run(client, argument, _, terminal) {
      const bytes = await readFile(required(argument, 'FILE'));
      terminal.out(JSON.stringify(await client.call('classes.inspectPack', { bytes }), null, 2));
    },
  },
  {
    name: 'import',
    summary: 'Adds the class of a pack; --trust after comparing the key’s fingerprint.',
    usage: 'FILE [--trust]',
    async run(client, argument, { trust }, terminal) {
      const bytes = await readFile(required(argument, 'FILE'));
      const pack = await client.call('classes.importPack', { bytes, trust });
      terminal.out(`${pack.name} (${pack.code}) of ${pack.clinicName}`);
    },
  },
];

/** What can be done with a clinic’s classes without a screen: the station’s own calls, on its data. */
export const clinicCommands: readonly Command[] = commands.map((command) => ({
  name: command.name,
  summary: command.summary,
  usage: `${command.usage} --data DIR --user NAME [--json]`.trim(),
  options: [`  the passphrase is taken from ${passphraseVariable}`],
  async run(args, terminal) {
    const { values, positionals } = parse(args, {
      data: { type: 'string' },
      user: { type: 'string' },
      reason: { type: 'string' },
      output: { type: 'string' },
      trust: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    if (positionals.length > 1) throw new UsageError(`Unexpected argument "${positionals[1]}".`);
    const dataFolder = required(values.data, 'data');
    const userName = required(values.user, 'user');
    const passphrase = process.env[passphraseVariable];
    if (passphrase === undefined) throw new UsageError(`${passphraseVariable} is not set.`);
    const station = new Station({ dataFolder, host: new NodeHost(), version: productVersion });
    try {
      const [near, far] = linkedPair();
      station.serve(far);
      const client = connect(near, stationContract);
      await client.call('session.unlock', { userName, passphrase });
      const { reason, output, trust, json } = values;
      await command.run(client, positionals[0], { reason, output, trust, json }, terminal);
      return 0;
    } finally {
      station.close();
    }
  },
}));

/** Waits until the archive is up to date, since the station ends with the command. */
async function activate(client: Caller, number: number | null, terminal: Terminal): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const look = async () => {
    const { rescoring } = await client.call('classes.overview', {});
    if (rescoring) terminal.progress(`${rescoring.done} of ${rescoring.total} readings`);
    if (!rescoring || rescoring.endedAt !== null) ended.resolve();
  };
  const stop = client.subscribe('changes', {}, ({ topics }) => {
    if (topics.includes('classes')) look().catch(ended.reject);
  });
  try {
    await client.call('classes.activate', { number });
    await look();
    await ended.promise;
  } finally {
    stop();
    terminal.progress('');
  }
  terminal.out(number === null ? 'The shipped head reads.' : `Version ${number} reads.`);
}

function asNumber(text: string | undefined): number {
  const number = Number(required(text, 'NUMBER'));
  if (!Number.isInteger(number) || number < 1) throw new UsageError('NUMBER is a version’s.');
  return number;
}

function versionLine({ number, state, learner, examples, authorName }: HeadVersion): string {
  return `version ${number}: ${state}, ${learner}, ${examples} examples, learned by ${authorName}`;
}

function evaluationLines({ evaluation }: HeadVersion): string[] {
  const share = (figure: { value: number; low: number; high: number } | null) =>
    figure
      ? `${figure.value.toFixed(3)} (${figure.low.toFixed(3)} to ${figure.high.toFixed(3)})`
      : '–';
  return [
    ...evaluation.added.map(
      ({ code, lesions, sensitivity, specificity, auroc }) =>
        `${code}, ${lesions} lesions: sensitivity ${share(sensitivity)}, specificity ${share(specificity)}, AUROC ${share(auroc)}`,
    ),
    ...(evaluation.camera
      ? [
          `camera, ${evaluation.camera.lesions} lesions of known classes: named right before ${share(evaluation.camera.named.before)}, after ${share(evaluation.camera.named.after)}`,
        ]
      : []),
    ...evaluation.known.map(
      ({ code, before, after, isBeyondLimit }) =>
        `${code}: found before ${share(before)}, after ${share(after)}${isBeyondLimit ? ', BEYOND THE LIMIT' : ''}`,
    ),
    ...evaluation.guards.map(
      (guard) => `beware: ${guard.kind}${'code' in guard ? ` ${guard.code}` : ''}`,
    ),
  ];
}
