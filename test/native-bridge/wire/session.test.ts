import { describe, expect, it } from 'vitest';
import { joinedByteLinks } from '../../../native-bridge/links/memory.ts';
import { VirtualDevice } from '../../../native-bridge/virtual-device/device.ts';
import { deviceErrorCodes, WireError } from '../../../native-bridge/wire/errors.ts';
import { encodeFrame, type Frame } from '../../../native-bridge/wire/frame.ts';
import * as wire from '../../../native-bridge/wire/messages.ts';
import { WireSession } from '../../../native-bridge/wire/session.ts';
import {
  connect,
  expected,
  image,
  imageBytes,
  network,
  patientTimeouts,
} from '../virtual-device/bench-setup.ts';
import { frameOf, greeting, oneResult, ScriptedDevice, telling } from './scripted-device.ts';

const hash = 'ab'.repeat(32);

describe('a wire session', () => {
  it('greets, loads in chunks, runs a batch, asks how it is and tests the device', async () => {
    const session = await connect({ maxPayloadBytes: 1024 });
    expect(session.device).toMatchObject({ product: 'Virtual accelerator', version: 1 });
    const info = await session.load(network);
    expect(info.inputShape.reduce((all, size) => all * size)).toBe(imageBytes);
    const batch = [1, 2, 3].map(image).slice(0, session.batchSize(imageBytes));
    const { spikeCounts, durationUs } = await session.infer(network.sha256, batch);
    expect(spikeCounts).toEqual(batch.map(expected));
    expect(durationUs).toBeGreaterThan(0);
    expect(await session.telemetry()).toMatchObject({
      state: 'idle',
      powerMw: undefined,
      imagesDone: batch.length,
    });
    expect(await session.selfTest()).toMatchObject({ passed: true });
    session.close();
    expect(await session.closed).toMatchObject({ code: 'link-closed' });
    await expect(session.telemetry()).rejects.toMatchObject({ code: 'link-closed' });
  });

  it('goes on with a load where an earlier session was cut off', async () => {
    const device = new ScriptedDevice();
    const offsets: number[] = [];
    device.answer = (frame) => {
      if (frame.type === wire.loadBegin.type)
        device.send(wire.loadOffer, { transferId: 4, offset: 1500 }, frame);
      else if (frame.type === wire.loadChunk.type) {
        const { transferId, offset, bytes } = wire.loadChunk.decode(frame.payload);
        expect(transferId).toBe(4);
        offsets.push(offset);
        device.send(wire.loadProgress, { offset: offset + bytes.length }, frame);
      } else
        device.send(wire.loadedNetwork, { inputShape: [1, 2, 3], spikeCount: 2, macs: 9 }, frame);
    };
    device.greeting = { ...greeting, maxPayloadBytes: 1024 };
    const session = await device.open();
    const file = new Uint8Array(3000);
    expect(await session.load({ name: 'n', sha256: hash, file })).toMatchObject({ macs: 9 });
    expect(offsets).toEqual([1500, 2516]);
  });

  it('sends nothing of a file that the device still has after a new greeting', async () => {
    const [host, deviceEnd] = joinedByteLinks();
    new VirtualDevice(deviceEnd);
    const session = await WireSession.open(host, patientTimeouts);
    await session.load(network);
    let written = 0;
    const write = host.write.bind(host);
    host.write = (bytes) => {
      written += bytes.length;
      write(bytes);
    };
    await session.load(network);
    expect(written).toBeLessThan(200);
    await session.reset();
    await expect(session.infer(network.sha256, [image(1)])).rejects.toMatchObject({
      code: 'network-unknown',
    });
    await session.load(network);
    expect((await session.infer(network.sha256, [image(1)])).spikeCounts).toEqual([
      expected(image(1)),
    ]);
    session.close();
  });

  it('never has more images unanswered than the device’s window, and follows CREDIT', async () => {
    const device = new ScriptedDevice();
    const held: Frame[] = [];
    device.answer = (frame) => {
      held.push(frame);
    };
    const session = await device.open({ inferMs: 20_000 });
    const answerFirst = () => {
      const frame = held.shift();
      if (frame) device.send(wire.inferResult, oneResult, frame);
    };
    const all = Array.from({ length: 6 }, () => session.infer(hash, [image(1)]));
    await expect.poll(() => held.length).toBe(2);
    device.send(wire.credit, { sequence: 2, window: 3 }, { requestId: 0 });
    await expect.poll(() => held.length).toBe(3);
    // An older one, that was overtaken.
    device.send(wire.credit, { sequence: 1, window: 9 }, { requestId: 0 });
    answerFirst();
    await expect.poll(() => held.length).toBe(3);
    device.send(wire.credit, { sequence: 3, window: 1 }, { requestId: 0 });
    for (let done = 1; done < 6; done++) {
      await expect.poll(() => held.length).toBeGreaterThan(0);
      answerFirst();
    }
    expect(await Promise.all(all)).toHaveLength(6);
    session.close();
  });

  it('says so when a device never gives room', async () => {
    const device = new ScriptedDevice();
    device.answer = () => {};
    const session = await device.open({ inferMs: 40 });
    device.send(wire.credit, { sequence: 1, window: 0 }, { requestId: 0 });
    await expect(session.infer(hash, [image(1)])).rejects.toMatchObject({ code: 'timeout' });
    await expect(session.infer(hash, [image(1)])).rejects.toMatchObject({ code: 'no-credit' });
    session.close();
  });

  it('cancels at once, tells the device, and keeps the place until it has answered', async () => {
    const device = new ScriptedDevice();
    device.greeting = { ...greeting, window: 1 };
    const session = await device.open({ inferMs: 20_000 });
    const abort = new AbortController();
    const first = session.infer(hash, [image(1)], abort.signal);
    const second = session.infer(hash, [image(2)]);
    await expect.poll(() => device.seen.length).toBe(2);
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => device.seen.length).toBe(3);
    const [, running, told] = device.seen;
    if (!running || !told) throw new Error('two requests were seen');
    expect(wire.cancel.decode(told.payload)).toEqual({ requestId: running.requestId });
    device.answer = (frame) => device.send(wire.inferResult, oneResult, frame);
    device.send(wire.deviceError, { code: 'cancelled', message: 'Cancelled.' }, running);
    expect(await second).toMatchObject({ energyUj: 7 });
    await expect(session.infer(hash, [image(1)], AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    session.close();
  });

  it('takes an answer once, however often it comes, and leaves those that nobody asked for', async () => {
    const device = new ScriptedDevice();
    device.answer = (frame) => {
      device.send(wire.inferResult, oneResult, { requestId: frame.requestId + 9 });
      for (let copy = 0; copy < 3; copy++) device.send(wire.inferResult, oneResult, frame);
    };
    const session = await device.open();
    for (let turn = 0; turn < 3; turn++)
      expect(await session.infer(hash, [image(turn)])).toEqual(oneResult);
    session.close();
  });

  it.each([
    ['another type of answer', wire.resetDone, {}],
    [
      'a number of results that is not the images’',
      wire.inferResult,
      {
        ...oneResult,
        spikeCounts: [Int32Array.of(1), Int32Array.of(2)],
      },
    ],
  ] as [string, wire.Message<unknown>, unknown][])('refuses %s', async (_what, message, value) => {
    const device = new ScriptedDevice();
    device.answer = (frame) => device.send(message, value, frame);
    const session = await device.open();
    await expect(session.infer(hash, [image(1)])).rejects.toMatchObject({ code: 'answer-invalid' });
    session.close();
  });

  it('refuses an answer that is malformed, and an error that is', async () => {
    const device = new ScriptedDevice();
    const session = await device.open();
    for (const type of [wire.telemetryAnswer.type, wire.deviceError.type]) {
      device.answer = ({ requestId }) =>
        device.raw(
          encodeFrame({ version: 1, type, flags: 0, requestId, payload: Uint8Array.of(9, 9, 9) }),
        );
      await expect(session.telemetry()).rejects.toBeInstanceOf(WireError);
    }
    session.close();
  });

  it.each(deviceErrorCodes.filter((code) => code !== 'frame-damaged'))(
    'passes on the device’s refusal "%s" in its words',
    async (code) => {
      const device = new ScriptedDevice();
      device.answer = (frame) => device.send(wire.deviceError, { code, message: 'Words.' }, frame);
      const session = await device.open();
      await expect(session.telemetry()).rejects.toMatchObject({ code, message: 'Words.' });
      session.close();
    },
  );

  it('sends again what arrived damaged, and gives up at last', async () => {
    const device = new ScriptedDevice();
    let refusals = 2;
    device.answer = (frame) =>
      refusals-- > 0
        ? device.send(wire.deviceError, { code: 'frame-damaged', message: 'Again.' }, frame)
        : device.send(wire.inferResult, oneResult, frame);
    const session = await device.open();
    expect(await session.infer(hash, [image(1)])).toEqual(oneResult);
    refusals = Number.POSITIVE_INFINITY;
    await expect(session.infer(hash, [image(1)])).rejects.toMatchObject({ code: 'frame-damaged' });
    session.close();
  });

  it.each([
    ['a version that was not offered', { version: 2 }],
    ['no window', { window: 0 }],
    ['an absurd window', { window: 60_000 }],
    ['frames too small for anything', { maxPayloadBytes: 10 }],
    ['batches of nothing', { maxBatch: 0 }],
  ])('refuses a device that claims %s', async (_claim, lie) => {
    const device = new ScriptedDevice();
    device.greeting = { ...greeting, ...lie };
    await expect(device.open()).rejects.toMatchObject({
      code: 'limits-invalid',
      message: expect.stringContaining('firmware'),
    });
  });

  it('is refused by a device of another version, which says which it speaks', async () => {
    const versions = { lowest: 2, highest: 3 };
    await expect(connect({ versions })).rejects.toMatchObject({
      code: 'version-unsupported',
      message: 'This device speaks versions 2 to 3 of the wire.',
    });
  });

  it('gives up a device that sends garbage without end, or frames that nobody wants', async () => {
    const noisy = new ScriptedDevice();
    const session = await noisy.open();
    for (let turn = 0; turn < 100; turn++) noisy.raw(new Uint8Array(50).fill(turn));
    expect(await session.closed).toMatchObject({ code: 'link-noisy' });

    const chatty = new ScriptedDevice();
    const second = await chatty.open();
    for (let turn = 0; turn < 1100; turn++)
      chatty.send(wire.inferResult, oneResult, { requestId: 5 });
    expect(await second.closed).toMatchObject({ code: 'link-noisy' });
  });

  it('refuses a batch that is larger than the device takes, before it is sent', async () => {
    const device = new ScriptedDevice();
    const session = await device.open();
    await expect(session.infer(hash, Array(5).fill(image(1)))).rejects.toThrow(RangeError);
    await expect(session.infer(hash, [new Uint8Array(5000)])).rejects.toThrow(/4096 bytes/);
    expect(session.batchSize(2000)).toBe(2);
    await expect(session.infer('not hex', [image(1)])).rejects.toThrow(/is not a SHA-256/);
    session.close();
  });

  it('fails everything at once with "link-closed" when the device is unplugged', async () => {
    const device = new ScriptedDevice();
    const session = await device.open();
    const all = Array.from({ length: 5 }, () => session.infer(hash, [image(1)]));
    await expect.poll(() => device.seen.length).toBe(3);
    device.unplug();
    for (const each of all) await expect(each).rejects.toMatchObject({ code: 'link-closed' });
  });

  it('refuses more than the device’s memory, another size and a network that is none', async () => {
    const session = await connect({ memoryKib: 4 });
    const large = { name: 'large', sha256: hash, file: new Uint8Array(5000) };
    await expect(session.load(large)).rejects.toMatchObject({ code: 'out-of-memory' });
    const false1 = { name: 'false', sha256: hash, file: new Uint8Array(50) };
    await expect(session.load(false1)).rejects.toMatchObject({ code: 'network-damaged' });
    await session.load(network);
    await expect(session.infer(network.sha256, [new Uint8Array(3)])).rejects.toMatchObject({
      code: 'image-invalid',
    });
    await expect(session.infer(hash, [image(1)])).rejects.toMatchObject({
      code: 'network-unknown',
    });
    session.close();
  });

  it('leaves frames of another version alone, and what comes unasked and means nothing', async () => {
    const device = new ScriptedDevice();
    device.answer = (frame) => {
      const newer = frameOf(wire.inferResult, { ...oneResult, durationUs: 99 }, frame.requestId, 2);
      device.raw(newer);
      device.send(wire.resetDone, {}, { requestId: 0 });
      const payload = Uint8Array.of(1);
      device.raw(
        encodeFrame({ version: 1, type: wire.credit.type, flags: 0, requestId: 0, payload }),
      );
      device.send(wire.inferResult, oneResult, frame);
    };
    const session = await device.open();
    expect(await session.infer(hash, [image(1)])).toEqual(oneResult);
    session.close();
  });

  it('gives the place of a cancelled image to the next, when its answer is damaged or never comes', async () => {
    const device = new ScriptedDevice();
    device.greeting = { ...greeting, window: 1 };
    const session = await device.open({ inferMs: 200 });
    for (const isDamaged of [true, false]) {
      device.answer = () => {};
      const before = device.seen.length;
      const abort = new AbortController();
      const first = session.infer(hash, [image(1)], abort.signal);
      await expect.poll(() => device.seen.length).toBe(before + 1);
      const running = device.seen.at(-1);
      abort.abort();
      await expect(first).rejects.toMatchObject({ code: 'cancelled' });
      await expect.poll(() => device.seen.length).toBe(before + 2);
      device.answer = (frame) => device.send(wire.inferResult, oneResult, frame);
      if (isDamaged) {
        const late = frameOf(wire.inferResult, oneResult, running?.requestId ?? 0);
        late.writeUInt8(late.readUInt8(late.length - 1) ^ 1, late.length - 1);
        device.raw(late);
      }
      // Without an answer the place is free when its time is over.
      expect(await session.infer(hash, [image(2)])).toEqual(oneResult);
    }
    session.close();
  });

  it('is not moved by a damaged frame that answers nothing', async () => {
    const device = new ScriptedDevice();
    device.answer = (frame) => {
      const foreign = frameOf(wire.inferResult, oneResult, frame.requestId + 40);
      foreign.writeUInt8(foreign.readUInt8(30) ^ 1, 30);
      device.raw(foreign);
      device.send(wire.inferResult, oneResult, frame);
    };
    const session = await device.open();
    expect(await session.infer(hash, [image(1)])).toEqual(oneResult);
    session.close();
  });

  it('tells what the device tells unasked, to who still listens', async () => {
    const device = new ScriptedDevice();
    const session = await device.open();
    const told = { first: 0, second: 0 };
    const end = session.onTelemetry(() => told.first++);
    session.onTelemetry(() => told.second++);
    device.send(wire.telemetryEvent, telling, { requestId: 0 });
    await expect.poll(() => told).toEqual({ first: 1, second: 1 });
    end();
    device.send(wire.telemetryEvent, telling, { requestId: 0 });
    await expect.poll(() => told).toEqual({ first: 1, second: 2 });
    session.close();
  });
});
