import { setTimeout as pause } from 'node:timers/promises';
import { openPipe } from '../../native-bridge/links/pipe.ts';
import { Random } from '../../native-bridge/shared/random.ts';
import { type FaultName, faultNames } from '../../native-bridge/virtual-device/faults.ts';
import { distFile } from '../processes/dist.ts';
import { type Command, parseOptions, required } from './command.ts';
import { positive, showReport } from './trial/report.ts';
import { Trial } from './trial/trial.ts';
import { VirtualPort } from './trial/virtual-port.ts';

const clients = 8;
/** A device stays plugged for so long, and out for so long, at most. */
const longestInMs = 4_000;
const longestOutMs = 1_000;

export const soakCommand: Command = {
  name: 'soak',
  summary: 'Has virtual accelerators fail at random under load, and counts what is lost.',
  usage: '--seconds N [--seed N] [--json]',
  options: [
    '  --seconds N  how long',
    '  --seed N     another course of faults (1)',
    '  --json       {requests, completed, lost, doubled, crashes, fallbackP99Ms, …} on stdout',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      seconds: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean' },
    });
    const seconds = positive(required(values.seconds, 'seconds'), 'seconds');
    const random = new Random(positive(values.seed, 'seed'));
    let started = 0;
    const ports = ['A', 'B'].map(
      (id) =>
        new VirtualPort(id, () =>
          openPipe({
            program: process.execPath,
            args: [distFile('cli.mjs'), 'virtual-device', ...faultOptions(random, ++started)],
          }),
        ),
    );
    const trial = await Trial.begin(ports, random);
    trial.load(clients);
    const endsAt = performance.now() + seconds * 1000;
    await Promise.all(ports.map((port) => plugAndUnplug(port, random, endsAt)));
    // A flipped bit may be read before one in twenty images finds it out.
    return showReport(await trial.end(), true, values.json, terminal);
  },
};

async function plugAndUnplug(port: VirtualPort, random: Random, endsAt: number): Promise<void> {
  for (;;) {
    const leftMs = () => Math.max(endsAt - performance.now(), 0);
    port.plug();
    await pause(Math.min(1 + random.below(longestInMs), leftMs()));
    port.unplug();
    if (leftMs() === 0) return;
    await pause(Math.min(random.below(longestOutMs), leftMs()));
  }
}

/** One device in three is sound; the others go wrong somewhere in the work. */
function faultOptions(random: Random, seed: number): string[] {
  const serial = ['--serial', `S${seed}`];
  if (random.below(3) === 0) return serial;
  const fault: FaultName = random.of(faultNames);
  const after = String(random.below(60));
  return [...serial, '--fault', fault, '--after', after, '--seed', String(seed)];
}
