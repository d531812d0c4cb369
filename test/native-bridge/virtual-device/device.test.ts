import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ByteLink } from '../../../native-bridge/links/link.ts';
import { joinedByteLinks } from '../../../native-bridge/links/memory.ts';
import {
  VirtualDevice,
  type VirtualDeviceOptions,
} from '../../../native-bridge/virtual-device/device.ts';
import { encodeFrame, type Frame } from '../../../native-bridge/wire/frame.ts';
import * as wire from '../../../native-bridge/wire/messages.ts';
import { FrameParser } from '../../../native-bridge/wire/parser.ts';
import product from '../../../package.json' with { type: 'json' };
import { expected, image, imageBytes, network } from './bench-setup.ts';

const sha256 = Buffer.from(network.sha256, 'hex');
let link: ByteLink;

/** A host that says what no host of ours would. */
class RudeHost {
  readonly #answers: Frame[] = [];
  #id = 0;

  constructor(options: VirtualDeviceOptions = {}) {
    const [host, device] = joinedByteLinks();
    link = host;
    new VirtualDevice(device, options);
    const parser = new FrameParser({
      frame: (frame) => this.#answers.push(frame),
      damaged: () => {},
      skipped: () => {},
    });
    host.onBytes((bytes) => parser.push(bytes));
  }

  /** Sends a request, and returns its id. */
  send(type: number, payload: Uint8Array): number {
    this.raw(this.frame(type, payload));
    return this.#id;
  }
  raw(bytes: Uint8Array): void {
    link.write(bytes);
  }
  frame(type: number, payload: Uint8Array): Buffer {
    return encodeFrame({ version: 1, type, flags: 0, requestId: ++this.#id, payload });
  }
  async answerTo(requestId: number): Promise<Frame> {
    const find = () => this.#answers.find((frame) => frame.requestId === requestId);
    await expect.poll(find).toBeDefined();
    return find() as Frame;
  }
  hasAnswered(requestId: number): boolean {
    return this.#answers.some((frame) => frame.requestId === requestId);
  }
  ask<Q>(message: wire.Message<Q>, value: Q): Promise<Frame> {
    return this.answerTo(this.send(message.type, message.encode(value)));
  }
  /** The code that a request is refused with. */
  async refusal<Q>(message: wire.Message<Q>, value: Q): Promise<string> {
    return codeOf(await this.ask(message, value));
  }
}

function codeOf({ type, payload }: Frame): string {
  return type === wire.deviceError.type ? wire.deviceError.decode(payload).code : `type ${type}`;
}

async function greeted(options: VirtualDeviceOptions = {}): Promise<RudeHost> {
  const host = new RudeHost(options);
  await host.ask(wire.hello, { lowestVersion: 1, highestVersion: 9 });
  return host;
}

async function load(host: RudeHost): Promise<void> {
  const { file, name } = network;
  const offer = await host.ask(wire.loadBegin, { sha256, sizeBytes: file.length, name });
  const { transferId } = wire.loadOffer.decode(offer.payload);
  await host.ask(wire.loadChunk, { transferId, offset: 0, bytes: file });
  await host.ask(wire.loadCommit, { sha256 });
}

afterEach(() => {
  vi.useRealTimers();
  link.close();
});

describe('the virtual device, with a host that knows no manners,', () => {
  it('takes HELLO first, and agrees on the highest version that both speak', async () => {
    const host = new RudeHost();
    expect(await host.refusal(wire.telemetry, {})).toBe('not-ready');
    const answer = await host.ask(wire.hello, { lowestVersion: 1, highestVersion: 9 });
    expect(wire.helloAnswer.decode(answer.payload).version).toBe(1);
    expect(await host.refusal(wire.hello, { lowestVersion: 5, highestVersion: 9 })).toBe(
      'version-unsupported',
    );
  });

  it('refuses a type that it does not know, and a payload that is none', async () => {
    const host = await greeted();
    expect(codeOf(await host.answerTo(host.send(0x3f, new Uint8Array())))).toBe('type-unknown');
    const cut = host.send(wire.loadBegin.type, new Uint8Array(3));
    expect(codeOf(await host.answerTo(cut))).toBe('malformed');
  });

  it('refuses chunks that do not follow, and a commit of half a file', async () => {
    const host = await greeted();
    const { file, name } = network;
    const offer = await host.ask(wire.loadBegin, { sha256, sizeBytes: file.length, name });
    const { transferId } = wire.loadOffer.decode(offer.payload);
    const bytes = file.subarray(0, 64);
    expect(await host.refusal(wire.loadChunk, { transferId, offset: 64, bytes })).toBe(
      'transfer-out-of-order',
    );
    const unknown = { transferId: transferId + 1, offset: 0, bytes };
    expect(await host.refusal(wire.loadChunk, unknown)).toBe('transfer-unknown');
    await host.ask(wire.loadChunk, { transferId, offset: 0, bytes });
    // Acknowledged again, not kept twice.
    const again = await host.ask(wire.loadChunk, { transferId, offset: 0, bytes });
    expect(wire.loadProgress.decode(again.payload)).toEqual({ offset: 64 });
    expect(await host.refusal(wire.loadCommit, { sha256 })).toBe('transfer-unknown');
  });

  it('refuses a file that is sound and no network', async () => {
    const host = await greeted();
    const file = new TextEncoder().encode('no network at all');
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', file));
    const begin = { sha256: hash, sizeBytes: file.length, name: 'text' };
    const offer = await host.ask(wire.loadBegin, begin);
    const { transferId } = wire.loadOffer.decode(offer.payload);
    await host.ask(wire.loadChunk, { transferId, offset: 0, bytes: file });
    expect(await host.refusal(wire.loadCommit, { sha256: hash })).toBe('network-invalid');
  });

  it('tests its checksum, and that each network which it holds says the same twice', async () => {
    const host = await greeted();
    await load(host);
    const { payload } = await host.ask(wire.selfTest, {});
    expect(wire.selfTestResult.decode(payload)).toMatchObject({
      passed: true,
      detail: 'Checksum true, networks true.',
    });
  });

  it('refuses what exceeds its window, says that it is busy, and cancels what runs', async () => {
    const host = await greeted();
    await load(host);
    const payload = wire.infer.encode({ sha256, images: [image(1), image(2)] });
    const frames = [1, 2, 3].map(() => host.frame(wire.infer.type, payload));
    const ids = frames.map((frame) => frame.readUInt32LE(8));
    const cancelFirst = host.frame(
      wire.cancel.type,
      wire.cancel.encode({ requestId: ids[0] ?? 0 }),
    );
    const cancelNone = host.frame(wire.cancel.type, wire.cancel.encode({ requestId: 9_999 }));
    const asking = host.frame(wire.telemetry.type, new Uint8Array());
    // In one piece, so that nothing is done between them.
    host.raw(Buffer.concat([...frames, asking, cancelFirst, cancelNone]));
    expect(codeOf(await host.answerTo(ids[2] ?? 0))).toBe('no-credit');
    const telemetry = await host.answerTo(asking.readUInt32LE(8));
    expect(wire.telemetryAnswer.decode(telemetry.payload).state).toBe('busy');
    expect(codeOf(await host.answerTo(ids[0] ?? 0))).toBe('cancelled');
    const results = await Promise.all(
      [cancelFirst, cancelNone].map(async (frame) => {
        const { payload: result } = await host.answerTo(frame.readUInt32LE(8));
        return wire.cancelResult.decode(result).wasFound;
      }),
    );
    expect(results).toEqual([true, false]);
    const { type } = await host.answerTo(ids[1] ?? 0);
    expect(type).toBe(wire.inferResult.type);
  });

  it('refuses a damaged request by its id, and gives up one that does not go on', async () => {
    const host = await greeted();
    const damaged = host.frame(wire.loadCommit.type, sha256);
    damaged.writeUInt8(damaged.readUInt8(25) ^ 1, 25);
    host.raw(damaged);
    expect(codeOf(await host.answerTo(damaged.readUInt32LE(8)))).toBe('frame-damaged');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const cut = host.frame(wire.loadCommit.type, sha256);
    host.raw(cut.subarray(0, 40));
    await nextTurn();
    vi.advanceTimersByTime(750);
    expect((await host.ask(wire.telemetry, {})).type).toBe(wire.telemetryAnswer.type);
  });

  it('says what it is, and claims no more than it holds to', async () => {
    const host = new RudeHost();
    const answer = await host.ask(wire.hello, { lowestVersion: 1, highestVersion: 1 });
    expect(wire.helloAnswer.decode(answer.payload)).toEqual({
      version: 1,
      generation: 'quantized-onnx',
      window: 2,
      maxPayloadBytes: 524_288,
      maxBatch: 8,
      memoryKib: 65_536,
      vendor: 'Dermaspike',
      product: 'Virtual accelerator',
      serial: 'virtual',
      firmware: product.version,
    });
  });

  it('speaks the highest version that both know, and none where there is no such', async () => {
    const host = new RudeHost({ versions: { lowest: 2, highest: 4 } });
    const version = async (lowestVersion: number, highestVersion: number) => {
      const answer = await host.ask(wire.hello, { lowestVersion, highestVersion });
      return answer.type === wire.helloAnswer.type
        ? wire.helloAnswer.decode(answer.payload).version
        : codeOf(answer);
    };
    expect([await version(1, 3), await version(3, 9), await version(4, 4)]).toEqual([3, 4, 4]);
    expect([await version(1, 2), await version(1, 1), await version(5, 9)]).toEqual([
      2,
      'version-unsupported',
      'version-unsupported',
    ]);
  });

  it('takes as many images at once as it claims, each of the network’s size, and counts them', async () => {
    const host = await greeted();
    await load(host);
    const images = Array.from({ length: 9 }, (_, number) => image(number));
    expect(await host.refusal(wire.infer, { sha256, images })).toBe('image-invalid');
    for (const length of [imageBytes - 1, imageBytes + 1])
      expect(await host.refusal(wire.infer, { sha256, images: [new Uint8Array(length)] })).toBe(
        'image-invalid',
      );
    const { payload } = await host.ask(wire.infer, { sha256, images: images.slice(1) });
    const { spikeCounts, energyUj, durationUs } = wire.inferResult.decode(payload);
    expect(spikeCounts).toEqual(images.slice(1).map(expected));
    expect(energyUj).toBeUndefined();
    expect(durationUs).toBeGreaterThan(0);
    expect(durationUs).toBeLessThan(60_000_000);
    const telemetry = await host.ask(wire.telemetry, {});
    expect(wire.telemetryAnswer.decode(telemetry.payload)).toEqual({
      state: 'idle',
      window: 2,
      temperatureCentiC: 4_000,
      powerMw: undefined,
      powerPeriodMs: 0,
      uptimeMs: expect.any(Number),
      imagesDone: 8,
    });
  });

  it('has run so long since it was made, in milliseconds', async () => {
    let nowMs = 5_000;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const host = await greeted();
    nowMs = 8_000;
    const telemetry = await host.ask(wire.telemetry, {});
    clock.mockRestore();
    expect(wire.telemetryAnswer.decode(telemetry.payload).uptimeMs).toBe(3_000);
  });

  it('reads with no network that it does not hold', async () => {
    const host = await greeted();
    expect(await host.refusal(wire.infer, { sha256, images: [image(1)] })).toBe('network-unknown');
  });

  it('goes on with a file where it stopped, and begins anew with one of another size', async () => {
    const host = await greeted();
    const { file, name } = network;
    const begin = async (sizeBytes: number) => {
      const { payload } = await host.ask(wire.loadBegin, { sha256, sizeBytes, name });
      return wire.loadOffer.decode(payload);
    };
    const first = await begin(file.length);
    const chunk = { transferId: first.transferId, offset: 0, bytes: file.subarray(0, 99) };
    await host.ask(wire.loadChunk, chunk);
    expect(await begin(file.length)).toEqual({ transferId: first.transferId, offset: 99 });
    const other = await begin(file.length + 1);
    expect(other).toEqual({ transferId: first.transferId + 1, offset: 0 });
    expect(await host.refusal(wire.loadChunk, chunk)).toBe('transfer-unknown');
    const again = await begin(file.length);
    expect(again).toEqual({ transferId: first.transferId + 2, offset: 0 });
    const { transferId } = again;
    const beyond = { transferId, offset: 0, bytes: new Uint8Array(file.length + 1) };
    expect(await host.refusal(wire.loadChunk, beyond)).toBe('transfer-out-of-order');
    await host.ask(wire.loadChunk, { transferId, offset: 0, bytes: file });
    await host.ask(wire.loadCommit, { sha256 });
    // It holds all of it, and says what it is as often as it is asked.
    expect(await begin(file.length)).toMatchObject({ offset: file.length });
    const loaded = await host.ask(wire.loadCommit, { sha256 });
    const { inputShape, spikeCount } = wire.loadedNetwork.decode(loaded.payload);
    expect(inputShape.reduce((all, size) => all * size)).toBe(imageBytes);
    expect(spikeCount).toBe(expected(image(1)).length);
  });

  it('takes files to the last byte of its memory, less the networks that it holds', async () => {
    const host = await greeted({ memoryKib: 8 });
    const refused = async (sizeBytes: number) => {
      const begin = { sha256: new Uint8Array(32).fill(sizeBytes), sizeBytes, name: 'large' };
      const { type, payload } = await host.ask(wire.loadBegin, begin);
      return type === wire.deviceError.type ? wire.deviceError.decode(payload).message : undefined;
    };
    expect([await refused(8_192), await refused(8_193)]).toEqual([
      undefined,
      'The network has 8193 bytes; 8192 are free.',
    ]);
    await load(host);
    const free = 8_192 - network.file.length;
    expect([await refused(free), await refused(free + 1)]).toEqual([
      undefined,
      `The network has ${free + 1} bytes; ${free} are free.`,
    ]);
  });

  it('keeps its networks when it is greeted again, and forgets all when it is reset', async () => {
    const host = await greeted();
    await load(host);
    const waiting = host.send(wire.infer.type, wire.infer.encode({ sha256, images: [image(1)] }));
    const hello = { lowestVersion: 1, highestVersion: 1 };
    await host.ask(wire.hello, hello);
    const { payload } = await host.ask(wire.infer, { sha256, images: [image(2)] });
    expect(wire.inferResult.decode(payload).spikeCounts).toEqual([expected(image(2))]);
    // Whom an earlier host waited for is not answered.
    expect(host.hasAnswered(waiting)).toBe(false);
    expect((await host.ask(wire.reset, {})).type).toBe(wire.resetDone.type);
    expect(await host.refusal(wire.telemetry, {})).toBe('not-ready');
    await host.ask(wire.hello, hello);
    expect(await host.refusal(wire.infer, { sha256, images: [image(1)] })).toBe('network-unknown');
  });

  it('waits three quarters of a second for the rest of a request', async () => {
    const host = await greeted();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const cut = host.frame(wire.telemetry.type, new Uint8Array());
    host.raw(cut.subarray(0, 22));
    await nextTurn();
    vi.advanceTimersByTime(749);
    host.raw(cut.subarray(22));
    expect((await host.answerTo(cut.readUInt32LE(8))).type).toBe(wire.telemetryAnswer.type);
    expect(vi.getTimerCount()).toBe(0);
  });
});
