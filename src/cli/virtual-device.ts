import { ownPipe } from '../../native-bridge/links/pipe.ts';
import { VirtualDevice } from '../../native-bridge/virtual-device/device.ts';
import {
  type FaultPlan,
  faultNames,
  requestNames,
  usualMoment,
} from '../../native-bridge/virtual-device/faults.ts';
import { type Command, parseOptions, UsageError } from './command.ts';

export const virtualDeviceCommand: Command = {
  name: 'virtual-device',
  summary: 'Is an accelerator that speaks the wire protocol on standard input and output.',
  usage: '[--fault NAME [--during REQUEST] [--after N] [--times N] [--at-byte N] [--seed N]]',
  options: [
    `  --fault NAME      ${faultNames.slice(0, 6).join(', ')},`,
    `                    ${faultNames.slice(6).join(', ')}`,
    '  --during REQUEST  the request that it strikes:',
    `                    ${requestNames.join(', ')}`,
    '  --after N         such requests that go well before (0)',
    '  --times N         how often it strikes (always)',
    '  --at-byte N       unplug and stall: when N bytes went either way, instead',
    '  --slow-ms N       slow: by so much (5000)',
    '  --seed N          another course of the same fault (1)',
    '  --serial TEXT     its serial number (virtual)',
  ],
  async run(args) {
    const values = parseOptions(args, {
      fault: { type: 'string' },
      during: { type: 'string' },
      after: { type: 'string' },
      times: { type: 'string' },
      'at-byte': { type: 'string' },
      'slow-ms': { type: 'string' },
      seed: { type: 'string' },
      serial: { type: 'string', default: 'virtual' },
    });
    const fault = faultPlan(values);
    const link = ownPipe();
    const closed = new Promise<void>((resolve) => {
      link.onClose(() => resolve());
    });
    new VirtualDevice(link, { fault, serial: values.serial });
    await closed;
    return 0;
  },
};

type FaultOption = 'fault' | 'during' | 'after' | 'times' | 'at-byte' | 'slow-ms' | 'seed';
type FaultValues = { readonly [O in FaultOption]?: string | undefined };

function faultPlan({ fault, during, ...numbers }: FaultValues): FaultPlan | undefined {
  if (fault === undefined) {
    if (during !== undefined) throw new UsageError('--during says when a --fault strikes.');
    return undefined;
  }
  const name = faultNames.find((candidate) => candidate === fault);
  if (!name) throw new UsageError(`There is no fault "${fault}".`);
  const moment = during ?? usualMoment[name];
  const request = requestNames.find((candidate) => candidate === moment);
  if (!request) throw new UsageError(`There is no request "${moment}".`);
  const whole = (option: keyof typeof numbers) => wholeNumber(option, numbers[option]);
  const [after, times, atByte] = [whole('after'), whole('times'), whole('at-byte')];
  const [slowMs, seed] = [whole('slow-ms'), whole('seed')];
  return {
    name,
    during: request,
    ...(after !== undefined && { after }),
    ...(times !== undefined && { times }),
    ...(atByte !== undefined && { atByte }),
    ...(slowMs !== undefined && { slowMs }),
    ...(seed !== undefined && { seed }),
  };
}

function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${option} takes a whole number.`);
  return Number(text);
}
