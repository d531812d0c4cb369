import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WireError } from '../../../native-bridge/wire/errors.ts';
import { encodeFrame } from '../../../native-bridge/wire/frame.ts';
import * as wire from '../../../native-bridge/wire/messages.ts';
import type { WireSession } from '../../../native-bridge/wire/session.ts';
import { image, network, shortTimeouts } from '../virtual-device/bench-setup.ts';
import { frameOf, greeting, oneResult, ScriptedDevice, telling } from './scripted-device.ts';

const hash = 'ab'.repeat(32);

describe('a wire session, by the clock,', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  /** Until what is under way has crossed the link, each way. */
  async function crossed(): Promise<void> {
    for (let turn = 0; turn < 6; turn++) await nextTurn();
  }
  async function pass(ms: number): Promise<void> {
    vi.advanceTimersByTime(ms);
    await crossed();
  }
  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: WireError) => `${error.code}: ${error.message}`,
    );

  it.each<[string, number, number, (session: WireSession) => Promise<unknown>]>([
    ['TELEMETRY', 250, 2, (session) => session.telemetry()],
    ['SELF-TEST', 300, 2, (session) => session.selfTest()],
    ['RESET', 250, 1, (session) => session.reset()],
    ['INFER', 300, 1, (session) => session.infer(hash, [image(1)])],
    ['LOAD-BEGIN', 250, 2, (session) => session.load({ ...network, sha256: hash })],
  ])('asks %s for %i ms, %i times, and then gives it up', async (name, ms, times, ask) => {
    const device = new ScriptedDevice();
    const session = await device.open(shortTimeouts);
    const asked = outcome(ask(session));
    await crossed();
    for (let sent = 1; sent <= times; sent++) {
      expect(device.seen).toHaveLength(1 + sent);
      await pass(ms - 1);
      expect(device.seen).toHaveLength(1 + sent);
      await pass(1);
    }
    expect(await asked).toBe(`timeout: The device did not answer ${name} within ${ms} ms.`);
    expect(new Set(device.seen.map(({ requestId }) => requestId)).size).toBe(1 + times);
    expect(vi.getTimerCount()).toBe(0);
    session.close();
  });

  it('greets three times before it gives up', async () => {
    const device = new ScriptedDevice();
    device.send = () => {};
    const opened = outcome(device.open(shortTimeouts));
    await crossed();
    for (let sent = 1; sent <= 3; sent++) {
      expect(device.seen).toHaveLength(sent);
      await pass(250);
    }
    expect(await opened).toBe('timeout: The device did not answer HELLO within 250 ms.');
  });

  it.each<[string, number, (session: WireSession) => Promise<unknown>]>([
    ['an image', 4, (session) => session.infer(hash, [image(1)])],
    ['a question', 4, (session) => session.telemetry()],
    ['a reset', 1, (session) => session.reset()],
  ])('sends %s that arrives damaged %i times in all', async (_what, times, ask) => {
    for (const isAnswerDamaged of [false, true]) {
      const device = new ScriptedDevice();
      const session = await device.open(shortTimeouts);
      device.answer = (frame) => {
        const refused = { code: 'frame-damaged', message: 'Again.' } as const;
        const bytes = frameOf(wire.deviceError, refused, frame.requestId);
        if (isAnswerDamaged) bytes.writeUInt8(bytes.readUInt8(22) ^ 1, 22);
        device.raw(bytes);
      };
      const error = await outcome(ask(session));
      expect(error).toMatch(
        isAnswerDamaged
          ? /^answer-damaged: The answer to [A-Z]+ kept arriving damaged\.$/
          : /^frame-damaged: Again\.$/,
      );
      expect(device.seen).toHaveLength(1 + times);
      expect(vi.getTimerCount()).toBe(0);
      session.close();
    }
  });

  it('says which device had no room, and never sends what waited too long', async () => {
    const device = new ScriptedDevice();
    device.greeting = { ...greeting, window: 1 };
    const session = await device.open(shortTimeouts);
    const first = outcome(session.infer(hash, [image(1)]));
    await pass(150);
    const abort = new AbortController();
    const cancelled = outcome(session.infer(hash, [image(2)], abort.signal));
    abort.abort();
    expect(await cancelled).toBe('cancelled: Cancelled.');
    await pass(150);
    expect(await first).toMatch(/^timeout/);
    device.send(wire.credit, { sequence: 1, window: 0 }, { requestId: 0 });
    await crossed();
    const second = outcome(session.infer(hash, [image(3)]));
    await pass(300);
    expect(await second).toBe('no-credit: The device had no room for INFER within 300 ms.');
    device.send(wire.credit, { sequence: 2, window: 5 }, { requestId: 0 });
    await crossed();
    expect(device.seen.filter(({ type }) => type === wire.infer.type)).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
    session.close();
  });

  it('has as many images under way as TELEMETRY says, and sixty-four at most', async () => {
    const device = new ScriptedDevice();
    let window = 1;
    const sent = () => device.seen.filter(({ type }) => type === wire.infer.type).length;
    device.answer = (frame) => {
      if (frame.type === wire.telemetry.type)
        device.send(wire.telemetryAnswer, { ...telling, window }, frame);
    };
    const session = await device.open();
    await session.telemetry();
    const all = Array.from({ length: 70 }, () => outcome(session.infer(hash, [image(1)])));
    await crossed();
    expect(sent()).toBe(1);
    for (window of [3, 2, 64, 1000]) {
      await session.telemetry();
      await crossed();
      expect(sent()).toBe(window === 2 ? 3 : Math.min(window, 64));
    }
    session.close();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['link-closed: The link was closed.']));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts the device’s CREDITs anew after each greeting', async () => {
    const device = new ScriptedDevice();
    device.answer = (frame) => {
      if (frame.type === wire.reset.type) device.send(wire.resetDone, {}, frame);
    };
    const session = await device.open();
    device.send(wire.credit, { sequence: 5, window: 0 }, { requestId: 0 });
    await crossed();
    await session.reset();
    device.send(wire.credit, { sequence: 1, window: 4 }, { requestId: 0 });
    await crossed();
    for (let number = 0; number < 6; number++) void outcome(session.infer(hash, [image(number)]));
    await crossed();
    expect(device.seen.filter(({ type }) => type === wire.infer.type)).toHaveLength(4);
    session.close();
  });

  it('tells the device once of an image that is cancelled, and nothing of one that is answered', async () => {
    const device = new ScriptedDevice();
    const session = await device.open();
    const told = () => device.seen.filter(({ type }) => type === wire.cancel.type).length;
    const [first, second] = [new AbortController(), new AbortController()];
    const cancelled = outcome(session.infer(hash, [image(1)], first.signal));
    await crossed();
    first.abort();
    expect(await cancelled).toBe('cancelled: Cancelled.');
    await crossed();
    expect(told()).toBe(1);
    device.answer = (frame) => device.send(wire.inferResult, oneResult, frame);
    expect(await session.infer(hash, [image(2)], second.signal)).toEqual(oneResult);
    expect(getEventListeners(second.signal, 'abort')).toEqual([]);
    second.abort();
    await crossed();
    expect(told()).toBe(1);
    session.close();
  });

  it('bears sixty-four stretches of garbage in a row, and as many after a sound frame', async () => {
    const device = new ScriptedDevice();
    const session = await device.open();
    let closed: WireError | undefined;
    void session.closed.then((error) => {
      closed = error;
    });
    const garbage = async (stretches: number) => {
      for (let sent = 0; sent < stretches; sent++) device.raw(new Uint8Array(9));
      await crossed();
    };
    await garbage(64);
    device.send(wire.telemetryEvent, telling, { requestId: 0 });
    await garbage(64);
    expect(closed).toBeUndefined();
    await garbage(1);
    expect(closed).toMatchObject({
      code: 'link-noisy',
      message: 'The device sends what is no frame. Check cable and port.',
    });
  });

  it('bears 1024 frames that nobody asked for in a row, of whatever kind, and as many after an answer', async () => {
    const device = new ScriptedDevice();
    const session = await device.open();
    let closed: WireError | undefined;
    void session.closed.then((error) => {
      closed = error;
    });
    const payload = Uint8Array.of(1);
    const cut = { version: 1, type: wire.credit.type, flags: 0, requestId: 0, payload };
    const strays = [
      frameOf(wire.inferResult, oneResult, 5),
      frameOf(wire.inferResult, oneResult, 5, 2),
      frameOf(wire.resetDone, {}, 0),
      encodeFrame(cut),
    ];
    const send = async (count: number) => {
      for (let sent = 0; sent < count; sent++)
        device.raw(strays[sent % strays.length] ?? new Uint8Array());
      await crossed();
    };
    await send(1024);
    device.answer = (frame) => device.send(wire.inferResult, oneResult, frame);
    await session.infer(hash, [image(1)]);
    await send(1024);
    expect(closed).toBeUndefined();
    await send(1);
    expect(closed).toMatchObject({
      code: 'link-noisy',
      message: 'The device sends what nobody asked for.',
    });
  });

  it('ends the link once, with what it was, and answers nothing after it', async () => {
    const device = new ScriptedDevice();
    const session = await device.open();
    const waiting = outcome(session.telemetry());
    device.unplug();
    expect(await session.closed).toMatchObject({
      code: 'link-closed',
      message: 'The link ended: the other side is gone.',
    });
    session.close();
    const after = outcome(session.infer(hash, [image(1)]));
    for (const each of [waiting, after])
      expect(await each).toBe('link-closed: The link ended: the other side is gone.');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('begins a load three times, greets a device that has restarted, and not one that lost its transfer', async () => {
    for (const [code, greetings] of [
      ['not-ready', 3],
      ['transfer-unknown', 1],
      ['transfer-out-of-order', 1],
      ['network-damaged', 1],
    ] as const) {
      const device = new ScriptedDevice();
      device.answer = (frame) => device.send(wire.deviceError, { code, message: 'Lost.' }, frame);
      const session = await device.open();
      expect(await outcome(session.load(network))).toBe(`${code}: Lost.`);
      const seen = (type: number) => device.seen.filter((frame) => frame.type === type).length;
      expect([seen(wire.loadBegin.type), seen(wire.hello.type)]).toEqual([3, greetings]);
      session.close();
    }
  });

  it('says what of a file the device claims to hold that was not sent', async () => {
    const device = new ScriptedDevice();
    device.answer = (frame) =>
      frame.type === wire.loadBegin.type
        ? device.send(wire.loadOffer, { transferId: 1, offset: 0 }, frame)
        : device.send(wire.loadProgress, { offset: 3 }, frame);
    const session = await device.open();
    expect(await outcome(session.load(network))).toBe(
      'answer-invalid: The device holds 3 bytes, not what was sent.',
    );
    session.close();
  });

  it('sends a file in pieces of 32 KiB, or of what a frame of the device holds', async () => {
    for (const [maxPayloadBytes, largest] of [
      [2 ** 20, 32_768],
      [32_768 + 8, 32_768],
      [32_768, 32_760],
      [1024, 1016],
    ] as const) {
      const device = new ScriptedDevice();
      device.greeting = { ...greeting, maxPayloadBytes };
      const sizes: number[] = [];
      device.answer = (frame) => {
        if (frame.type === wire.loadBegin.type)
          device.send(wire.loadOffer, { transferId: 1, offset: 0 }, frame);
        else if (frame.type === wire.loadChunk.type) {
          const { offset, bytes } = wire.loadChunk.decode(frame.payload);
          sizes.push(bytes.length);
          device.send(wire.loadProgress, { offset: offset + bytes.length }, frame);
        } else
          device.send(wire.loadedNetwork, { inputShape: [1, 1, 1], spikeCount: 1, macs: 1 }, frame);
      };
      const session = await device.open();
      await session.load({ name: 'large', sha256: hash, file: new Uint8Array(70_000) });
      expect([...new Set(sizes.slice(0, -1))]).toEqual([largest]);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(70_000);
      session.close();
    }
  });

  it.each([
    [
      'the smallest window and frames, one image',
      { window: 1, maxPayloadBytes: 1024, maxBatch: 1 },
    ],
    ['the largest window', { window: 64 }],
  ])('works with a device that claims %s', async (_claim, limits) => {
    const device = new ScriptedDevice();
    device.greeting = { ...greeting, ...limits };
    const session = await device.open();
    expect(session.device).toMatchObject(limits);
    session.close();
  });

  it.each([
    ['to speak version 0', { version: 0 }],
    ['to speak version 2', { version: 2 }],
    ['a window of 0 requests', { window: 0 }],
    ['a window of 65 requests', { window: 65 }],
    ['to take 1023 bytes in a frame', { maxPayloadBytes: 1023 }],
    ['to take no image in a request', { maxBatch: 0 }],
  ])('is closed with a device that claims %s', async (claim, lie) => {
    const device = new ScriptedDevice();
    device.greeting = { ...greeting, ...lie };
    const close = vi.spyOn(device.host, 'close');
    expect(await outcome(device.open())).toBe(
      `limits-invalid: The device Scripted claims ${claim}; update its firmware (0.9).`,
    );
    expect(close).toHaveBeenCalled();
  });

  it('fills a request to the last byte, and refuses one more', async () => {
    const device = new ScriptedDevice();
    device.answer = (frame) => device.send(wire.inferResult, oneResult, frame);
    const session = await device.open();
    const most = greeting.maxPayloadBytes - wire.inferOverhead;
    expect(await session.infer(hash, [new Uint8Array(most)])).toEqual(oneResult);
    await expect(session.infer(hash, [new Uint8Array(most + 1)])).rejects.toThrow(
      'The device takes 4 images and 4096 bytes in a request; these are 1 and 4097.',
    );
    expect([most, most + 1, most / 2, 1].map((bytes) => session.batchSize(bytes))).toEqual([
      1, 0, 2, 4,
    ]);
    session.close();
    const roomy = new ScriptedDevice();
    roomy.greeting = { ...greeting, maxPayloadBytes: 2 ** 24, maxBatch: 9_999 };
    const other = await roomy.open();
    expect(other.batchSize(2 ** 17)).toBe(7);
    other.close();
  });
});
