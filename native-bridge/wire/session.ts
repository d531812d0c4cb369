import type { ByteLink } from '../links/link.ts';
import { WireError } from './errors.ts';
import { Exchange, type RequestKind } from './exchange.ts';
import { maxPayloadBytes } from './frame.ts';
import * as wire from './messages.ts';

/** How long each answer may take; `docs/wire-protocol.md` names them. */
export interface WireTimeouts {
  readonly helloMs: number;
  readonly loadMs: number;
  /** The device reads the whole network. */
  readonly commitMs: number;
  /** A batch. */
  readonly inferMs: number;
  readonly telemetryMs: number;
  readonly selfTestMs: number;
  readonly resetMs: number;
}

export const defaultTimeouts: WireTimeouts = {
  helloMs: 1_000,
  loadMs: 2_000,
  commitMs: 20_000,
  inferMs: 800,
  telemetryMs: 500,
  selfTestMs: 10_000,
  resetMs: 2_000,
};

/** A network file as it goes over the wire. */
export interface WireNetwork {
  readonly name: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly file: Uint8Array;
}

/** Times that a load is begun: a device may restart in the middle of one. */
const maxLoads = 3;
/** A smaller frame carries no useful image. */
const leastMaxPayload = 1024;
const mostWindow = 64;
/** Of the file in one request: half a second on the slowest link. */
const mostChunkBytes = 32 * 1024;

/** The host's side of the wire, from HELLO to the end of the link. Every failure is a `WireError`. */
export class WireSession {
  readonly #exchange: Exchange;
  readonly #kinds: ReturnType<typeof requestKinds>;
  readonly #telemetryListeners = new Set<(telemetry: wire.DeviceTelemetry) => void>();
  readonly #closed = Promise.withResolvers<WireError>();
  #device: wire.DeviceHello | undefined;

  private constructor(link: ByteLink, timeouts: WireTimeouts) {
    this.#kinds = requestKinds(timeouts);
    this.#exchange = new Exchange(link, {
      telemetry: (telemetry) => {
        for (const listener of this.#telemetryListeners) listener(telemetry);
      },
      closed: (error) => this.#closed.resolve(error),
    });
  }

  /** Says HELLO; the link is closed when that fails. @throws WireError */
  static async open(link: ByteLink, timeouts: Partial<WireTimeouts> = {}): Promise<WireSession> {
    const session = new WireSession(link, { ...defaultTimeouts, ...timeouts });
    try {
      await session.#hello();
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** What the device said of itself last. */
  get device(): wire.DeviceHello {
    if (!this.#device) throw new WireError('not-ready', 'The device has not said HELLO.');
    return this.#device;
  }

  /** Settles when the link has ended, with why. */
  get closed(): Promise<WireError> {
    return this.#closed.promise;
  }

  /** Sends what the device does not already hold of the file, and makes the network ready. */
  async load(network: WireNetwork, signal?: AbortSignal): Promise<wire.LoadedNetwork> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#loadOnce(network, signal);
      } catch (error) {
        const isRestart =
          error instanceof WireError && lostItsTransfer.has(error.code) && attempt < maxLoads;
        if (!isRestart) throw error;
        if (error.code === 'not-ready') await this.#hello();
      }
    }
  }

  /**
   * Runs images of one length on a loaded network, in one request: `maxBatch` at most.
   * @throws RangeError when they do not fit one request.
   */
  async infer(
    sha256: string,
    images: readonly Uint8Array[],
    signal?: AbortSignal,
  ): Promise<wire.InferResult> {
    const size = wire.inferOverhead + images.reduce((sum, { length }) => sum + length, 0);
    const { maxBatch } = this.device;
    if (images.length > maxBatch || size > this.#maxPayload)
      throw new RangeError(
        `The device takes ${maxBatch} images and ${this.#maxPayload} bytes in a request; ` +
          `these are ${images.length} and ${size}.`,
      );
    const value = { sha256: fromHex(sha256), images };
    const result = await this.#exchange.request(this.#kinds.infer, value, signal);
    if (result.spikeCounts.length !== images.length)
      throw new WireError(
        'answer-invalid',
        `The device answered ${images.length} images with ${result.spikeCounts.length} results.`,
      );
    return result;
  }

  /** Of `imageBytes` each, in one request. */
  batchSize(imageBytes: number): number {
    const { maxBatch } = this.device;
    return Math.min(maxBatch, Math.floor((this.#maxPayload - wire.inferOverhead) / imageBytes));
  }

  async telemetry(signal?: AbortSignal): Promise<wire.DeviceTelemetry> {
    const telemetry = await this.#exchange.request(this.#kinds.telemetry, {}, signal);
    this.#exchange.setWindow(Math.min(telemetry.window, mostWindow));
    return telemetry;
  }

  async selfTest(signal?: AbortSignal): Promise<wire.SelfTestResult> {
    return this.#exchange.request(this.#kinds.selfTest, {}, signal);
  }

  /** The device forgets everything, as after power-up, and is greeted again. */
  async reset(): Promise<void> {
    await this.#exchange.request(this.#kinds.reset, {});
    await this.#hello();
  }

  /** Calls `listener` with what the device tells unasked. Returns what ends that. */
  onTelemetry(listener: (telemetry: wire.DeviceTelemetry) => void): () => void {
    this.#telemetryListeners.add(listener);
    return () => this.#telemetryListeners.delete(listener);
  }

  close(): void {
    this.#exchange.close();
  }

  get #maxPayload(): number {
    return Math.min(this.device.maxPayloadBytes, maxPayloadBytes);
  }

  async #hello(): Promise<void> {
    const { lowest, highest } = wire.wireVersions;
    const device = await this.#exchange.request(this.#kinds.hello, {
      lowestVersion: lowest,
      highestVersion: highest,
    });
    checkLimits(device);
    this.#device = device;
    this.#exchange.begin(device.version, device.window);
  }

  async #loadOnce(
    { name, sha256, file }: WireNetwork,
    signal: AbortSignal | undefined,
  ): Promise<wire.LoadedNetwork> {
    const { loadBegin, loadChunk, loadCommit } = this.#kinds;
    const hash = fromHex(sha256);
    const begin = { sha256: hash, sizeBytes: file.length, name };
    const { transferId, offset } = await this.#exchange.request(loadBegin, begin, signal);
    const room = Math.min(mostChunkBytes, this.#maxPayload - wire.loadChunkOverhead);
    for (let at = offset; at < file.length; ) {
      const chunk = { transferId, offset: at, bytes: file.subarray(at, at + room) };
      const { offset: held } = await this.#exchange.request(loadChunk, chunk, signal);
      if (held !== at + chunk.bytes.length)
        throw new WireError('answer-invalid', `The device holds ${held} bytes, not what was sent.`);
      at = held;
    }
    if (offset > file.length)
      throw new WireError('answer-invalid', `The device holds ${offset} of ${file.length} bytes.`);
    return this.#exchange.request(loadCommit, { sha256: hash }, signal);
  }
}

/** After these the load begins anew; what the device still holds is not sent again. */
const lostItsTransfer: ReadonlySet<string> = new Set([
  'not-ready',
  'transfer-unknown',
  'transfer-out-of-order',
  'network-damaged',
]);

function checkLimits(device: wire.DeviceHello): void {
  const { version, window, maxPayloadBytes: maxPayload, maxBatch } = device;
  const { lowest, highest } = wire.wireVersions;
  const complain = (what: string) => {
    throw new WireError(
      'limits-invalid',
      `The device ${device.product} claims ${what}; update its firmware (${device.firmware}).`,
    );
  };
  if (version < lowest || version > highest) complain(`to speak version ${version}`);
  if (window < 1 || window > mostWindow) complain(`a window of ${window} requests`);
  if (maxPayload < leastMaxPayload) complain(`to take ${maxPayload} bytes in a frame`);
  if (maxBatch < 1) complain('to take no image in a request');
}

function fromHex(sha256: string): Uint8Array {
  const bytes = Buffer.from(sha256, 'hex');
  if (bytes.length !== 32) throw new RangeError(`"${sha256}" is not a SHA-256`);
  return bytes;
}

/**
 * Every request but RESET may be sent twice: what is asked for twice is the same as once. An image
 * that meets silence is not sent again, because the emulator is at hand and someone is waiting.
 */
function requestKinds(timeouts: WireTimeouts) {
  const kind = <Q, A>(
    name: string,
    request: wire.Message<Q>,
    answer: wire.Message<A>,
    timeoutMs: number,
    rest: Partial<RequestKind<Q, A>> = {},
  ): RequestKind<Q, A> => ({
    name,
    request,
    answer,
    timeoutMs,
    isCounted: false,
    maxSilences: 2,
    maxDamages: 4,
    ...rest,
  });
  const { helloMs, loadMs, commitMs, inferMs, telemetryMs, selfTestMs, resetMs } = timeouts;
  return {
    hello: kind('HELLO', wire.hello, wire.helloAnswer, helloMs, { maxSilences: 3 }),
    loadBegin: kind('LOAD-BEGIN', wire.loadBegin, wire.loadOffer, loadMs),
    loadChunk: kind('LOAD-CHUNK', wire.loadChunk, wire.loadProgress, loadMs),
    loadCommit: kind('LOAD-COMMIT', wire.loadCommit, wire.loadedNetwork, commitMs),
    infer: kind('INFER', wire.infer, wire.inferResult, inferMs, {
      isCounted: true,
      maxSilences: 1,
    }),
    telemetry: kind('TELEMETRY', wire.telemetry, wire.telemetryAnswer, telemetryMs),
    selfTest: kind('SELF-TEST', wire.selfTest, wire.selfTestResult, selfTestMs),
    reset: kind('RESET', wire.reset, wire.resetDone, resetMs, { maxSilences: 1, maxDamages: 1 }),
  };
}
