import { Emulator } from '../../native-bridge/accelerators/emulator.ts';
import { WireAccelerator } from '../../native-bridge/accelerators/wire-accelerator.ts';
import { discoveries } from '../../native-bridge/discovery/all.ts';
import type { Candidate } from '../../native-bridge/discovery/discovery.ts';
import { virtualCandidate } from '../../native-bridge/discovery/virtual.ts';
import { readSettings } from '../../native-bridge/shared/settings.ts';
import { faultNames } from '../../native-bridge/virtual-device/faults.ts';
import { loadShippedModel, type ShippedModel } from '../clinic/model.ts';
import { dataFolder } from '../processes/data-folder.ts';
import { type Command, describeError, parseOptions, UsageError } from './command.ts';

interface Verdict {
  readonly device: string;
  readonly attested: boolean;
  /** Golden images that were compared. */
  readonly images: number;
  /** Counts that differed. */
  readonly mismatches: number;
  /** Why it is not attested. */
  readonly reason?: string;
}

export const attestCommand: Command = {
  name: 'attest',
  summary: 'Compares accelerators with the emulator, to the last bit.',
  usage: '[--virtual [--fault NAME]] [--data DIR] [--json]',
  options: [
    '  --virtual     a virtual accelerator, instead of what is attached',
    `  --fault NAME  and with this fault: ${faultNames.slice(0, 6).join(', ')},`,
    `                ${faultNames.slice(6).join(', ')}`,
    '  --data DIR    folder with accelerators.json; the usual place, if not given',
    '  --json        {device, attested, images, mismatches} on stdout, a line a device',
  ],
  async run(args, terminal) {
    const { virtual, fault, data, json } = parseOptions(args, {
      virtual: { type: 'boolean' },
      fault: { type: 'string' },
      data: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (fault !== undefined && !faultNames.some((name) => name === fault))
      throw new UsageError(`There is no fault "${fault}".`);
    if (fault !== undefined && !virtual)
      throw new UsageError('--fault is one of a --virtual accelerator.');
    const candidates = virtual
      ? [virtualCandidate(fault === undefined ? [] : ['--fault', fault])]
      : await attached(dataFolder(data));
    const verdicts = await attestAll(candidates, loadShippedModel());
    for (const verdict of verdicts) terminal.out(json ? JSON.stringify(verdict) : lineOf(verdict));
    if (verdicts.length === 0)
      terminal.note('No accelerator is attached. "devices" says what keeps one from being used.');
    return verdicts.length > 0 && verdicts.every(({ attested }) => attested) ? 0 : 1;
  },
};

async function attached(folder: string): Promise<Candidate[]> {
  const all = discoveries(() => readSettings(folder));
  const findings = await Promise.all(all.map((discovery) => discovery.find()));
  return findings.flatMap(({ candidates }) => candidates);
}

async function attestAll(
  candidates: readonly Candidate[],
  model: ShippedModel,
): Promise<Verdict[]> {
  const reference = new Emulator();
  const verdicts: Verdict[] = [];
  try {
    for (const candidate of candidates) verdicts.push(await attestOne(candidate, reference, model));
  } finally {
    await reference.close();
  }
  return verdicts;
}

async function attestOne(
  candidate: Candidate,
  reference: Emulator,
  model: ShippedModel,
): Promise<Verdict> {
  let device: WireAccelerator | undefined;
  let reason: string | undefined;
  try {
    device = await WireAccelerator.attach(await candidate.open(), {
      reference,
      link: candidate.link,
      ...(candidate.timeouts && { timeouts: candidate.timeouts }),
    });
    await device.load(model);
  } catch (error) {
    reason = describeError(error).message;
  }
  const { images = 0, mismatches = 0 } = device?.record.status() ?? {};
  await device?.close();
  return {
    device: device?.describe().identity.name ?? candidate.label,
    attested: reason === undefined,
    images,
    mismatches,
    ...(reason !== undefined && { reason }),
  };
}

function lineOf({ device, attested, images, reason }: Verdict): string {
  return attested
    ? `ok    ${device}: ${images} golden images right to the bit`
    : `FAIL  ${device}: ${reason}`;
}
