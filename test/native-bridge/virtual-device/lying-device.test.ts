import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WireAccelerator } from '../../../native-bridge/accelerators/wire-accelerator.ts';
import { goldenCount } from '../../../native-bridge/golden/golden-images.ts';
import type { Frame } from '../../../native-bridge/wire/frame.ts';
import * as wire from '../../../native-bridge/wire/messages.ts';
import { loadShippedModel } from '../../../src/clinic/model.ts';
import { greeting, ScriptedDevice } from '../wire/scripted-device.ts';
import { expected, image, network, patientTimeouts } from './bench-setup.ts';
import { InThreadEmulator } from './in-thread-emulator.ts';

const idle = new AbortController().signal;
let attached: WireAccelerator | undefined;

afterEach(async () => {
  await attached?.close();
});

const reference = new InThreadEmulator();

/** Answers rightly, but for what `lie` answers. */
async function attach(
  lie: (frame: Frame, device: ScriptedDevice) => boolean,
  claims: Partial<wire.DeviceHello> = {},
  timeouts = patientTimeouts,
) {
  const info = await reference.load(network);
  const [channels, height, width] = info.inputShape;
  const device = new ScriptedDevice();
  device.greeting = { ...greeting, maxPayloadBytes: 2 ** 20, ...claims };
  device.answer = (frame) => {
    if (lie(frame, device)) return;
    if (frame.type === wire.loadBegin.type)
      device.send(wire.loadOffer, { transferId: 1, offset: network.file.length }, frame);
    else if (frame.type === wire.loadCommit.type) {
      const loaded = { ...info, inputShape: [channels, height, width] } as const;
      device.send(wire.loadedNetwork, loaded, frame);
    } else if (frame.type === wire.infer.type) {
      const spikeCounts = wire.infer.decode(frame.payload).images.map(expected);
      device.send(wire.inferResult, { durationUs: 10, energyUj: undefined, spikeCounts }, frame);
    } else if (frame.type === wire.telemetry.type) device.send(wire.telemetryAnswer, well, frame);
  };
  attached = await WireAccelerator.attach(device.host, { reference, timeouts });
  return attached;
}

const well: wire.DeviceTelemetry = {
  state: 'idle',
  window: 2,
  temperatureCentiC: 3_150,
  powerMw: 800,
  powerPeriodMs: 20,
  uptimeMs: 1,
  imagesDone: 0,
};
const honest = () => false;
const infer = (on: WireAccelerator) =>
  on.infer({ networkSha256: network.sha256, images: [image(1)] }, idle);

describe('a device that answers in sound frames', () => {
  it('is used as it is, and its measured power is told with how often it is sampled', async () => {
    const device = await attach(honest);
    await expect(device.test()).rejects.toMatchObject({ code: 'model-invalid' });
    let changes = 0;
    const end = device.onChange(() => changes++);
    await device.load(network);
    expect(changes).toBeGreaterThan(0);
    end();
    const before = changes;
    expect((await infer(device))[0]?.spikeCounts).toEqual(expected(image(1)));
    expect(await device.test()).toMatchObject({ cause: 'test', mismatches: 0 });
    expect(changes).toBe(before);
    await expect
      .poll(() => device.status())
      .toMatchObject({
        temperatureC: 31.5,
        power: { mw: 800, periodMs: 20 },
        energyPerImage: { basis: 'estimated' },
      });
  });

  it.each<[string, wire.LoadedNetwork]>([
    ['of another size', { inputShape: [1, 2, 3], spikeCount: 4, macs: 0 }],
    ['of other counts', { inputShape: [3, 8, 8], spikeCount: 1, macs: 0 }],
  ])('is set aside when it takes a network for one %s', async (_what, loaded) => {
    const device = await attach((frame, scripted) => {
      if (frame.type !== wire.loadCommit.type) return false;
      scripted.send(wire.loadedNetwork, loaded, frame);
      return true;
    });
    await expect(device.load(network)).rejects.toMatchObject({
      code: 'accelerator-failed',
      message: expect.stringContaining(`takes the network ${network.name} for another one`),
    });
    expect(device.telemetry().state).toBe('failed');
  });

  it('is set aside when it claims to hold more of a file than there is', async () => {
    const device = await attach((frame, scripted) => {
      if (frame.type !== wire.loadBegin.type) return false;
      scripted.send(wire.loadOffer, { transferId: 1, offset: 9_999_999 }, frame);
      return true;
    });
    await expect(device.load(network)).rejects.toMatchObject({
      message: expect.stringContaining(`holds 9999999 of ${network.file.length} bytes`),
    });
    expect(device.telemetry().state).toBe('failed');
  });

  it('is set aside when it gives fewer counts than the network has', async () => {
    const device = await attach((frame, scripted) => {
      if (frame.type !== wire.infer.type) return false;
      const spikeCounts = wire.infer.decode(frame.payload).images.map(() => Int32Array.of(1));
      scripted.send(wire.inferResult, { durationUs: 1, energyUj: 1, spikeCounts }, frame);
      return true;
    });
    await expect(device.load(network)).rejects.toMatchObject({ code: 'accelerator-failed' });
    expect(device.telemetry()).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/It gave 1 counts, not \d+/),
    });
  });

  it('is set aside when an image does not fit into the frames that it takes', async () => {
    const shipped = loadShippedModel();
    const { spikeCount, inputShape } = await reference.load(shipped);
    const [channels, height, width] = inputShape;
    const device = await attach(
      (frame, scripted) => {
        if (frame.type === wire.loadBegin.type)
          scripted.send(wire.loadOffer, { transferId: 1, offset: shipped.file.length }, frame);
        else if (frame.type === wire.loadCommit.type) {
          const loaded = { inputShape: [channels, height, width], spikeCount, macs: 0 } as const;
          scripted.send(wire.loadedNetwork, loaded, frame);
        }
        return frame.type !== wire.telemetry.type;
      },
      { maxPayloadBytes: 1024 },
    );
    await expect(device.load(shipped)).rejects.toMatchObject({ code: 'accelerator-failed' });
    expect(device.telemetry().detail).toMatch(/does not fit into one of its frames/);
  });

  it('is not used when it is of a generation that cannot run the network', async () => {
    const device = await attach(honest, { generation: 'akida-1' });
    await expect(device.load(network)).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('Akida 1.0'),
    });
    expect(device.telemetry()).toMatchObject({
      state: 'ready',
      detail: expect.stringMatching(/^It reads nothing\./),
    });
  });

  it('is set aside by a test when it no longer counts rightly, and tests no further network', async () => {
    let isWrong = false;
    const device = await attach((frame, scripted) => {
      if (frame.type !== wire.infer.type || !isWrong) return false;
      const spikeCounts = wire.infer
        .decode(frame.payload)
        .images.map((each) => expected(each).map((count) => count + 1));
      scripted.send(wire.inferResult, { durationUs: 1, energyUj: 1, spikeCounts }, frame);
      return true;
    });
    await device.load(network);
    isWrong = true;
    expect((await device.test()).mismatches).toBeGreaterThan(0);
    expect(device.telemetry()).toMatchObject({ state: 'failed', isInexact: true });
    expect(device.record.status().state).toBe('failed');
  });

  it('stays set aside, whatever is reported afterwards', async () => {
    const device = await attach(honest);
    await device.load(network);
    device.setAside('First.');
    device.setAside('Second.');
    expect(device.telemetry()).toMatchObject({
      isInexact: true,
      detail: 'The device was set aside. First.',
    });
    await expect(infer(device)).rejects.toMatchObject({ code: 'accelerator-failed' });
  });

  it.each([
    ['an image in 1 s', 1_000_000, 4],
    ['an image in 1.5 s', 1_500_000, 2],
    ['an image in half a minute', 30_000_000, 1],
    ['an image in 2 ms', 2_000, 50],
    ['an image in no time that it could tell', 0, 50],
  ])(
    'that reads %s is given as many at once as it does in two fifths of its time',
    async (_pace, imageUs, batch) => {
      const sizes: number[] = [];
      const device = await attach(
        (frame, scripted) => {
          if (frame.type !== wire.infer.type) return false;
          const { images } = wire.infer.decode(frame.payload);
          sizes.push(images.length);
          const spikeCounts = images.map(expected);
          const durationUs = imageUs * images.length;
          scripted.send(wire.inferResult, { durationUs, energyUj: undefined, spikeCounts }, frame);
          return true;
        },
        { window: 2, maxBatch: 50 },
      );
      expect(device.describe().batch).toBe(1);
      await device.load(network);
      expect(device.describe()).toMatchObject({ concurrency: 2, batch });
      expect([sizes[0], Math.max(...sizes)]).toEqual([1, Math.min(batch, goldenCount - 1)]);
      const [inference] = await infer(device);
      expect(inference?.durationMs).toBe(imageUs / 1_000);
    },
  );

  it('is quick where an image takes a thousandth of a millisecond, and no more than that is planned', async () => {
    const device = await attach(
      (frame, scripted) => {
        if (frame.type !== wire.infer.type) return false;
        const spikeCounts = wire.infer.decode(frame.payload).images.map(expected);
        scripted.send(wire.inferResult, { durationUs: 0, energyUj: 8, spikeCounts }, frame);
        return true;
      },
      { window: 2, maxBatch: 60_000 },
      { ...patientTimeouts, inferMs: 2_000 },
    );
    await device.load(network);
    // 0.4 · 2,000 ms for two requests of images that take 0.001 ms.
    expect(device.describe().batch).toBe(60_000);
    expect(device.status().energyPerImage).toMatchObject({ basis: 'measured' });
  });

  it('is asked every two seconds how it is, until it is let go', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      for (const end of ['close', 'set aside'] as const) {
        let asked = 0;
        const device = await attach((frame) => {
          if (frame.type === wire.telemetry.type) asked++;
          return false;
        });
        const pass = async (ms: number) => {
          vi.advanceTimersByTime(ms);
          for (let turn = 0; turn < 4; turn++) await nextTurn();
        };
        await pass(0);
        expect(asked).toBe(1);
        await pass(1_999);
        expect(asked).toBe(1);
        await pass(1);
        expect(asked).toBe(2);
        expect(device.status()).toMatchObject({ temperatureC: 31.5, serial: '1', firmware: '0.9' });
        if (end === 'close') await device.close();
        else device.setAside('Enough.');
        expect(vi.getTimerCount()).toBe(0);
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it('that tells neither temperature nor power has none, and no energy either', async () => {
    const device = await attach((frame) => frame.type === wire.telemetry.type);
    await device.load(network);
    expect(device.status()).toMatchObject({
      link: 'pipe',
      generation: 'quantized-onnx',
      memoryKib: 64,
      temperatureC: null,
      power: null,
      energyPerImage: null,
      attestation: { state: 'attested', images: goldenCount, mismatches: 0 },
    });
  });

  it('that refuses a second network goes on reading the first, and says nothing else of itself', async () => {
    let isFull = false;
    const device = await attach((frame, scripted) => {
      if (frame.type !== wire.loadBegin.type || !isFull) return false;
      scripted.send(wire.deviceError, { code: 'out-of-memory', message: 'Full.' }, frame);
      return true;
    });
    await device.load(network);
    const before = device.telemetry();
    isFull = true;
    await expect(device.load(network)).rejects.toMatchObject({
      code: 'model-invalid',
      message: 'Full.',
    });
    expect(device.telemetry()).toEqual(before);
    expect((await infer(device))[0]?.spikeCounts).toEqual(expected(image(1)));
  });
});
