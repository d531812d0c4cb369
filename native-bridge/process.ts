// The bridge's own process: holds devices, emulator threads and networks. It sees no patient.
import { serve } from '../src/processes/channel.ts';
import { parentLink, processHost } from '../src/processes/parent.ts';
import { Emulator } from './accelerators/emulator.ts';
import { discoveries } from './discovery/all.ts';
import { DemoDiscovery } from './discovery/virtual.ts';
import { bridgeContract, bridgeErrorCodes } from './shared/contract.ts';
import { readSettings } from './shared/settings.ts';
import { DeviceKeeper } from './supervision/device-keeper.ts';
import { bridgeHandlers } from './supervision/service.ts';
import { Supervisor } from './supervision/supervisor.ts';

const emulator = new Emulator();
const { shadowEvery, policy } = readSettings().settings;
const supervisor = new Supervisor([emulator], { reference: emulator, shadowEvery, policy });
const demo = new DemoDiscovery(processHost());
const devices = new DeviceKeeper([...discoveries(readSettings), demo], {
  reference: emulator,
  supervisor,
});

serve(parentLink(), bridgeContract, bridgeHandlers(supervisor, devices, demo), {
  codes: bridgeErrorCodes,
  onInternalError: (procedure, error) => log(`${procedure} failed: ${describe(error)}`),
});

function log(line: string): void {
  process.stderr.write(`bridge: ${line}\n`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
