import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Decoder } from '../../src/imaging/decoder.ts';
import { type Client, connect } from '../../src/processes/channel.ts';
import { dataFolderVariable } from '../../src/processes/data-folder.ts';
import { type Link, linkedPair } from '../../src/processes/link.ts';
import { guardMemory } from '../../src/processes/memory-guard.ts';
import { NodeHost } from '../../src/processes/node-host.ts';
import { onHandedOver, parentLink, processHost } from '../../src/processes/parent.ts';
import { ConnectionRelay } from '../../src/station/connections.ts';
import { type StationContract, stationContract } from '../../src/station/contract/index.ts';
import { testPassphrase } from './harness.ts';

// As if it were a process of its own, started by this one.
vi.mock('../../src/processes/parent.ts', { spy: true });
vi.mock('../../src/processes/memory-guard.ts', { spy: true });

const dataFolder = mkdtempSync(path.join(tmpdir(), 'dermaspike-process-'));
const [near, own] = linkedPair();
const retired = Promise.withResolvers<void>();
const relay = new ConnectionRelay(near, retired.resolve);
/** Hands a connection over, as a shell does to a process that is its own. */
let handOver: (connection: Link, screen: string) => void = () => {};
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(dataFolder, { recursive: true, force: true });
});

const at = (link: Link): Client<StationContract> => connect(link, stationContract);
const stateAt = async (client: Client<StationContract>) =>
  (await client.call('session.state', {})).state;

test('a station’s process guards its memory first, serves what its shell relays and hands over, and ends with its last screen or its shell', async () => {
  const order: string[] = [];
  vi.stubEnv(dataFolderVariable, dataFolder);
  vi.mocked(guardMemory).mockImplementation(() => order.push('guarded') > 0);
  vi.mocked(parentLink).mockImplementation(() => {
    order.push('linked');
    return own;
  });
  vi.mocked(processHost).mockReturnValue(new NodeHost({ ...process.env }));
  vi.mocked(onHandedOver).mockImplementation((listener) => {
    handOver = listener;
  });
  const ended = vi.spyOn(Decoder.prototype, 'close');
  await import('../../src/station/process.ts');
  expect(order).toEqual(['guarded', 'linked']);

  const relayed = at(relay.open('one'));
  expect(await stateAt(relayed)).toBe('no-clinic');
  await relayed.call('session.createClinic', {
    ...{ clinicName: 'Am See', userName: 'Tester', passphrase: testPassphrase },
  });
  const [here, there] = linkedPair();
  const [other, otherThere] = linkedPair();
  handOver(there, 'one');
  handOver(otherThere, 'two');
  expect([await stateAt(at(here)), await stateAt(at(other))]).toEqual(['unlocked', 'locked']);

  const closed = new Promise<void>((resolve) => here.onClose(resolve));
  await relayed.call('session.lock', {});
  await Promise.all([closed, retired.promise]);
  expect(ended).toHaveBeenCalledTimes(1);
  near.close();
  expect(ended).toHaveBeenCalledTimes(2);
});
