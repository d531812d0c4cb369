import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Candidate, Discovery, Findings } from '../../../native-bridge/discovery/discovery.ts';
import { joinedByteLinks } from '../../../native-bridge/links/memory.ts';
import type { Incident, Obstacle } from '../../../native-bridge/shared/contract.ts';
import {
  DeviceKeeper,
  type DeviceKeeperOptions,
} from '../../../native-bridge/supervision/device-keeper.ts';
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

describe('the keeper of devices, by the clock,', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => void vi.useRealTimers());

  /** A place where one thing is plugged in that cannot be opened, until it can. */
  function broken(options: Partial<DeviceKeeperOptions> = {}) {
    const reference = new InThreadEmulator();
    const supervisor = new Supervisor([reference], { reference });
    const state = { opened: 0, isBroken: true, isThere: true, isEnded: false };
    let unplug = () => {};
    let tell = () => {};
    const candidate: Candidate = {
      id: '1',
      link: 'hid',
      label: 'Reader',
      open: async () => {
        state.opened++;
        if (state.isBroken) throw new Error('It is in use.');
        const [host, device] = joinedByteLinks();
        unplug = () => device.close();
        new VirtualDevice(device);
        return host;
      },
    };
    const elsewhere: Obstacle = {
      id: 'library:usb',
      link: 'usb',
      label: 'USB devices',
      problem: 'No library.',
      remedy: 'Install it.',
    };
    const discovery: Discovery = {
      find: async () => ({ candidates: state.isThere ? [candidate] : [], obstacles: [elsewhere] }),
      onChange: (listener) => {
        tell = listener;
        return () => {
          state.isEnded = true;
        };
      },
    };
    const timeouts = patientTimeouts;
    const all = { reference, supervisor, timeouts, ...options };
    const keeper = new DeviceKeeper([discovery], all);
    open.push(supervisor, keeper);
    return { supervisor, keeper, state, elsewhere, tell: () => tell(), unplug: () => unplug() };
  }
  async function pass(ms: number): Promise<void> {
    vi.advanceTimersByTime(ms);
    for (let turn = 0; turn < 8; turn++) await nextTurn();
  }
  async function expectTries(state: { opened: number }, pausesMs: readonly number[]) {
    for (const pauseMs of pausesMs) {
      const before = state.opened;
      await pass(pauseMs - 1);
      expect(state.opened).toBe(before);
      await pass(1);
      expect(state.opened).toBe(before + 1);
    }
  }

  it('tries again after a second, doubles that up to a minute, and says what is in the way', async () => {
    const { keeper, state, elsewhere } = broken();
    await pass(0);
    expect(state.opened).toBe(1);
    expect(keeper.obstacles).toEqual([
      elsewhere,
      {
        id: '1',
        link: 'hid',
        label: 'Reader',
        problem: 'It is in use.',
        remedy: 'It is tried again by itself. Check its cable, or update its firmware.',
      },
    ]);
    const seconds = [1, 2, 4, 8, 16, 32, 60, 60];
    await expectTries(
      state,
      seconds.map((each) => each * 1_000),
    );
  });

  it('begins with the first pause again when a person asks, and after it was well for a minute', async () => {
    const { keeper, state, unplug, supervisor, elsewhere } = broken();
    await pass(0);
    await expectTries(state, [1_000, 2_000]);
    await keeper.rescan();
    expect(state.opened).toBe(4);
    await expectTries(state, [1_000, 2_000]);
    state.isBroken = false;
    await expectTries(state, [4_000]);
    expect(keeper.obstacles).toEqual([elsewhere]);
    expect(supervisor.status().map(({ state: each }) => each)).toEqual(['ready', 'ready']);
    await keeper.rescan();
    expect(state.opened).toBe(7);
    await pass(60_001);
    unplug();
    state.isBroken = true;
    await pass(0);
    expect(state.opened).toBe(7);
    await expectTries(state, [1_000, 2_000]);
  });

  it('goes on with longer pauses after it was well for a minute and no longer', async () => {
    const { state, unplug } = broken();
    await pass(0);
    state.isBroken = false;
    await expectTries(state, [1_000]);
    await pass(60_000);
    unplug();
    state.isBroken = true;
    await pass(0);
    await expectTries(state, [2_000, 4_000]);
  });

  it('does not try what is gone, forgets what was in its way, and tells of it', async () => {
    const { keeper, state, elsewhere, tell } = broken();
    await pass(0);
    let changes = 0;
    const end = keeper.onChange(() => changes++);
    state.isThere = false;
    tell();
    await pass(0);
    expect([changes, keeper.obstacles]).toEqual([1, [elsewhere]]);
    await pass(100_000);
    expect(state.opened).toBe(1);
    end();
    state.isThere = true;
    tell();
    await pass(0);
    expect([changes, state.opened]).toEqual([1, 2]);
  });

  it('tries and listens no more once it is closed', async () => {
    const { keeper, state } = broken();
    await pass(0);
    expect(state.isEnded).toBe(false);
    await keeper.close();
    expect([state.isEnded, vi.getTimerCount()]).toEqual([true, 0]);
    await pass(100_000);
    const { opened } = state;
    await keeper.rescan();
    await pass(100_000);
    expect([state.opened, vi.getTimerCount()]).toEqual([opened, 0]);
  });
});
