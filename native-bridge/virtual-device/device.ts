import product from '../../package.json' with { type: 'json' };
import { elementCount } from '../../src/snn/index.ts';
import type { ByteLink } from '../links/link.ts';
import { messageOf } from '../shared/message-of.ts';
import { crc32c } from '../wire/crc32c.ts';
import { deviceErrorCodes, WireError } from '../wire/errors.ts';
import { encodeFrame, type Frame, type FrameHeader } from '../wire/frame.ts';
import * as wire from '../wire/messages.ts';
import { FrameParser } from '../wire/parser.ts';
import { type FaultName, type FaultPlan, FaultyLink, type RequestName } from './faults.ts';
import { Holdings } from './holdings.ts';

export interface VirtualDeviceOptions {
  readonly fault?: FaultPlan | undefined;
  /** Told from the others by its serial number. */
  readonly serial?: string;
  readonly memoryKib?: number;
  readonly window?: number;
  readonly maxBatch?: number;
  readonly maxPayloadBytes?: number;
  readonly versions?: { readonly lowest: number; readonly highest: number };
}

/** An INFER that has come and is not answered. */
interface Run {
  readonly requestId: number;
  readonly request: wire.Infer;
  readonly spikeCounts: Int32Array[];
  durationMs: number;
}

interface Answer {
  readonly type: number;
  readonly payload: Uint8Array;
}

/** A frame that began and does not go on is given up after this: before the host greets again. */
const cutFrameMs = 750;

/**
 * The device's side of the wire, with the emulator's engine for silicon. It measures no power, so
 * it tells none.
 */
export class VirtualDevice {
  readonly #faulty: FaultyLink;
  readonly #options: Required<Omit<VirtualDeviceOptions, 'fault'>>;
  readonly #parser: FrameParser;
  readonly #startedAt = performance.now();
  readonly #runs: Run[] = [];
  #holdings: Holdings;
  #isGreeted = false;
  #isStepping = false;
  #isOverheated = false;
  #imagesDone = 0;
  #cutFrame: NodeJS.Timeout | undefined;
  #isGone = false;

  constructor(link: ByteLink, options: VirtualDeviceOptions = {}) {
    const { fault, ...rest } = options;
    this.#options = { ...defaults, ...rest };
    this.#faulty = new FaultyLink(link, fault);
    this.#holdings = this.#emptyHoldings();
    this.#parser = new FrameParser(
      {
        frame: (frame) => this.#receive(frame),
        damaged: (header) => this.#refuseDamaged(header),
        skipped: () => {},
      },
      this.#options.maxPayloadBytes,
    );
    link.onBytes((bytes) => {
      clearTimeout(this.#cutFrame);
      this.#parser.push(this.#faulty.received(bytes));
      if (this.#parser.pending > 0)
        this.#cutFrame = setTimeout(() => this.#parser.abandon(), cutFrameMs);
    });
    link.onClose(() => {
      clearTimeout(this.#cutFrame);
      this.#isGone = true;
      this.#runs.length = 0;
      this.#parser.stop();
    });
  }

  #receive(frame: Frame): void {
    const name = requestTypes.get(frame.type);
    if (!name) {
      this.#refuse(
        frame.requestId,
        new WireError('type-unknown', `There is no request of type ${frame.type}.`),
      );
      return;
    }
    // An INFER is struck when its turn comes.
    const fault = name === 'infer' ? undefined : this.#faulty.strikes(name);
    try {
      this.#checkFault(fault);
      if (fault === 'reboot' || fault === 'stuck') return;
      const answer = this.#perform(name, frame);
      if (answer) this.#answer(frame.requestId, answer, fault);
    } catch (error) {
      this.#refuse(frame.requestId, error);
    }
  }

  /** Nothing for an INFER: its answer comes later. */
  #perform(name: RequestName, { requestId, payload }: Frame): Answer | undefined {
    if (name !== 'hello' && !this.#isGreeted)
      throw new WireError('not-ready', 'HELLO comes first.');
    switch (name) {
      case 'hello':
        return answerOf(wire.helloAnswer, this.#greet(wire.hello.decode(payload)));
      case 'load-begin':
        return answerOf(wire.loadOffer, this.#holdings.begin(wire.loadBegin.decode(payload)));
      case 'load-chunk': {
        const offset = this.#holdings.chunk(wire.loadChunk.decode(payload));
        return answerOf(wire.loadProgress, { offset });
      }
      case 'load-commit': {
        const { sha256 } = wire.loadCommit.decode(payload);
        return answerOf(wire.loadedNetwork, this.#holdings.commit(sha256));
      }
      case 'infer':
        this.#accept(requestId, wire.infer.decode(payload));
        return undefined;
      case 'cancel': {
        const wasFound = this.#cancel(wire.cancel.decode(payload).requestId);
        return answerOf(wire.cancelResult, { wasFound });
      }
      case 'telemetry':
        wire.telemetry.decode(payload);
        return answerOf(wire.telemetryAnswer, this.#telemetry());
      case 'self-test':
        wire.selfTest.decode(payload);
        return answerOf(wire.selfTestResult, this.#testItself());
      case 'reset':
        wire.reset.decode(payload);
        this.#reboot();
        return answerOf(wire.resetDone, {});
    }
  }

  /** Networks survive; what an earlier host was waiting for does not. */
  #greet({ lowestVersion, highestVersion }: wire.Hello): wire.DeviceHello {
    const { versions, memoryKib, window, maxBatch, maxPayloadBytes, serial } = this.#options;
    const version = Math.min(highestVersion, versions.highest);
    if (version < Math.max(lowestVersion, versions.lowest))
      throw new WireError(
        'version-unsupported',
        `This device speaks versions ${versions.lowest} to ${versions.highest} of the wire.`,
      );
    this.#isGreeted = true;
    this.#runs.length = 0;
    return {
      version,
      generation: 'quantized-onnx',
      window,
      maxPayloadBytes,
      maxBatch,
      memoryKib,
      vendor: 'Dermaspike',
      product: 'Virtual accelerator',
      serial,
      firmware: product.version,
    };
  }

  #accept(requestId: number, request: wire.Infer): void {
    const { window, maxBatch } = this.#options;
    if (this.#runs.length >= window)
      throw new WireError('no-credit', `${window} requests are unanswered already.`);
    const { network } = this.#holdings.engine(request.sha256);
    const expected = network.input.shape.reduce((product, size) => product * size);
    const [first] = request.images;
    if (request.images.length > maxBatch || first?.length !== expected)
      throw new WireError(
        'image-invalid',
        `The network reads ${expected} bytes an image, ${maxBatch} images at most; ` +
          `these are ${request.images.length} of ${first?.length}.`,
      );
    this.#runs.push({ requestId, request, spikeCounts: [], durationMs: 0 });
    this.#stepLater();
  }

  /** One image a turn, so that a CANCEL is heard between two. */
  #stepLater(): void {
    if (this.#isStepping || this.#runs.length === 0) return;
    this.#isStepping = true;
    setImmediate(() => {
      this.#isStepping = false;
      const [run] = this.#runs;
      if (run && !this.#isGone) this.#step(run);
      this.#stepLater();
    });
  }

  #step(run: Run): void {
    try {
      const image = run.request.images[run.spikeCounts.length];
      if (image) {
        const startedAt = performance.now();
        run.spikeCounts.push(this.#holdings.engine(run.request.sha256).run(image).spikeCounts);
        run.durationMs += performance.now() - startedAt;
        this.#imagesDone++;
      }
      if (run.spikeCounts.length < run.request.images.length) return;
      this.#runs.shift();
      const fault = this.#faulty.strikes('infer');
      this.#checkFault(fault);
      if (fault === 'reboot' || fault === 'stuck') return;
      const durationUs = Math.round(run.durationMs * 1000);
      const result = { durationUs, energyUj: undefined, spikeCounts: run.spikeCounts };
      this.#answer(run.requestId, answerOf(wire.inferResult, result), fault);
    } catch (error) {
      if (this.#runs[0] === run) this.#runs.shift();
      this.#refuse(run.requestId, error);
    }
  }

  #cancel(requestId: number): boolean {
    const at = this.#runs.findIndex((run) => run.requestId === requestId);
    if (at < 0) return false;
    this.#runs.splice(at, 1);
    this.#refuse(requestId, new WireError('cancelled', 'Cancelled.'));
    return true;
  }

  #telemetry(): wire.DeviceTelemetry {
    const isBusy = this.#runs.length > 0;
    return {
      state: this.#isOverheated ? 'overheated' : isBusy ? 'busy' : 'idle',
      window: this.#options.window,
      temperatureCentiC: this.#isOverheated ? 11_000 : 4_000,
      powerMw: undefined,
      powerPeriodMs: 0,
      uptimeMs: Math.round(performance.now() - this.#startedAt),
      imagesDone: this.#imagesDone,
    };
  }

  /** The checksum's published check value, and that each network says the same thing twice. */
  #testItself(): wire.SelfTestResult {
    const startedAt = performance.now();
    const checksumIsRight = crc32c(Buffer.from('123456789')) === 0xe3069283;
    const networksAreSteady = [...this.#holdings.engines].every((engine) => {
      const black = new Uint8Array(elementCount(engine.network.input.shape));
      const [once, twice] = [engine.run(black), engine.run(black)];
      return once.spikeCounts.every((count, at) => count === twice.spikeCounts[at]);
    });
    return {
      passed: checksumIsRight && networksAreSteady,
      durationMs: Math.round(performance.now() - startedAt),
      detail: `Checksum ${checksumIsRight}, networks ${networksAreSteady}.`,
    };
  }

  #reboot(): void {
    this.#isGreeted = false;
    this.#runs.length = 0;
    this.#holdings = this.#emptyHoldings();
  }

  #emptyHoldings(): Holdings {
    return new Holdings(this.#options.memoryKib * 1024);
  }

  /** The faults that are not the link's. */
  #checkFault(fault: FaultName | undefined): void {
    if (fault === 'reboot') this.#reboot();
    if (fault === 'out-of-memory') throw new WireError('out-of-memory', 'There is no memory left.');
    if (fault !== 'overheated') return;
    if (!this.#isOverheated) {
      this.#isOverheated = true;
      this.#send(wire.telemetryEvent.type, 0, wire.telemetryEvent.encode(this.#telemetry()));
    }
    throw new WireError('overheated', 'The device is too hot: 110 °C.');
  }

  #answer(requestId: number, { type, payload }: Answer, fault: FaultName | undefined): void {
    // Of an INFER's answer, a bit of the spike counts.
    const from = type === wire.inferResult.type ? wire.inferResultOverhead : 0;
    const told = fault === 'flipped-bit' ? this.#faulty.flipBit(payload, from) : payload;
    this.#send(type, requestId, told, fault);
  }

  #refuseDamaged({ requestId }: FrameHeader): void {
    this.#refuse(
      requestId,
      new WireError('frame-damaged', 'The payload did not arrive as it was sent.'),
    );
  }

  #refuse(requestId: number, error: unknown): void {
    const { code, message } = asDeviceError(error);
    this.#send(wire.deviceError.type, requestId, wire.deviceError.encode({ code, message }));
  }

  #send(type: number, requestId: number, payload: Uint8Array, fault?: FaultName): void {
    const version = wire.wireVersions.lowest;
    this.#faulty.send(encodeFrame({ version, type, flags: 0, requestId, payload }), fault);
  }
}

const defaults: Required<Omit<VirtualDeviceOptions, 'fault'>> = {
  serial: 'virtual',
  memoryKib: 64 * 1024,
  window: 2,
  maxBatch: 8,
  maxPayloadBytes: 512 * 1024,
  versions: wire.wireVersions,
};

const requestTypes = new Map<number, RequestName>([
  [wire.hello.type, 'hello'],
  [wire.loadBegin.type, 'load-begin'],
  [wire.loadChunk.type, 'load-chunk'],
  [wire.loadCommit.type, 'load-commit'],
  [wire.infer.type, 'infer'],
  [wire.cancel.type, 'cancel'],
  [wire.telemetry.type, 'telemetry'],
  [wire.selfTest.type, 'self-test'],
  [wire.reset.type, 'reset'],
]);

function answerOf<A>(message: wire.Message<A>, value: A): Answer {
  return { type: message.type, payload: message.encode(value) };
}

function asDeviceError(error: unknown): wire.DeviceErrorMessage {
  const code =
    error instanceof WireError && deviceErrorCodes.find((candidate) => candidate === error.code);
  return { code: code || 'device-failed', message: messageOf(error) };
}
