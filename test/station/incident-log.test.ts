import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  BridgeClient,
  demoAcceleratorId,
  type Incident,
} from '../../native-bridge/client/client.ts';
import { Broadcast } from '../../src/station/changes.ts';
import { Clinics } from '../../src/station/clinics.ts';
import type { Topic } from '../../src/station/contract/index.ts';
import { IncidentLog } from '../../src/station/incident-log.ts';
import { Session } from '../../src/station/session.ts';
import { FakeHost, identity, inventedNetwork } from '../native-bridge/client/fake-bridge.ts';
import { testPassphrase } from './harness.ts';

let folder: string;
let bridge: BridgeClient;
let host: FakeHost;
let session: Session;
let changed: Broadcast<readonly Topic[]>;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-incidents-'));
  host = new FakeHost();
  bridge = new BridgeClient(host);
  const clinics = new Clinics(folder);
  session = new Session(clinics);
  changed = new Broadcast();
  new IncidentLog(clinics, bridge, changed);
  await bridge.load(inventedNetwork());
});

afterEach(async () => {
  session.lock();
  bridge.close();
  await rm(folder, { recursive: true, force: true });
});

function incidentOf(acceleratorId: string, digit: number): Incident {
  return {
    id: `019e0000-0000-7000-8000-00000000000${digit}`,
    at: '2026-01-01T00:00:00.000Z',
    acceleratorId,
    accelerator: identity,
    kind: 'fallback',
    detail: 'Gone.',
    since: null,
    networkSha256: null,
  };
}

const written = () => session.store.incidents.list(10).map((incident) => incident.acceleratorId);

it('what befalls the demo clinic’s accelerator stands there, and in no other clinic', async () => {
  await session.makeDemo(
    'Demo clinician',
    testPassphrase,
    () => new Date(),
    async () => {},
  );
  await session.openDemo('Demo clinician', testPassphrase);
  const told: string[] = [];
  bridge.onIncident(({ acceleratorId }) => told.push(acceleratorId));
  host.last.befall(incidentOf(demoAcceleratorId, 1));
  host.last.befall(incidentOf('real', 2));
  await expect.poll(() => told).toEqual([demoAcceleratorId, 'real']);
  expect(written().toSorted()).toEqual([demoAcceleratorId, 'real']);

  session.leaveDemo();
  await session.create('Test clinic', 'Tester', testPassphrase);
  changed.emit(['session']);
  expect(written()).toEqual(['real']);
});
