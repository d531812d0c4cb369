import { afterEach, describe, expect, it } from 'vitest';
import {
  BridgeClient,
  type BridgeClientOptions,
  type Incident,
} from '../../../native-bridge/client/client.ts';
import { check, FakeHost, identity, inventedNetwork } from './fake-bridge.ts';

const network = inventedNetwork();
const open: BridgeClient[] = [];

async function connect(host: FakeHost, options: BridgeClientOptions = {}) {
  const client = new BridgeClient(host, { firstPauseMs: 1, longestPauseMs: 4, ...options });
  open.push(client);
  const told: Incident[] = [];
  client.onIncident((incident) => told.push(incident));
  await client.load(network);
  return { client, told };
}

/** Kills the bridge, and waits for what follows it. */
async function killNext(host: FakeHost, of: FakeHost = host): Promise<void> {
  const before = of.bridges.length;
  host.last.kill();
  await expect.poll(() => of.bridges.length).toBe(before + 1);
  await expect.poll(() => of.last.loads.length).toBe(1);
}

async function answer(client: BridgeClient, value: number): Promise<number | undefined> {
  return (await client.infer(network.sha256, Uint8Array.of(value, 0, 0))).spikeCounts[0];
}

const lost: Incident = {
  id: '019e0000-0000-7000-8000-000000000001',
  at: '2026-01-01T00:00:00.000Z',
  acceleratorId: 'fake',
  accelerator: identity,
  kind: 'fallback',
  detail: 'Gone.',
  since: null,
  networkSha256: null,
};

afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

describe('what the bridge’s client tells', () => {
  it('is every incident, of the first bridge process and of the next', async () => {
    const host = new FakeHost();
    const { client, told } = await connect(host);
    host.last.befall(lost);
    await expect.poll(() => told).toEqual([lost]);
    await killNext(host);
    expect(told.map(({ kind }) => kind)).toEqual(['fallback', 'bridge-restarted']);
    host.last.befall(lost);
    await expect.poll(() => told.length).toBe(3);
    expect(client.overview().notices).toEqual([]);
  });

  it('is a notice while the emulator runs in the station, after three deaths in a minute', async () => {
    const [host, station] = [new FakeHost(), new FakeHost()];
    const { client, told } = await connect(host, { lastResort: station });
    await killNext(host);
    await killNext(host);
    await killNext(host, station);
    expect(await answer(client, 7)).toBe(7);
    expect(station.last.seen).toEqual([7]);
    expect(told.map(({ kind }) => kind)).toEqual([
      'bridge-restarted',
      'bridge-restarted',
      'emulator-in-station',
    ]);
    expect(client.overview().notices).toMatchObject([
      { kind: 'emulator-in-station', acceleratorId: 'bridge' },
    ]);
    await client.dismiss('bridge');
    expect(client.overview().notices).toEqual([]);
    // A search tries the bridge process again.
    await client.rescan();
    await expect.poll(() => host.bridges.length).toBe(4);
    expect(await answer(client, 8)).toBe(8);
    expect(host.last.seen).toEqual([8]);
    expect(told).toHaveLength(3);
  });

  it('is how the bridge is while another stands in for it, and while it is tried again', async () => {
    const [host, station] = [new FakeHost(), new FakeHost()];
    const { client } = await connect(host, { lastResort: station, maxDeaths: 1 });
    const details: string[] = [];
    client.onOverview(({ accelerators: [first] }) => details.push(first?.detail ?? ''));
    await killNext(host, station);
    await answer(client, 1);
    expect(details).toEqual(['Starting without the device bridge.', '']);
    expect(client.overview().notices).toHaveLength(1);
    await client.rescan();
    await expect.poll(() => host.bridges.length).toBe(2);
    expect(await answer(client, 2)).toBe(2);
    expect(details.slice(2)).toContain('The device bridge is being tried again.');
    expect(details.at(-1)).toBe('');
    // It is not given up any more.
    expect(client.overview().notices).toEqual([]);
    expect(host.last.rescans).toBe(0);
  });

  it('is not that, when the deaths are further apart', async () => {
    const host = new FakeHost();
    const { told } = await connect(host, { deathWindowMs: 0 });
    for (let death = 0; death < 5; death++) await killNext(host);
    expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['bridge-restarted']));
  });
});

describe('who listens to the bridge’s client', () => {
  it('is told no more once it has said so', async () => {
    const host = new FakeHost();
    const { client, told } = await connect(host);
    const heard: Incident[] = [];
    client.onIncident((incident) => heard.push(incident))();
    host.last.befall(lost);
    await expect.poll(() => told).toEqual([lost]);
    expect(heard).toEqual([]);
  });
});

describe('what a person asks of the bridge', () => {
  it('reaches it, and a policy every bridge that follows', async () => {
    const host = new FakeHost();
    const { client } = await connect(host);
    await client.setPolicy('compare-both');
    expect(host.last.policies).toEqual(['compare-both']);
    await client.dismiss('fake');
    expect(host.last.dismissed).toEqual(['fake']);
    await client.rescan();
    expect(host.last.rescans).toBe(1);
    expect(await client.test('fake')).toEqual(check);
    await expect(client.test('other')).rejects.toMatchObject({ code: 'no-accelerator' });
    await killNext(host);
    expect(host.last.policies).toEqual(['compare-both']);
  });

  it('reaches the first bridge, where it is asked before there is one', async () => {
    const host = new FakeHost();
    const client = new BridgeClient(host, { firstPauseMs: 1, longestPauseMs: 4 });
    open.push(client);
    await client.setPolicy('emulator-only');
    client.setDemo(true);
    await client.load(network);
    await answer(client, 1);
    expect([host.last.policies, host.last.demos]).toEqual([['emulator-only'], [true]]);
  });

  it('reaches it as well when it is asked while the bridge is still loading, and once', async () => {
    const host = new FakeHost();
    const { client } = await connect(host);
    await client.setPolicy('compare-both');
    host.onLoad = () => void client.setPolicy('emulator-only');
    await killNext(host);
    await answer(client, 1);
    expect(host.last.policies).toEqual(['compare-both', 'emulator-only']);
    host.onLoad = () => {};
    await killNext(host);
    await answer(client, 2);
    expect(host.last.policies).toEqual(['emulator-only']);
  });

  it('is the demo clinic’s accelerator as long as that is open, of the bridges that follow too', async () => {
    const host = new FakeHost();
    const { client } = await connect(host);
    expect(host.last.demos).toEqual([]);
    client.setDemo(true);
    await answer(client, 1);
    expect(host.last.demos).toEqual([true]);
    await killNext(host);
    await answer(client, 2);
    expect(host.last.demos).toEqual([true]);
    client.setDemo(false);
    await answer(client, 3);
    expect(host.last.demos).toEqual([true, false]);
    await killNext(host);
    await answer(client, 4);
    expect(host.last.demos).toEqual([]);
  });

  it('is not kept when the bridge did not take it', async () => {
    const host = new FakeHost();
    const { client } = await connect(host);
    host.onPolicy = () => host.last.kill();
    await expect(client.setPolicy('emulator-only')).rejects.toMatchObject({
      code: 'accelerator-failed',
    });
    await expect.poll(() => host.last.loads.length).toBe(1);
    client.setDemo(false);
    await answer(client, 5);
    expect(host.last.policies).toEqual([]);
  });

  it('fails with what to do while there is no bridge', async () => {
    const client = new BridgeClient(new FakeHost());
    await expect(client.test('fake')).rejects.toMatchObject({
      code: 'no-accelerator',
      message: 'The device bridge is not running just now. Try again in a moment.',
    });
  });
});

describe('the emulator in the station', () => {
  it('reads like the bridge process, which does not start', async () => {
    const host = new FakeHost();
    host.onSpawn = () => {
      throw new Error('no more processes');
    };
    const { loadShippedModel, shippedModelFolder } = await import('../../../src/clinic/model.ts');
    const { readGoldenCases } = await import('../../../src/cli/golden.ts');
    const model = loadShippedModel();
    const client = new BridgeClient(host, { firstPauseMs: 1, maxFailedStarts: 2 });
    open.push(client);
    await client.load(model);
    for (const { image, counts } of readGoldenCases(shippedModelFolder).slice(0, 2)) {
      const { spikeCounts, accelerator } = await client.infer(model.sha256, image);
      expect([...spikeCounts]).toEqual(counts);
      expect(accelerator.kind).toBe('emulator');
    }
  });
});
