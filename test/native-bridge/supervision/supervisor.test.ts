import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Batch, Inference } from '../../../native-bridge/accelerators/accelerator.ts';
import { BridgeError, type Priority } from '../../../native-bridge/shared/contract.ts';
import { Supervisor } from '../../../native-bridge/supervision/supervisor.ts';
import { CountingDevice } from './counting-device.ts';
import { HeldAccelerator } from './held-accelerator.ts';

const network = { name: 'invented', sha256: 'b'.repeat(64), file: Uint8Array.of(1) };

function submit(
  supervisor: Supervisor,
  value: number,
  priority: Priority,
  signal = new AbortController().signal,
  reading?: string,
) {
  const image = Uint8Array.of(value);
  return supervisor.infer({ networkSha256: network.sha256, image, priority, reading }, signal);
}

async function loaded(accelerators: HeldAccelerator[], capacity?: number): Promise<Supervisor> {
  const supervisor = new Supervisor(accelerators, capacity === undefined ? {} : { capacity });
  await supervisor.load(network);
  return supervisor;
}

describe('the supervisor', () => {
  it('takes the consulting room before the archive, each in its order', async () => {
    const accelerator = new HeldAccelerator();
    const supervisor = await loaded([accelerator]);
    const all = [
      submit(supervisor, 1, 'archive'),
      submit(supervisor, 2, 'archive'),
      submit(supervisor, 3, 'archive'),
      submit(supervisor, 4, 'consulting'),
      submit(supervisor, 5, 'consulting'),
    ];
    accelerator.release();
    const results = await Promise.all(all);
    expect(accelerator.seen).toEqual([1, 4, 5, 2, 3]);
    expect(results.map(({ spikeCounts }) => spikeCounts[0])).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses what its queue has no room for and does all the rest', async () => {
    const accelerator = new HeldAccelerator();
    const supervisor = await loaded([accelerator], 2);
    const accepted = [1, 2, 3].map((value) => submit(supervisor, value, 'archive'));
    await expect(submit(supervisor, 4, 'consulting')).rejects.toMatchObject({
      code: 'accelerator-failed',
      message: 'The bridge is full: 2 images are waiting.',
    });
    accelerator.release();
    await Promise.all(accepted);
    expect(accelerator.seen).toEqual([1, 2, 3]);
    await submit(supervisor, 5, 'archive');
  });

  it('never starts an image that was cancelled while it waited', async () => {
    const accelerator = new HeldAccelerator();
    const supervisor = await loaded([accelerator]);
    const cancel = new AbortController();
    const first = submit(supervisor, 1, 'archive');
    const waiting = submit(supervisor, 2, 'archive', cancel.signal);
    const last = submit(supervisor, 3, 'archive');
    cancel.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(submit(supervisor, 4, 'archive', cancel.signal)).rejects.toMatchObject({
      code: 'cancelled',
    });
    accelerator.release();
    await Promise.all([first, last]);
    expect(accelerator.seen).toEqual([1, 3]);
  });

  it('frees the accelerator of an image that is cancelled while it runs', async () => {
    const accelerator = new HeldAccelerator();
    const supervisor = await loaded([accelerator]);
    const cancel = new AbortController();
    const running = submit(supervisor, 1, 'archive', cancel.signal);
    const next = submit(supervisor, 2, 'archive');
    cancel.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    accelerator.release();
    expect((await next).spikeCounts[0]).toBe(2);
  });

  it('prefers the first accelerator and uses the second while that is busy', async () => {
    const [first, second] = [new HeldAccelerator('first'), new HeldAccelerator('second')];
    const supervisor = await loaded([first, second]);
    const all = [1, 2].map((value) => submit(supervisor, value, 'archive'));
    first.release();
    second.release();
    const results = await Promise.all(all);
    expect(results.map(({ accelerator }) => accelerator.name)).toEqual(['first', 'second']);
  });

  it('passes over an accelerator that refused the network or has failed', async () => {
    const refusing = new HeldAccelerator('first', new BridgeError('model-invalid', 'No.'));
    const failing = new HeldAccelerator('second');
    const sound = new HeldAccelerator('third');
    const supervisor = await loaded([refusing, failing, sound]);
    failing.become('failed');
    for (const accelerator of [refusing, failing, sound]) accelerator.release();
    expect((await submit(supervisor, 1, 'archive')).accelerator.name).toBe('third');
  });

  it('fails a network that no accelerator takes, with the preferred one’s reason', async () => {
    const refusals = ['one', 'two'].map(
      (reason) => new HeldAccelerator(reason, new BridgeError('model-invalid', reason)),
    );
    const supervisor = new Supervisor(refusals);
    await expect(supervisor.load(network)).rejects.toMatchObject({
      code: 'model-invalid',
      message: 'one',
    });
    await expect(submit(supervisor, 1, 'archive')).rejects.toMatchObject({ code: 'model-invalid' });
    await expect(new Supervisor([]).load(network)).rejects.toMatchObject({
      code: 'no-accelerator',
    });
  });

  describe('by the policy “emulator only”', () => {
    const device = () => new HeldAccelerator('device');
    const emulator = () => new HeldAccelerator('emulator', undefined, 'emulator');

    async function supervise(accelerators: HeldAccelerator[]) {
      const supervisor = await loaded(accelerators);
      supervisor.setPolicy('emulator-only');
      for (const accelerator of accelerators) accelerator.release();
      return supervisor;
    }

    it('waits for an emulator that is still loading', async () => {
      const [fast, slow] = [device(), emulator()];
      const ready = Promise.withResolvers<void>();
      slow.loading = ready.promise;
      const supervisor = new Supervisor([fast, slow]);
      supervisor.setPolicy('emulator-only');
      const loading = supervisor.load(network);
      fast.release();
      slow.release();
      await nextTurn();
      const result = submit(supervisor, 1, 'archive');
      await nextTurn();
      expect(fast.seen).toEqual([]);
      ready.resolve();
      await loading;
      expect((await result).accelerator.name).toBe('emulator');
    });

    it('has a device read what the emulator refuses, once it has refused it', async () => {
      const refusing = new HeldAccelerator(
        'emulator',
        new BridgeError('model-invalid', 'No.'),
        'emulator',
      );
      const supervisor = await supervise([device(), refusing]);
      expect((await submit(supervisor, 1, 'archive')).accelerator.name).toBe('device');
    });

    it('keeps images waiting for the emulator until the policy is another one', async () => {
      const [fast, slow] = [device(), emulator()];
      slow.loading = new Promise(() => {});
      const supervisor = new Supervisor([fast, slow]);
      supervisor.setPolicy('emulator-only');
      void supervisor.load(network);
      fast.release();
      await nextTurn();
      const result = submit(supervisor, 1, 'archive');
      await nextTurn();
      expect(fast.seen).toEqual([]);
      supervisor.setPolicy('device-first');
      expect((await result).accelerator.name).toBe('device');
    });

    it('has a sound device read where the emulator has failed, rather than nobody', async () => {
      const failing = emulator();
      const supervisor = await supervise([device(), failing]);
      expect((await submit(supervisor, 1, 'archive')).accelerator.name).toBe('emulator');
      failing.become('failed');
      expect((await submit(supervisor, 2, 'archive')).accelerator.name).toBe('device');
    });
  });

  it('tells what each accelerator does, how much it has done and how long it took', async () => {
    const accelerator = new HeldAccelerator();
    const supervisor = await loaded([accelerator]);
    const states: string[] = [];
    supervisor.onChange(() => states.push(supervisor.status()[0]?.state ?? ''));
    const all = [30, 10, 20].map((value) => submit(supervisor, value, 'archive'));
    accelerator.release();
    await Promise.all(all);
    await new Promise(setImmediate);
    accelerator.become('failed');
    expect(states.slice(-2)).toEqual(['ready', 'failed']);
    expect(states).toContain('busy');
    expect(supervisor.status()).toEqual([
      {
        id: 'held',
        identity: { kind: 'device', name: 'held', version: '1' },
        state: 'failed',
        networkName: 'invented',
        detail: 'It is failed.',
        completed: 3,
        medianMs: 20,
        imagesPerSecond: expect.any(Number),
        device: null,
      },
    ]);
  });

  it('counts a picture once, by the device if one took part, with the time of all its views', async () => {
    const device = new HeldAccelerator('device');
    const emulator = new HeldAccelerator('emulator', undefined, 'emulator');
    for (const each of [device, emulator]) each.release();
    const supervisor = await loaded([device, emulator]);
    const views = (reading: string, signal?: AbortSignal) =>
      Promise.all(
        [1, 2, 3, 4, 5, 6, 7, 8].map((value) =>
          submit(supervisor, value, 'archive', signal, reading),
        ),
      );
    for (let picture = 0; picture < 14; picture++) await views(`${picture}`);
    await submit(supervisor, 9, 'archive');
    const cancel = new AbortController();
    const cancelled = views('cancelled', cancel.signal);
    cancel.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    const [first, second] = supervisor.status();
    expect(emulator.seen.length).toBeGreaterThan(0);
    expect(first).toMatchObject({ id: 'device', completed: 15, medianMs: 36 });
    expect(second).toMatchObject({ id: 'emulator', completed: 0, medianMs: null });
  });

  it('fails what waits when it is closed', async () => {
    const supervisor = await loaded([new HeldAccelerator()]);
    void submit(supervisor, 1, 'archive').catch(() => {});
    const waiting = expect(submit(supervisor, 2, 'archive')).rejects.toMatchObject({
      code: 'cancelled',
    });
    await supervisor.close();
    await waiting;
  });

  it('tells how long an image took that an accelerator failed over, from when that one had it', async () => {
    let nowMs = 1_000;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    onTestFinished(() => clock.mockRestore());
    const [failing, other] = [new HeldAccelerator('failing'), new HeldAccelerator('other')];
    failing.infer = async () => {
      nowMs += 30;
      failing.become('failed');
      throw new BridgeError('accelerator-failed', 'It was unplugged.');
    };
    other.infer = async () => {
      nowMs += 12;
      return [{ spikeCounts: Int32Array.of(7), durationMs: 12 }];
    };
    const tookMs: number[] = [];
    const supervisor = new Supervisor([failing, other], {
      onFallback: (durationMs) => tookMs.push(durationMs),
    });
    await supervisor.load(network);
    expect((await submit(supervisor, 1, 'archive')).accelerator.name).toBe('other');
    await submit(supervisor, 2, 'archive');
    expect(tookMs).toEqual([42]);
  });

  it('closes its accelerators with it', async () => {
    const accelerators = [new HeldAccelerator('first'), new HeldAccelerator('second')];
    const supervisor = await loaded(accelerators);
    expect(accelerators.map(({ isClosed }) => isClosed)).toEqual([false, false]);
    await supervisor.close();
    expect(accelerators.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });

  it('closes an accelerator that is gone, and it alone', async () => {
    const accelerators = [new HeldAccelerator('first'), new HeldAccelerator('second')];
    const supervisor = await loaded(accelerators);
    await supervisor.remove('first');
    expect(accelerators.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(supervisor.status().map(({ id }) => id)).toEqual(['second']);
  });

  it('forgets what befell an accelerator that is no longer wanted, and tells nobody that it is gone', async () => {
    const unwanted = new CountingDevice('unwanted');
    const other = new HeldAccelerator('other');
    const supervisor = await loaded([unwanted, other]);
    const told: string[] = [];
    supervisor.incidents.subscribe(({ kind }) => told.push(kind));
    unwanted.become('failed');
    expect(supervisor.incidents.notices).toMatchObject([{ acceleratorId: 'unwanted' }]);
    const changed = vi.fn();
    supervisor.onChange(changed);
    const released = supervisor.release('unwanted');
    expect(supervisor.incidents.notices).toEqual([]);
    expect(changed).toHaveBeenCalled();
    expect(supervisor.status().map(({ id }) => id)).toEqual(['other']);
    await released;
    expect([unwanted.isClosed, other.isClosed]).toEqual([true, false]);
    expect(told).toEqual(['fallback']);
  });

  it('has images that were refused together read one by one, so that only the bad one fails', async () => {
    const picky = new PickyAccelerator();
    const supervisor = new Supervisor([picky]);
    await supervisor.load(network);
    const first = submit(supervisor, 1, 'archive');
    const rest = [2, PickyAccelerator.bad, 4].map((value) => submit(supervisor, value, 'archive'));
    expect((await first).spikeCounts[0]).toBe(1);
    const outcomes = await Promise.allSettled(rest);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'model-invalid' } });
    expect(picky.batches).toEqual([1, 3, 1, 1, 1]);
  });

  it('gives images of one network at once, though others wait between them', async () => {
    const picky = new PickyAccelerator();
    const supervisor = new Supervisor([picky]);
    const other = { ...network, sha256: 'c'.repeat(64) };
    await supervisor.load(network);
    await supervisor.load(other);
    const idle = new AbortController().signal;
    const all = [1, 2, 3, 4, 5].map((value) => {
      const { sha256 } = value % 2 ? network : other;
      const request = { networkSha256: sha256, image: Uint8Array.of(value) };
      return supervisor.infer({ ...request, priority: 'archive' }, idle);
    });
    const values = (await Promise.all(all)).map(({ spikeCounts }) => spikeCounts[0]);
    expect(values).toEqual([1, 2, 3, 4, 5]);
    expect(picky.batches.toSorted()).toEqual([1, 2, 2]);
  });

  it('gives each free accelerator its share of what waits, so that all are done at once', async () => {
    const pickies = [new PickyAccelerator('first'), new PickyAccelerator('second')];
    const slow = new HeldAccelerator('emulator', undefined, 'emulator');
    slow.loading = new Promise(() => {});
    const supervisor = new Supervisor([...pickies, slow]);
    supervisor.setPolicy('emulator-only');
    await supervisor.load(network);
    const all = [1, 2, 3, 4].map((value) => submit(supervisor, value, 'archive'));
    // All have waited for the emulator.
    supervisor.setPolicy('device-first');
    await Promise.all(all);
    expect(pickies.map(({ batches }) => batches)).toEqual([[2], [2]]);
  });

  it('has what a failing accelerator left read elsewhere first, in its order', async () => {
    const failing = new PickyAccelerator('failing');
    const other = new HeldAccelerator('other');
    const supervisor = new Supervisor([failing, other]);
    await supervisor.load(network);
    const gate = Promise.withResolvers<void>();
    failing.infer = async () => {
      await gate.promise;
      failing.become('failed');
      throw new BridgeError('accelerator-failed', 'It was unplugged.');
    };
    const all = [1, 2, 3, 4].map((value) => submit(supervisor, value, 'archive'));
    expect(other.seen).toEqual([2]);
    gate.resolve();
    await nextTurn();
    other.release();
    const read = (await Promise.all(all)).map(({ accelerator }) => accelerator.name);
    expect(read).toEqual(['other', 'other', 'other', 'other']);
    expect(other.seen).toEqual([2, 1, 3, 4]);
  });

  it('fails what a failing accelerator left where nobody else has its network', async () => {
    const failing = new HeldAccelerator('failing');
    const refusing = new HeldAccelerator('other', new BridgeError('model-invalid', 'No.'));
    const supervisor = await loaded([failing, refusing]);
    failing.infer = async () => {
      failing.become('failed');
      throw new BridgeError('accelerator-failed', 'It was unplugged.');
    };
    await expect(submit(supervisor, 1, 'archive')).rejects.toMatchObject({
      code: 'accelerator-failed',
      message: 'It was unplugged.',
    });
  });

  it('waits for who is still loading with what a failing accelerator left', async () => {
    const [failing, late] = [new HeldAccelerator('failing'), new HeldAccelerator('late')];
    const ready = Promise.withResolvers<void>();
    late.loading = ready.promise;
    const supervisor = await loaded([failing, late]);
    failing.infer = async () => {
      failing.become('failed');
      throw new BridgeError('accelerator-failed', 'It was unplugged.');
    };
    const read = submit(supervisor, 1, 'archive');
    late.release();
    await nextTurn();
    ready.resolve();
    expect((await read).accelerator.name).toBe('late');
  });

  it('leaves comparing to the device, and reads on the emulator where that has failed', async () => {
    const device = new HeldAccelerator('device');
    const emulator = new HeldAccelerator('emulator', undefined, 'emulator');
    const supervisor = await loaded([device, emulator]);
    supervisor.setPolicy('compare-both');
    const all = [1, 2].map((value) => submit(supervisor, value, 'archive'));
    expect([device.seen, emulator.seen]).toEqual([[1], []]);
    device.release();
    await Promise.all(all);
    expect([device.seen, emulator.seen]).toEqual([[1, 2], []]);
    emulator.release();
    device.become('failed');
    expect((await submit(supervisor, 3, 'archive')).accelerator.name).toBe('emulator');
  });

  it('prefers what is attached, with all the networks that are here, to what it replaces', async () => {
    const first = new HeldAccelerator('device');
    const emulator = new HeldAccelerator('emulator', undefined, 'emulator');
    const supervisor = await loaded([first, emulator]);
    const other = { ...network, name: 'other', sha256: 'c'.repeat(64) };
    await supervisor.load(other);
    const second = new CountingDevice('device');
    const loads: string[] = [];
    const load = second.load.bind(second);
    second.load = async (which) => {
      loads.push(which.name);
      return load(which);
    };
    const changed = vi.fn();
    supervisor.onChange(changed);
    await supervisor.attach(second);
    expect(changed).toHaveBeenCalled();
    expect(loads).toEqual(['invented', 'other']);
    expect([first.isClosed, emulator.isClosed, second.isClosed]).toEqual([true, false, false]);
    const read = await submit(supervisor, 7, 'archive');
    expect([read.accelerator.name, read.spikeCounts[0], first.seen]).toEqual(['device', 7, []]);
  });

  it('says that a device is back only when it has taken a network', async () => {
    const lost = new CountingDevice('device');
    const supervisor = await loaded([lost, new HeldAccelerator('emulator', undefined, 'emulator')]);
    lost.become('failed');
    const told: string[] = [];
    supervisor.incidents.subscribe(({ kind }) => told.push(kind));
    const refusing = new CountingDevice('device', new BridgeError('model-invalid', 'No.'));
    await supervisor.attach(refusing);
    expect([told, supervisor.incidents.notices.length]).toEqual([[], 1]);
    await supervisor.attach(new CountingDevice('device'));
    expect([told, supervisor.incidents.notices.length]).toEqual([['reattached'], 0]);
  });

  it('tells of a failing device once, and not of one that it has closed', async () => {
    const device = new CountingDevice('device');
    const supervisor = await loaded([device, new HeldAccelerator('emulator')]);
    const told: string[] = [];
    supervisor.incidents.subscribe(({ kind }) => told.push(kind));
    device.become('ready');
    device.become('failed');
    device.become('failed');
    expect(told).toEqual(['fallback']);
    device.become('ready');
    supervisor.dismiss('device');
    await supervisor.close();
    device.become('failed');
    expect(told).toEqual(['fallback']);
  });

  it('tells its changes to who still listens, and keeps nothing of a signal', async () => {
    const only = new HeldAccelerator();
    const supervisor = await loaded([only]);
    only.release();
    const [gone, there] = [vi.fn(), vi.fn()];
    supervisor.onChange(gone)();
    supervisor.onChange(there);
    supervisor.setPolicy('emulator-only');
    expect([gone.mock.calls.length, there.mock.calls.length]).toEqual([0, 1]);
    expect(supervisor.policy).toBe('emulator-only');
    const { signal } = new AbortController();
    await submit(supervisor, 1, 'archive', signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('fails an image that an accelerator leaves out of its answer', async () => {
    const picky = new PickyAccelerator();
    const supervisor = new Supervisor([picky]);
    await supervisor.load(network);
    await expect(submit(supervisor, PickyAccelerator.forgotten, 'archive')).rejects.toMatchObject({
      code: 'accelerator-failed',
    });
  });

  it('fails what a failing accelerator had, where there is no other, and asks it again for the next', async () => {
    const only = new HeldAccelerator();
    const supervisor = await loaded([only]);
    const cancel = new AbortController();
    const running = submit(supervisor, 1, 'archive', cancel.signal);
    only.become('failed');
    cancel.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    only.release();
    expect((await submit(supervisor, 2, 'archive')).spikeCounts[0]).toBe(2);
  });

  it('takes a network that is loaded twice at once, and reads with it', async () => {
    const only = new HeldAccelerator();
    const supervisor = new Supervisor([only]);
    only.release();
    await Promise.all([supervisor.load(network), supervisor.load(network)]);
    expect((await submit(supervisor, 3, 'archive')).spikeCounts[0]).toBe(3);
  });

  it('says that there is no accelerator where there is none', async () => {
    const supervisor = new Supervisor([]);
    await expect(supervisor.load(network)).rejects.toMatchObject({ code: 'no-accelerator' });
  });
});

/** Takes three images at once, refuses those that hold a bad one, and forgets to answer another. */
class PickyAccelerator extends HeldAccelerator {
  static readonly bad = 13;
  static readonly forgotten = 14;
  /** How many images each request had. */
  readonly batches: number[] = [];

  override describe() {
    return { ...super.describe(), batch: 3 };
  }
  override async infer({ images }: Batch): Promise<Inference[]> {
    this.batches.push(images.length);
    await nextTurn();
    const values = images.map(([value = 0]) => value);
    if (values.includes(PickyAccelerator.bad)) throw new BridgeError('model-invalid', 'Bad.');
    return values
      .filter((value) => value !== PickyAccelerator.forgotten)
      .map((value) => ({ spikeCounts: Int32Array.of(value), durationMs: 1 }));
  }
}
