// Runs under simulate.py, with the real libraries: finds what is plugged into the simulated port and
// puts it to work. Prints what it saw as one line of JSON.
import { Socket } from 'node:net';
import type { Discovery } from '../../../native-bridge/discovery/discovery.ts';
import { HidDiscovery } from '../../../native-bridge/discovery/hid.ts';
import { UsbDiscovery } from '../../../native-bridge/discovery/usb.ts';
import type { Incident } from '../../../native-bridge/shared/contract.ts';
import { DeviceKeeper } from '../../../native-bridge/supervision/device-keeper.ts';
import { Supervisor } from '../../../native-bridge/supervision/supervisor.ts';
import { expected, image, network } from '../virtual-device/bench-setup.ts';
import { InThreadEmulator } from '../virtual-device/in-thread-emulator.ts';

const [kind = 'usb', scenario = 'hot-plug', timesText = '1'] = process.argv.slice(2);
const idle = new AbortController().signal;

const port = new Socket({ fd: 3 });
/** Has the simulation do something, and waits until it is done. */
function simulate(action: 'plug' | 'unplug' | 'stall-in' | 'stall-out'): Promise<void> {
  return new Promise((resolve) => {
    port.once('data', () => resolve());
    port.write(`${action}\n`);
  });
}

const discovery: Discovery =
  kind === 'usb'
    ? new UsbDiscovery(() => [{ vendorId: 0x1209, productId: 1 }])
    : new HidDiscovery(() => [{ vendorId: 0x1209, productId: 2, reportBytes: 64 }]);
const reference = new InThreadEmulator();
const fallbacksMs: number[] = [];
const supervisor = new Supervisor([reference], {
  reference,
  onFallback: (durationMs) => fallbacksMs.push(durationMs),
});
await supervisor.load(network);
const keeper = new DeviceKeeper([discovery], { reference, supervisor, firstPauseMs: 20 });
const incidents: Incident[] = [];
supervisor.incidents.subscribe((incident) => incidents.push(incident));

/** Settles once `isTrue`, which is asked after each change. */
function until(isTrue: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isTrue()) return;
      endings.forEach((end) => void end());
      resolve();
    };
    const endings = [supervisor.onChange(look), keeper.onChange(look)];
    look();
  });
}
const device = () => supervisor.status().find((status) => status.device !== null);
const isAttested = () => device()?.device?.attestation.state === 'attested';

const answers = new Map<number, number>();
let wrong = 0;
async function read(number: number): Promise<string> {
  const request = {
    networkSha256: network.sha256,
    image: image(number % 256),
    priority: 'archive',
  };
  const result = await supervisor.infer({ ...request, priority: 'archive' }, idle);
  answers.set(number, (answers.get(number) ?? 0) + 1);
  const right = expected(image(number % 256));
  if (result.spikeCounts.some((count, at) => count !== right[at])) wrong++;
  return result.accelerator.kind;
}
let submitted = 0;
function readMany(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => read(submitted++)));
}

const seen: unknown[] = [];
await keeper.scan();
seen.push(device()?.state ?? 'nothing');
await simulate('plug');
if (scenario === 'inexact') {
  await until(() => incidents.length > 0);
  await readMany(3);
} else {
  await until(isAttested);
  seen.push(device()?.device?.link);
  await readMany(20);
  for (let time = 0; time < Number(timesText); time++) {
    let isOver = false;
    // Eight images in flight at every instant.
    const work = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!isOver) await read(submitted++);
      }),
    );
    await readMany(1 + time);
    if (scenario === 'stall') {
      await simulate('stall-out');
      await simulate('stall-in');
    } else {
      await simulate('unplug');
      await until(() => device() === undefined);
    }
    isOver = true;
    await work;
    if (scenario === 'stall') continue;
    await simulate('plug');
    await until(isAttested);
  }
  seen.push(...new Set(await readMany(5)));
}
fallbacksMs.sort((a, b) => a - b);
process.stdout.write(
  `${JSON.stringify({
    seen,
    incidents: incidents.map((incident) => incident.kind),
    submitted,
    answered: answers.size,
    doubled: [...answers.values()].filter((count) => count !== 1).length,
    wrong,
    fellBack: fallbacksMs.length,
    slowestFallbackMs: fallbacksMs.at(-1) ?? 0,
  })}\n`,
);
process.exit(0);
