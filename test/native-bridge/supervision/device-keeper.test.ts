import { afterEach, describe, expect, it } from 'vitest';
import type { Candidate, Discovery, Findings } from '../../../native-bridge/discovery/discovery.ts';
import { joinedByteLinks } from '../../../native-bridge/links/memory.ts';
import type { Incident, Obstacle } from '../../../native-bridge/shared/contract.ts';
import { DeviceKeeper } from '../../../native-bridge/supervision/device-keeper.ts';
import { Supervisor } from '../../../native-bridge/supervision/supervisor.ts';
import {
  VirtualDevice,
  type VirtualDeviceOptions,
} from '../../../native-bridge/virtual-device/device.ts';
import { image, network, patientTimeouts } from '../virtual-device/bench-setup.ts';
import { InThreadEmulator } from '../virtual-device/in-thread-emulator.ts';

const idle = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** A place to plug devices in. */
class Port implements Discovery {
  readonly #listeners = new Set<() => void>();
  readonly #plugged = new Map<string, { candidate: Candidate; unplug: () => void }>();
  opened = 0;
  onOpen: () => void = () => {};
  /** Links that were closed, from either side. */
  closed = 0;
  /** Whether the program wants what is plugged in here. */
  isWanted = true;
  /** What a search waits for. */
  held: Promise<void> = Promise.resolve();

  /** @param options what the device is each time that it is opened. */
  plug(id: string, options: () => VirtualDeviceOptions = () => ({}), acceleratorId?: string): void {
    let unplug = () => {};
    const candidate: Candidate = {
      id,
      link: 'usb',
      label: `Device ${id}`,
      isWanted: () => this.isWanted,
      ...(acceleratorId && { acceleratorId }),
      open: async () => {
        this.opened++;
        this.onOpen();
        const [host, device] = joinedByteLinks();
        unplug = () => device.close();
        device.onClose(() => this.closed++);
        new VirtualDevice(device, options());
        return host;
      },
    };
    this.#plugged.set(id, { candidate, unplug: () => unplug() });
    this.#changed();
  }
  unplug(id: string): void {
    this.#plugged.get(id)?.unplug();
    this.#plugged.delete(id);
    this.#changed();
  }
  /** The device loses power and comes back, without the system noticing. */
  interrupt(id: string): void {
    this.#plugged.get(id)?.unplug();
  }
  /** The program has no use any more for what is plugged in here. */
  disown(): void {
    this.isWanted = false;
    this.#plugged.clear();
    this.#changed();
  }
  async find(): Promise<Findings> {
    const candidates = [...this.#plugged.values()].map(({ candidate }) => candidate);
    await this.held;
    return { candidates, obstacles: [] };
  }
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

async function setUp() {
  const reference = new InThreadEmulator();
  const supervisor = new Supervisor([reference], { reference });
  await supervisor.load(network);
  const port = new Port();
  const keeper = new DeviceKeeper([port], {
    reference,
    supervisor,
    timeouts: patientTimeouts,
    firstPauseMs: 5,
    longestPauseMs: 20,
  });
  open.push(supervisor, keeper);
  const told: Incident[] = [];
  supervisor.incidents.subscribe((incident) => told.push(incident));
  const states = () => supervisor.status().map(({ state }) => state);
  const readBy = async () => {
    const request = {
      networkSha256: network.sha256,
      image: image(1),
      priority: 'archive',
    } as const;
    return (await supervisor.infer(request, idle)).accelerator.kind;
  };
  const isAttested = () =>
    supervisor.status().some(({ device }) => device?.attestation.state === 'attested');
  return { supervisor, port, keeper, told, states, readBy, isAttested };
}

describe('the keeper of devices', () => {
  it('attaches what is plugged in, and lets go of what is unplugged', async () => {
    const { port, told, readBy, isAttested, supervisor } = await setUp();
    expect(await readBy()).toBe('emulator');
    port.plug('1');
    await expect.poll(isAttested).toBe(true);
    expect(await readBy()).toBe('device');
    port.unplug('1');
    await expect.poll(() => supervisor.status().length).toBe(1);
    expect(await readBy()).toBe('emulator');
    expect(told.map(({ kind }) => kind)).toEqual(['fallback']);
    port.plug('1');
    await expect.poll(() => told.map(({ kind }) => kind)).toEqual(['fallback', 'reattached']);
    expect(await readBy()).toBe('device');
    expect(supervisor.incidents.notices).toEqual([]);
  });

  it('tries again by itself what fell silent, and says so meanwhile', async () => {
    const { port, keeper, told, isAttested } = await setUp();
    port.plug('1');
    await expect.poll(isAttested).toBe(true);
    const obstacles: Obstacle[] = [];
    keeper.onChange(() => obstacles.push(...keeper.obstacles));
    port.interrupt('1');
    await expect.poll(() => told.map(({ kind }) => kind)).toEqual(['fallback', 'reattached']);
    expect(obstacles[0]).toMatchObject({ id: '1', label: 'Device 1', link: 'usb' });
    await expect.poll(() => keeper.obstacles).toEqual([]);
    expect(port.opened).toBe(2);
  });

  it('does not try again what was wrong, before it is asked to or plugged in anew', async () => {
    const { port, keeper, told, states, isAttested } = await setUp();
    port.plug('1', () => ({ fault: { name: 'flipped-bit', during: 'infer' } }));
    await expect.poll(() => told.map(({ kind }) => kind)).toEqual(['set-aside']);
    expect(told[0]).toMatchObject({ since: null, networkSha256: null });
    expect(keeper.obstacles[0]?.remedy).toMatch(/Have it checked/);
    await keeper.rescan();
    expect(port.opened).toBe(2);
    expect(states()[0]).toBe('failed');
    port.unplug('1');
    await keeper.scan();
    port.plug('1');
    await expect.poll(isAttested).toBe(true);
    expect(port.opened).toBe(3);
  });

  it('keeps two devices of one serial number apart', async () => {
    const { port, supervisor } = await setUp();
    port.plug('1');
    port.plug('2');
    await expect
      .poll(
        () =>
          supervisor.status().filter(({ device }) => device?.attestation.state === 'attested')
            .length,
      )
      .toBe(2);
    const ids = supervisor.status().map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });

  it('calls the program’s own device by what it is, and no other so, whatever that says', async () => {
    const { port, supervisor } = await setUp();
    port.plug('1', () => ({ serial: 'demo' }), 'demo');
    port.plug('2', () => ({ serial: 'demo' }));
    const ids = () => supervisor.status().flatMap(({ id, device }) => (device ? [id] : []));
    await expect.poll(() => ids().length).toBe(2);
    expect(ids().filter((id) => id === 'demo')).toHaveLength(1);
    const [other = ''] = ids().filter((id) => id.startsWith('wire:'));
    // It is the only one that says so of itself, so where it is plugged in need not tell it apart.
    expect(other).toMatch(/:demo$/);
  });

  it('lets go at once of what is no longer wanted, tells nobody, and has its image read elsewhere', async () => {
    const { port, told, readBy, isAttested, supervisor, keeper } = await setUp();
    port.plug('1', () => ({ fault: { name: 'stuck', during: 'infer', after: 9 } }));
    await expect.poll(isAttested).toBe(true);
    expect(await readBy()).toBe('device');
    const stuck = readBy();
    port.disown();
    expect(supervisor.status().map(({ device }) => device)).toEqual([null]);
    expect(await stuck).toBe('emulator');
    expect(await readBy()).toBe('emulator');
    await keeper.scan();
    expect(told).toEqual([]);
    expect(supervisor.incidents.notices).toEqual([]);
    expect(keeper.obstacles).toEqual([]);
  });

  it('does not attach what became unwanted while it was being looked for', async () => {
    const { port, keeper, supervisor } = await setUp();
    const search = Promise.withResolvers<void>();
    await keeper.scan();
    port.held = search.promise;
    port.plug('1');
    const scans = keeper.scan();
    port.disown();
    search.resolve();
    await scans;
    await keeper.scan();
    expect(port.opened).toBe(0);
    expect(supervisor.status()).toHaveLength(1);
  });

  it('waits for what it is trying when it is asked to search, and searches no more once it is closed', async () => {
    const { port, keeper, supervisor } = await setUp();
    port.plug('1');
    await keeper.scan();
    expect(port.opened).toBe(1);
    // It is being greeted now.
    await keeper.rescan();
    expect(supervisor.status()[0]?.device?.attestation.state).toBe('attested');
    await keeper.close();
    port.plug('2');
    await keeper.scan();
    expect(port.opened).toBe(1);
  });

  it('closes what became unwanted while it was being greeted', async () => {
    const { port, keeper, told, supervisor } = await setUp();
    port.onOpen = () => port.disown();
    port.plug('1');
    await expect.poll(() => port.closed).toBe(1);
    await keeper.rescan();
    expect(supervisor.status()).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it('goes on trying a device that does not greet, ever more slowly, until it is gone', async () => {
    const { port, keeper } = await setUp();
    port.plug('1', () => ({ fault: { name: 'unplug', during: 'hello' } }));
    await expect.poll(() => port.opened).toBeGreaterThan(3);
    expect(keeper.obstacles).toMatchObject([{ id: '1', remedy: expect.stringMatching(/again/) }]);
    port.unplug('1');
    await expect.poll(() => keeper.obstacles).toEqual([]);
  });
});
