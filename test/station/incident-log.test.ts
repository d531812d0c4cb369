import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
import { type ClinicStore, StoreError } from '../../src/store/index.ts';
import { FakeHost, identity, inventedNetwork } from '../native-bridge/client/fake-bridge.ts';
import { testPassphrase } from './harness.ts';

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

describe('in the real clinics', () => {
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
});

describe('what befalls an accelerator', () => {
  const topics: (readonly Topic[])[] = [];
  const audited: unknown[] = [];
  const kept: string[] = [];
  const add = vi.fn(({ acceleratorId }: Incident) => {
    const isNew = !kept.includes(acceleratorId);
    if (isNew) kept.push(acceleratorId);
    return isNew;
  });
  const store = {
    transaction: <T>(work: () => T) => work(),
    incidents: { add },
    audit: { append: (entry: unknown) => audited.push(entry) },
  } as unknown as ClinicStore;
  const clinics = { isOpen: true, isDemo: false, store };
  let changed: Broadcast<readonly Topic[]>;
  let befall: (incident: Incident) => void;
  const befallen = (...ids: string[]) => {
    for (const id of ids) befall(incidentOf(id, 1));
  };
  beforeEach(() => {
    for (const list of [topics, audited, kept]) list.length = 0;
    clinics.isOpen = true;
    changed = new Broadcast();
    const bridge = {
      onIncident: (listener: typeof befall) => {
        befall = listener;
      },
    };
    new IncidentLog(clinics as unknown as Clinics, bridge as BridgeClient, changed);
    changed.subscribe((each) => topics.push(each));
  });

  it('is written once, entered in the log by nobody, and told of', () => {
    befallen('one');
    expect(audited).toEqual([
      { userId: null, action: 'accelerator.fallback', subject: 'accelerator:Fake 1' },
    ]);
    befallen('one');
    changed.emit(['images']);
    expect([kept, audited.length]).toEqual([['one'], 1]);
    expect(topics).toEqual([['accelerators'], ['images']]);
  });

  it('is written when a clinic is next open, the newest thousand, and told of once', () => {
    clinics.isOpen = false;
    befallen(...Array.from({ length: 1001 }, (_, index) => `${index}`));
    changed.emit(['session']);
    expect(kept).toEqual([]);
    clinics.isOpen = true;
    changed.emit(['images']);
    expect(kept).toEqual([]);
    changed.emit(['session']);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1000, '1', '1000']);
    expect(topics.slice(2)).toEqual([['accelerators'], ['session']]);
  });

  it('waits where the disk is full, and does not hide what goes wrong inside', () => {
    add.mockImplementationOnce(() => {
      throw new StoreError('disk-full', 'The disk is full.');
    });
    befallen('one');
    expect([kept, topics]).toEqual([[], []]);
    changed.emit(['session']);
    expect(kept).toEqual(['one']);
    add.mockImplementationOnce(() => {
      throw new TypeError('x is undefined');
    });
    expect(() => befallen('two')).toThrow('x is undefined');
  });
});
