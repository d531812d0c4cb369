import type { ByteLink } from '../../../native-bridge/links/link.ts';
import { joinedByteLinks } from '../../../native-bridge/links/memory.ts';
import { encodeFrame, type Frame } from '../../../native-bridge/wire/frame.ts';
import * as wire from '../../../native-bridge/wire/messages.ts';
import { FrameParser } from '../../../native-bridge/wire/parser.ts';
import { WireSession, type WireTimeouts } from '../../../native-bridge/wire/session.ts';
import { patientTimeouts } from '../virtual-device/bench-setup.ts';

export const greeting: wire.DeviceHello = {
  version: 1,
  generation: 'quantized-onnx',
  window: 2,
  maxPayloadBytes: 4096,
  maxBatch: 4,
  memoryKib: 64,
  vendor: 'Test',
  product: 'Scripted',
  serial: '1',
  firmware: '0.9',
};

export const oneResult = { durationUs: 5, energyUj: 7, spikeCounts: [Int32Array.of(1, -2)] };
export const telling: wire.DeviceTelemetry = {
  state: 'throttled',
  window: 2,
  temperatureCentiC: 9_000,
  powerMw: 900,
  powerPeriodMs: 10,
  uptimeMs: 1,
  imagesDone: 1,
};

/** A device that the test plays: `answer` is told each request. */
export class ScriptedDevice {
  readonly seen: Frame[] = [];
  readonly host: ByteLink;
  readonly #link: ByteLink;
  greeting = greeting;
  answer: (frame: Frame) => void = () => {};

  constructor() {
    [this.host, this.#link] = joinedByteLinks();
    const parser = new FrameParser({
      frame: (frame) => {
        this.seen.push(frame);
        if (frame.type === wire.hello.type) this.send(wire.helloAnswer, this.greeting, frame);
        else this.answer(frame);
      },
      damaged: () => {},
      skipped: () => {},
    });
    this.#link.onBytes((bytes) => parser.push(bytes));
  }

  open(timeouts: Partial<WireTimeouts> = {}): Promise<WireSession> {
    return WireSession.open(this.host, { ...patientTimeouts, ...timeouts });
  }
  send<T>(message: wire.Message<T>, value: T, { requestId }: { requestId: number }): void {
    this.raw(frameOf(message, value, requestId));
  }
  raw(bytes: Uint8Array): void {
    this.#link.write(bytes);
  }
  unplug(): void {
    this.#link.close();
  }
}

export function frameOf<T>(
  message: wire.Message<T>,
  value: T,
  requestId: number,
  version = 1,
): Buffer {
  const payload = message.encode(value);
  return encodeFrame({ version, type: message.type, flags: 0, requestId, payload });
}
