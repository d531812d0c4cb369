import { afterEach, describe, expect, it, vi } from 'vitest';
import { differences } from '../../../native-bridge/accelerators/attestation.ts';
import { WireAccelerator } from '../../../native-bridge/accelerators/wire-accelerator.ts';
import { goldenCount } from '../../../native-bridge/golden/golden-images.ts';
import { joinedByteLinks } from '../../../native-bridge/links/memory.ts';
import { Supervisor } from '../../../native-bridge/supervision/supervisor.ts';
import {
  VirtualDevice,
  type VirtualDeviceOptions,
} from '../../../native-bridge/virtual-device/device.ts';
import { readNetwork } from '../../../src/snn/index.ts';
import { smallNetwork } from '../../snn/explain/small-network.ts';
import { expected, image, imageBytes, network, patientTimeouts } from './bench-setup.ts';
import { InThreadEmulator } from './in-thread-emulator.ts';

const idle = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function attach(options: VirtualDeviceOptions = {}, inferMs = 20_000) {
  const reference = new InThreadEmulator();
  const [host, device] = joinedByteLinks();
  new VirtualDevice(device, options);
  const accelerator = await WireAccelerator.attach(host, {
    reference,
    timeouts: { ...patientTimeouts, inferMs },
  });
  open.push(accelerator);
  return { accelerator, reference, unplug: () => device.close() };
}

function infer(on: WireAccelerator, images: readonly Uint8Array[], signal = idle) {
  return on.infer({ networkSha256: network.sha256, images }, signal);
}

describe('two results', () => {
  it('are compared to the last count, and a result that is too short or long differs', () => {
    const result = (...counts: number[]) => ({
      spikeCounts: Int32Array.from(counts),
      durationMs: 1,
    });
    expect(differences(result(1, 2), result(1, 2))).toEqual([]);
    expect(differences(result(1, 2), result(1, 3))).toEqual([{ at: 1, expected: 2, actual: 3 }]);
    expect(differences(result(1, 2), result(1))).toEqual([
      { at: 1, expected: 2, actual: undefined },
    ]);
    expect(differences(result(1), result(1, 0))).toHaveLength(1);
    expect(differences(result(0), undefined)).toHaveLength(1);
    expect(differences(undefined, result(0))).toHaveLength(1);
  });
});

describe('an accelerator over the wire', () => {
  it('says who it is, is attested with each network, and counts like the emulator', async () => {
    const { accelerator } = await attach({ serial: 'A7' });
    expect(accelerator.describe()).toMatchObject({
      id: 'wire:Dermaspike:Virtual accelerator:A7',
      identity: { kind: 'device', name: 'Dermaspike Virtual accelerator' },
      concurrency: 2,
    });
    await expect(infer(accelerator, [image(1)])).rejects.toMatchObject({ code: 'model-invalid' });
    await accelerator.load(network);
    expect(accelerator.telemetry()).toEqual({
      state: 'ready',
      detail: `Identical results on ${goldenCount} test images.`,
    });
    const images = Array.from({ length: 21 }, (_, number) => image(number));
    const results = await infer(accelerator, images);
    expect(results.map(({ spikeCounts }) => spikeCounts)).toEqual(images.map(expected));
    for (const { durationMs } of results) expect(durationMs).toBeGreaterThan(0);
  });

  it('is given the usual time where nothing else is said', async () => {
    const [host, device] = joinedByteLinks();
    new VirtualDevice(device);
    const accelerator = await WireAccelerator.attach(host, { reference: new InThreadEmulator() });
    open.push(accelerator);
    await accelerator.load(network);
    expect((await infer(accelerator, [image(1)]))[0]?.spikeCounts).toEqual(expected(image(1)));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'is set aside for one flipped bit in the golden replay, wherever it is (%i)',
    async (seed) => {
      const { accelerator } = await attach({
        fault: { name: 'flipped-bit', during: 'infer', times: 1, seed },
      });
      await expect(accelerator.load(network)).rejects.toMatchObject({
        code: 'accelerator-failed',
        message: expect.stringMatching(
          /golden image ".*" it gives the count .* 1 counts are wrong/,
        ),
      });
      expect(accelerator.telemetry().state).toBe('failed');
      await expect(infer(accelerator, [image(1)])).rejects.toMatchObject({
        code: 'accelerator-failed',
      });
    },
  );

  it('is not set aside for what only concerns a request', async () => {
    const { accelerator } = await attach({ memoryKib: 1 });
    await expect(accelerator.load(network)).rejects.toMatchObject({ code: 'model-invalid' });
    expect(accelerator.telemetry()).toMatchObject({
      state: 'ready',
      detail: expect.stringMatching(/^It reads nothing\. The network has \d+ bytes; 1024 are free/),
    });
    const { accelerator: roomy } = await attach();
    await roomy.load(network);
    await expect(infer(roomy, [new Uint8Array(3)])).rejects.toMatchObject({
      code: 'model-invalid',
    });
    await expect(infer(roomy, [image(1)], AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(roomy.telemetry().state).toBe('ready');
  });

  it.each(['stuck', 'overheated', 'stall', 'slow', 'unplug', 'reboot'] as const)(
    'is set aside when it is found "%s" while it works, and says so',
    async (name) => {
      // The golden images are as many requests at most, and so are these.
      const { accelerator } = await attach(
        { fault: { name, during: 'infer', after: goldenCount } },
        1_000,
      );
      await accelerator.load(network);
      const told = new Set<string>();
      accelerator.onChange(() => {
        if (accelerator.telemetry().state === 'failed') told.add(accelerator.telemetry().detail);
      });
      const work = async () => {
        for (let number = 0; number <= goldenCount; number++)
          await infer(accelerator, [image(number)]);
      };
      await expect(work()).rejects.toMatchObject({ code: 'accelerator-failed' });
      expect([...told]).toEqual([expect.stringMatching(/^The device was set aside\. /)]);
      await expect(infer(accelerator, [image(2)])).rejects.toMatchObject({
        code: 'accelerator-failed',
      });
    },
  );

  it('is tested with each of its networks, and with no other once it was wrong with one', async () => {
    const second = smallNetwork(1);
    const other = { name: 'small', sha256: readNetwork(second.file).sha256, file: second.file };
    const tested = (on: WireAccelerator) =>
      on.record
        .status()
        .history.filter(({ cause }) => cause === 'test')
        .map(({ networkSha256 }) => networkSha256);
    const { accelerator } = await attach();
    await expect(accelerator.test()).rejects.toThrow('No network is loaded on the device.');
    for (const each of [network, other]) await accelerator.load(each);
    expect(await accelerator.test()).toMatchObject({
      cause: 'test',
      networkSha256: other.sha256,
      images: goldenCount,
      mismatches: 0,
    });
    expect(tested(accelerator)).toEqual([other.sha256, network.sha256]);
    const { accelerator: wrong } = await attach();
    for (const each of [network, other]) await wrong.load(each);
    const infer = wrong.infer.bind(wrong);
    wrong.infer = async (batch, signal) =>
      (await infer(batch, signal)).map((inference) => ({
        ...inference,
        spikeCounts: inference.spikeCounts.map((count) => count + 1),
      }));
    const { networkSha256, mismatches } = await wrong.test();
    expect([networkSha256, mismatches > 0]).toEqual([network.sha256, true]);
    expect(tested(wrong)).toEqual([network.sha256]);
    expect(wrong.telemetry()).toMatchObject({ state: 'failed', isInexact: true });
  });

  it('is not made of what does not greet', async () => {
    await expect(attach({ fault: { name: 'unplug', during: 'hello' } })).rejects.toMatchObject({
      code: 'accelerator-failed',
    });
  });
});

describe('the supervisor with a device attached', () => {
  async function supervise(options: VirtualDeviceOptions, isShadowed = false) {
    const { accelerator, reference, unplug } = await attach(options);
    const supervisor = new Supervisor([reference], isShadowed ? { reference } : {});
    open.push(supervisor);
    await supervisor.load(network);
    await supervisor.attach(accelerator);
    return { supervisor, reference, unplug, device: accelerator };
  }
  const submit = (supervisor: Supervisor, number: number) =>
    supervisor.infer(
      { networkSha256: network.sha256, image: image(number), priority: 'archive' },
      idle,
    );

  it('reads on the device first, and on the emulator while it is full', async () => {
    const { supervisor } = await supervise({});
    const one = await submit(supervisor, 1);
    expect(one.accelerator.kind).toBe('device');
    const all = await Promise.all([1, 2, 3, 4].map((number) => submit(supervisor, number)));
    expect(new Set(all.map(({ accelerator }) => accelerator.kind))).toEqual(
      new Set(['device', 'emulator']),
    );
  });

  it('reads on the emulator alone when the device is not exact, and says why', async () => {
    const { supervisor } = await supervise({ fault: { name: 'flipped-bit', during: 'infer' } });
    expect((await submit(supervisor, 1)).accelerator.kind).toBe('emulator');
    expect(supervisor.status()[0]).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('not identical'),
    });
  });

  it('reads by the policy: on the emulator alone, or on both, which must agree', async () => {
    const { supervisor, reference } = await supervise({}, true);
    supervisor.setPolicy('emulator-only');
    expect((await submit(supervisor, 1)).accelerator.kind).toBe('emulator');
    supervisor.setPolicy('compare-both');
    const compared = vi.spyOn(reference, 'infer');
    const all = await Promise.all([2, 3, 4, 5].map((number) => submit(supervisor, number)));
    expect(new Set(all.map(({ accelerator }) => accelerator.kind))).toEqual(new Set(['device']));
    expect(compared.mock.calls.flatMap(([{ images }]) => images)).toHaveLength(4);
    expect(supervisor.policy).toBe('compare-both');
    expect((await supervisor.test(supervisor.status()[0]?.id ?? '')).mismatches).toBe(0);
    await expect(supervisor.test('emulator')).rejects.toMatchObject({ code: 'model-invalid' });
    await expect(supervisor.test('nobody')).rejects.toMatchObject({ code: 'no-accelerator' });
  });

  it('gives a device many images at once where many wait', async () => {
    const { supervisor, device } = await supervise({}, true);
    await submit(supervisor, 0);
    const batches = vi.spyOn(device, 'infer');
    supervisor.setPolicy('compare-both');
    const images = Array.from({ length: 40 }, (_, number) => number);
    const results = await Promise.all(images.map((number) => submit(supervisor, number)));
    expect(results.map(({ spikeCounts }) => spikeCounts)).toEqual(
      images.map((number) => expected(image(number))),
    );
    const sizes = batches.mock.calls.map(([batch]) => batch.images.length);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(40);
  });

  it('comes back to a device that is attached again in good health', async () => {
    const { supervisor, unplug } = await supervise({});
    unplug();
    await expect.poll(() => supervisor.status()[0]?.state).toBe('failed');
    expect((await submit(supervisor, 1)).accelerator.kind).toBe('emulator');
    await supervisor.attach((await attach()).accelerator);
    expect((await submit(supervisor, 1)).accelerator.kind).toBe('device');
    expect(supervisor.status().map(({ state }) => state)).toEqual(['ready', 'ready']);
  });
});

describe('unplugging at a random instant under load', () => {
  it('loses nothing and doubles nothing, 250 times over, and falls back within a second', async () => {
    const images = 12;
    // The network, the golden images and most of the others, with their answers.
    const traffic = network.file.length + (goldenCount + 10) * (imageBytes + 120);
    const longestMs: number[] = [];
    let onDevice = 0;
    let fellBack = 0;
    for (let turn = 0; turn < 250; turn++) {
      const reference = new InThreadEmulator();
      const supervisor = new Supervisor([reference]);
      await supervisor.load(network);
      const [host, deviceEnd] = joinedByteLinks();
      // From within HELLO to after the last image.
      const atByte = 1 + ((turn * 2_654_435_761) % traffic);
      const name = turn % 4 === 3 ? 'stall' : 'unplug';
      new VirtualDevice(deviceEnd, { fault: { name, during: 'infer', atByte } });
      const attached = WireAccelerator.attach(host, {
        reference,
        timeouts: { helloMs: 30, loadMs: 60, commitMs: 100, inferMs: 100 },
      })
        .then((accelerator) => supervisor.attach(accelerator))
        .catch(() => {});
      const answers = new Map<number, number>();
      const work = Promise.all(
        Array.from({ length: images }, async (_, number) => {
          // Some before the device is there, some while it is attested, most after.
          if (number > 2) await attached;
          const startedAt = performance.now();
          const result = await supervisor.infer(
            { networkSha256: network.sha256, image: image(number), priority: 'archive' },
            idle,
          );
          longestMs.push(performance.now() - startedAt);
          answers.set(number, (answers.get(number) ?? 0) + 1);
          if (result.accelerator.kind === 'device') onDevice++;
          expect(result.spikeCounts).toEqual(expected(image(number)));
        }),
      );
      await work;
      expect([...answers.values()]).toEqual(Array.from({ length: images }, () => 1));
      if (supervisor.status()[0]?.state === 'failed') fellBack++;
      await supervisor.close();
    }
    longestMs.sort((a, b) => a - b);
    expect(longestMs).toHaveLength(250 * images);
    expect(longestMs[Math.floor(longestMs.length * 0.99)]).toBeLessThan(1_000);
    // The instants did fall into the work, not all before or behind it.
    expect(onDevice).toBeGreaterThan(100);
    expect(fellBack).toBeGreaterThan(50);
  }, 240_000);
});
