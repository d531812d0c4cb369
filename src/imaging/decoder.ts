import {
  type FoundRuler,
  type LesionAppearance,
  maxFileBytes,
  type PicturePart,
  type SnappedOutline,
} from '../clinic/entities/index.ts';
import type { Controls, Polygon } from '../measuring/index.ts';
import { type Client, connect } from '../processes/channel.ts';
import { RemoteError } from '../processes/contract.ts';
import type { HostedProcess, ProcessHost } from '../processes/host.ts';
import { isSealable, type Seal } from '../processes/seal/seal.ts';
import {
  type DecodedImage,
  type DecoderContract,
  decoderContract,
  type OutlineInput,
  type OverviewDrawing,
  type PhantomRequest,
} from './contract.ts';
import { ImagingError, type ImagingErrorCode, imagingErrorCodes } from './errors.ts';
import { defaultMemoryMib, defaultTimeMs } from './limits.ts';
import { look, memoryExceeded, watchProcess } from './memory.ts';

export type { DecodedImage, OutlineInput, PhantomKind, PhantomRequest } from './contract.ts';
export { ImagingError, type ImagingErrorCode } from './errors.ts';

export interface DecoderLimits {
  /** For one image, from the moment that a running decoder gets it. */
  readonly timeMs?: number;
  /** Resident memory of the decoder process. */
  readonly memoryMib?: number;
}

/** How long a decoder process may take to start, on a busy machine too. */
const startMs = 20_000;

/** How long one that waits for work may take to say that it is there. */
const idleAnswerMs = 2_000;

/**
 * A decoder that still holds more than this share of its limit gives way to a fresh one. WebAssembly's
 * memory does not shrink, but the next file is decoded in what the last one left free.
 */
const staleMemoryShare = 0.7;

/**
 * The station's side of the decoder: hands it one file after another, kills it when a file exceeds
 * its time or memory, and starts a fresh one for the next file. Calls fail with `ImagingError`, or
 * with `RemoteError`: `cancelled` when their signal is aborted, `invalid-input` for bad options.
 */
export class Decoder {
  readonly #host: ProcessHost;
  readonly #timeMs: number;
  readonly #memoryMib: number;
  #worker: Worker | undefined;
  #seal: Seal | undefined;
  /** Whether one that seals itself has started; undefined before any has. */
  #bearsSeal: boolean | undefined;
  #isClosed = false;
  /** The end of the queue; never rejects. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(host: ProcessHost, limits: DecoderLimits = {}) {
    this.#host = host;
    this.#timeMs = limits.timeMs ?? defaultTimeMs;
    this.#memoryMib = limits.memoryMib ?? defaultMemoryMib;
  }

  /** Everything that the product keeps of an image file. */
  async read(
    bytes: Uint8Array,
    options: { fileName: string; tensorSize: number; signal?: AbortSignal },
  ): Promise<DecodedImage> {
    const { fileName, tensorSize, signal } = options;
    checkSize(fileName, bytes);
    return this.#enqueue(fileName, signal, (client) =>
      client.call('read', { fileName, bytes, tensorSize }),
    );
  }

  /** What the outline's network is shown of an image file. */
  async prepareOutline(
    bytes: Uint8Array,
    options: { fileName: string; tensorSize: number; signal?: AbortSignal },
  ): Promise<OutlineInput> {
    const { fileName, tensorSize, signal } = options;
    checkSize(fileName, bytes);
    return this.#enqueue(fileName, signal, (client) =>
      client.call('prepareOutline', { fileName, bytes, tensorSize }),
    );
  }

  /** Colours and symmetry of what an outline holds, and how clear its border is; `null` where that is nothing of the picture. */
  async appearance(
    bytes: Uint8Array,
    options: { fileName: string; outline: Polygon; signal?: AbortSignal },
  ): Promise<{ appearance: LesionAppearance; clarity: number } | null> {
    const { fileName, outline, signal } = options;
    checkSize(fileName, bytes);
    return this.#enqueue(fileName, signal, (client) =>
      client.call('appearance', { fileName, bytes, outline: [...outline] }),
    );
  }

  /** A ruler's row of marks; `null` where there is none. */
  async findRuler(
    bytes: Uint8Array,
    options: { fileName: string; signal?: AbortSignal },
  ): Promise<FoundRuler | null> {
    const { fileName, signal } = options;
    checkSize(fileName, bytes);
    return this.#enqueue(fileName, signal, (client) =>
      client.call('findRuler', { fileName, bytes }),
    );
  }

  /** Lines of writing that were put into the picture, as far as they are found (`findWriting`). */
  async findWriting(
    bytes: Uint8Array,
    options: { fileName: string; signal?: AbortSignal },
  ): Promise<PicturePart[]> {
    const { fileName, signal } = options;
    checkSize(fileName, bytes);
    return this.#enqueue(fileName, signal, (client) =>
      client.call('findWriting', { fileName, bytes }),
    );
  }

  /** An outline moved to the border that the picture shows. */
  async snapOutline(
    bytes: Uint8Array,
    options: { fileName: string; controls: Controls; signal?: AbortSignal },
  ): Promise<SnappedOutline> {
    const { fileName, controls, signal } = options;
    checkSize(fileName, bytes);
    return this.#enqueue(fileName, signal, (client) =>
      client.call('snapOutline', { fileName, bytes, controls: [...controls] }),
    );
  }

  /** The picture upright, in sRGB, without metadata, no side longer than `maxSidePx`. */
  async render(
    bytes: Uint8Array,
    options: { fileName: string; maxSidePx: number; signal?: AbortSignal },
  ): Promise<{ bytes: Uint8Array; mediaType: string }> {
    const { fileName, maxSidePx, signal } = options;
    checkSize(fileName, bytes);
    return this.#enqueue(fileName, signal, (client) =>
      client.call('render', { fileName, bytes, maxSidePx }),
    );
  }

  /** A JPEG of an invented lesion, always the same for the same request. */
  async drawPhantom(request: PhantomRequest): Promise<Uint8Array> {
    const drawing = await this.#enqueue('The drawing', undefined, (client) =>
      client.call('drawPhantom', request),
    );
    return drawing.bytes;
  }

  /** A JPEG of an invented back, in the same way. */
  async drawOverview(request: OverviewDrawing): Promise<Uint8Array> {
    const drawing = await this.#enqueue('The drawing', undefined, (client) =>
      client.call('drawOverview', request),
    );
    return drawing.bytes;
  }

  /** The walls that the last one that started stands within; undefined where none has. */
  get seal(): Seal | undefined {
    return this.#seal;
  }

  /** Ends the decoder process; calls that wait or run fail with `cancelled`. */
  close(): void {
    this.#isClosed = true;
    this.#worker?.stop(cancelled());
  }

  #enqueue<T>(
    fileName: string,
    signal: AbortSignal | undefined,
    work: (client: Client<DecoderContract>) => Promise<T>,
  ): Promise<T> {
    const turn = this.#last.then(() => this.#run(fileName, signal, work));
    this.#last = turn.catch(() => {});
    return signal ? orAborted(turn, signal) : turn;
  }

  async #run<T>(
    fileName: string,
    signal: AbortSignal | undefined,
    work: (client: Client<DecoderContract>) => Promise<T>,
    isSecondTry = false,
  ): Promise<T> {
    if (signal?.aborted) throw cancelled();
    const worker = await this.#warmWorker(fileName);
    const timer = setTimeout(() => worker.stop(timeExceeded(fileName, this.#timeMs)), this.#timeMs);
    let wasSuspended = false;
    const unwatch = watchProcess(() => worker.pid, this.#memoryMib, {
      exceeded: () => worker.stop(memoryExceeded(fileName, this.#memoryMib)),
      stopped: () => {
        wasSuspended = true;
        worker.stop(crashed(fileName));
      },
    });
    const cancel = () => worker.stop(cancelled());
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    try {
      return await work(worker.client);
    } catch (error) {
      // Not the file's fault.
      if (wasSuspended && !isSecondTry) return await this.#run(fileName, signal, work, true);
      const failure = worker.stopReason ?? toFailure(fileName, error);
      const isWorkerLost = failure.code === 'decode-memory' || failure.code === 'decoder-crashed';
      if (isWorkerLost) worker.stop(failure);
      throw failure;
    } finally {
      clearTimeout(timer);
      unwatch();
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** A decoder that answers and has memory to spare: the last one if it does, or a fresh one. */
  async #warmWorker(fileName: string): Promise<Worker> {
    const kept = this.#worker;
    if (kept && !kept.stopReason) {
      const memoryMib = await kept.memoryMib(idleAnswerMs).catch(() => Number.POSITIVE_INFINITY);
      if (memoryMib < staleMemoryShare * this.#memoryMib) return kept;
      kept.stop(crashed(fileName));
    }
    if (this.#isClosed) throw cancelled();
    const sealed = this.#bearsSeal === false ? undefined : await this.#start();
    // Where the system never bore a seal, pictures are read all the same, and the diagnostics say so.
    const mayBeOpen = isSealable && !sealed && !this.#bearsSeal;
    const started = mayBeOpen ? await this.#start('unsealed') : sealed;
    if (!started) throw crashed(fileName);
    this.#bearsSeal = started === sealed;
    return started;
  }

  /** Undefined where it did not start. Throws `cancelled` where this was closed meanwhile. */
  async #start(...how: 'unsealed'[]): Promise<Worker | undefined> {
    const fresh = new Worker(this.#host.spawn('decoder', [String(this.#memoryMib), ...how]));
    this.#worker = fresh;
    try {
      await fresh.memoryMib();
      this.#seal = fresh.seal;
      return fresh;
    } catch {
      if (this.#isClosed) throw cancelled();
      fresh.stop(cancelled());
      return undefined;
    }
  }
}

/** One decoder process. */
class Worker {
  readonly client: Client<DecoderContract>;
  /** Why the station ended it; the first reason stands. */
  stopReason: ImagingError | RemoteError | undefined;
  /** As it said when it last answered. */
  seal: Seal | undefined;
  readonly #process: HostedProcess;

  constructor(process: HostedProcess) {
    this.#process = process;
    this.client = connect(process.link, decoderContract);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  stop(reason: ImagingError | RemoteError): void {
    this.stopReason ??= reason;
    this.#process.kill();
  }

  /** Rejects when the process is gone or does not answer. */
  async memoryMib(limitMs = startMs): Promise<number> {
    const signal = AbortSignal.timeout(limitMs);
    const { memoryMib, seal } = await this.client.call('ready', {}, { signal });
    this.seal = seal;
    return memoryMib ?? look(this.pid).residentMib;
  }
}

function checkSize(fileName: string, bytes: Uint8Array): void {
  if (bytes.length === 0)
    throw new ImagingError(
      'empty-file',
      `${fileName} is empty: it holds no bytes. Copy it again from the camera.`,
    );
  if (bytes.length > maxFileBytes)
    throw new ImagingError(
      'image-too-large',
      `${fileName} is too large: ${Math.ceil(bytes.length / 2 ** 20)} MiB. At most ` +
        `${maxFileBytes / 2 ** 20} MiB are read. Export it as JPEG, then import that file.`,
    );
}

function toFailure(fileName: string, error: unknown): ImagingError | RemoteError {
  if (!(error instanceof RemoteError)) return crashed(fileName);
  if (isImagingErrorCode(error.code)) return new ImagingError(error.code, error.message);
  return error.code === 'invalid-input' ? error : crashed(fileName);
}

function isImagingErrorCode(code: string): code is ImagingErrorCode {
  return (imagingErrorCodes as readonly string[]).includes(code);
}

function crashed(fileName: string): ImagingError {
  return new ImagingError(
    'decoder-crashed',
    `${fileName} made the image decoder stop. Other images are not affected. Export the picture ` +
      'again from the camera as JPEG, then import that file.',
  );
}

function timeExceeded(fileName: string, limitMs: number): ImagingError {
  return new ImagingError(
    'decode-timeout',
    `${fileName} took longer than ${limitMs / 1000} s to decode, so it was given up. ` +
      'Scale it down or export it as JPEG, then import that file.',
  );
}

function cancelled(): RemoteError {
  return new RemoteError({ code: 'cancelled', message: 'Cancelled.' });
}

/** A call's outcome, or `cancelled` as soon as its signal is aborted; leaves nothing behind at a signal of many. */
function orAborted<T>(turn: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = () => reject(cancelled());
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel);
    turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}
