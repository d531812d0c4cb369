// The bridge's own process: holds devices, emulator threads and networks. It sees no patient.
import { serve } from '../src/processes/channel.ts';
import { parentLink } from '../src/processes/parent.ts';
import { Emulator } from './accelerators/emulator.ts';
import { bridgeContract, bridgeErrorCodes } from './contract.ts';
import { DeviceKeeper } from './device-keeper.ts';
import { discoveries } from './discovery/all.ts';
import { DemoDiscovery } from './discovery/virtual.ts';
import { bridgeHandlers } from './service.ts';
import { readSettings } from './settings.ts';
import { Supervisor } from './supervisor.ts';

const emulator = new Emulator();
const { shadowEvery, policy } = readSettings().settings;
const supervisor = new Supervisor([emulator], { reference: emulator, shadowEvery, policy });
const demo = new DemoDiscovery();
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
