import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DemoDiscovery } from '../../../native-bridge/discovery/virtual.ts';
import {
  type AcceleratorOverview,
  type BridgeContract,
  bridgeContract,
  bridgeErrorCodes,
} from '../../../native-bridge/shared/contract.ts';
import { DeviceKeeper } from '../../../native-bridge/supervision/device-keeper.ts';
import { bridgeHandlers } from '../../../native-bridge/supervision/service.ts';
import { Supervisor } from '../../../native-bridge/supervision/supervisor.ts';
import { type Client, connect, serve } from '../../../src/processes/channel.ts';
import { linkedPair } from '../../../src/processes/link.ts';
import { NodeHost } from '../../../src/processes/node-host.ts';
import { network, patientTimeouts } from '../virtual-device/bench-setup.ts';
import { InThreadEmulator } from '../virtual-device/in-thread-emulator.ts';

let client: Client<BridgeContract>;
let keeper: DeviceKeeper;
let supervisor: Supervisor;

beforeEach(async () => {
  const reference = new InThreadEmulator();
  const demo = new DemoDiscovery(new NodeHost());
  supervisor = new Supervisor([reference], { reference });
  keeper = new DeviceKeeper([demo], { reference, supervisor, timeouts: patientTimeouts });
  const [near, far] = linkedPair();
  const codes = bridgeErrorCodes;
  serve(far, bridgeContract, bridgeHandlers(supervisor, keeper, demo), { codes });
  client = connect(near, bridgeContract);
  await client.call('load', network);
});

afterEach(async () => {
  await keeper.close();
  await supervisor.close();
});

/** The first overview that is as wanted; then it listens no longer. */
function overviewWhere(isWanted: (overview: AcceleratorOverview) => boolean) {
  return new Promise<AcceleratorOverview>((resolve) => {
    const end = client.subscribe('accelerators', {}, (overview) => {
      if (!isWanted(overview)) return;
      resolve(overview);
      queueMicrotask(() => end());
    });
  });
}

describe('the bridge, asked over its contract,', () => {
  it('follows a policy at once, and tells of it', async () => {
    const changed = overviewWhere(({ policy }) => policy === 'compare-both');
    await client.call('setPolicy', { policy: 'compare-both' });
    expect((await changed).accelerators).toHaveLength(1);
  });

  it('attaches a virtual accelerator while the demo clinic is open, tests it, and forgets its notices', async () => {
    await client.call('setDemo', { isOpen: true });
    const isAttested = ({ accelerators }: AcceleratorOverview) =>
      accelerators[0]?.device?.attestation.state === 'attested';
    const { accelerators } = await overviewWhere(isAttested);
    const acceleratorId = accelerators[0]?.id ?? '';
    expect(await client.call('test', { acceleratorId })).toMatchObject({ mismatches: 0 });
    await client.call('rescan', {});
    await client.call('dismiss', { acceleratorId });
    await client.call('setDemo', { isOpen: false });
    const left = await overviewWhere((overview) => overview.accelerators.length === 1);
    expect(left).toMatchObject({ notices: [], obstacles: [] });
    await expect(client.call('test', { acceleratorId })).rejects.toMatchObject({
      code: 'no-accelerator',
      message: expect.stringContaining(acceleratorId),
    });
  });
});
