import { createHash } from 'node:crypto';
import { RemoteError } from '../../src/processes/contract.ts';
import type { ProcessHost } from '../../src/processes/host.ts';
import type { NetworkFile } from '../accelerators/accelerator.ts';
import {
  type AcceleratorOverview,
  BridgeError,
  type BridgeErrorCode,
  bridgeErrorCodes,
  type ExactnessCheck,
  type Incident,
  type InferenceResult,
  type NetworkInfo,
  type Policy,
  type Priority,
} from '../shared/contract.ts';
import { messageOf } from '../shared/message-of.ts';
import { AcceleratorNews, bridgeId } from './accelerator-news.ts';
import { BridgeKeeper, type BridgeSession, type KeeperOptions } from './bridge-keeper.ts';
import { inStationHost } from './in-station.ts';
import { type Submission, Submissions } from './submissions.ts';

export interface BridgeClientOptions extends Partial<KeeperOptions> {
  /** Archive images that are with the bridge at once; the others wait on this side. */
  readonly window?: number;
}

const defaults: KeeperOptions & { window: number } = {
  firstPauseMs: 50,
  longestPauseMs: 5_000,
  maxFailedStarts: 4,
  stallLimitMs: 60_000,
  silenceLimitMs: 8_000,
  maxDeaths: 3,
  deathWindowMs: 60_000,
  lastResort: inStationHost,
  window: 16,
};

/** A network that the bridge is to hold, in this process and in each that follows it. */
interface KeptNetwork {
  readonly network: NetworkFile;
  readonly loaded: PromiseWithResolvers<NetworkInfo>;
  info: NetworkInfo | undefined;
  /** The bridge process that was last asked to load it. */
  session: BridgeSession | undefined;
  /** Bridge processes that died while reading it for the first time. */
  deaths: number;
}

/**
 * The station's side of the bridge. Starts the bridge process with the first network, keeps it
 * alive, and sees to it that every image is answered exactly once, whatever dies meanwhile.
 */
export class BridgeClient {
  readonly #keeper: BridgeKeeper;
  readonly #submissions: Submissions;
  readonly #networks = new Map<string, KeptNetwork>();
  readonly #news = new AcceleratorNews();
  #policy: Policy | undefined;
  /** What the newest bridge was told when it was prepared. */
  #prepared: Policy | undefined;
  #isDemo = false;
  #isClosed = false;

  constructor(host: ProcessHost, options: BridgeClientOptions = {}) {
    const { window, ...keeperOptions } = { ...defaults, ...options };
    this.#submissions = new Submissions(window);
    this.#keeper = new BridgeKeeper(host, keeperOptions, {
      prepare: (session) => this.#prepare(session),
      up: (session) => this.#up(session),
      silent: () => this.#news.silent(),
      recovered: () => this.#news.recovered(),
      down: () => this.#down(),
      resorted: () => this.#resorted(),
      retried: () => this.#retried(),
      unavailable: () => this.#unavailable(),
    });
  }

  /**
   * Makes a network ready, now and after every restart of the bridge. Loading it again costs
   * nothing. @throws BridgeError `model-invalid` when the bytes do not have the given SHA-256 or
   * are not a network that can be run.
   */
  async load(network: NetworkFile): Promise<NetworkInfo> {
    if (this.#isClosed) throw cancelled();
    let kept = this.#networks.get(network.sha256);
    if (kept?.network.file !== network.file) checkHash(network);
    if (!kept) {
      const { name, sha256, file } = network;
      kept = {
        network: { name, sha256, file },
        loaded: Promise.withResolvers(),
        info: undefined,
        session: undefined,
        deaths: 0,
      };
      this.#networks.set(network.sha256, kept);
      const session = this.#keeper.session;
      if (session) void this.#loadInto(session, kept);
      else this.#keeper.start();
    }
    return kept.loaded.promise;
  }

  /**
   * Spike counts of one image: uint8, channels × height × width of the loaded network.
   * @param options.reading what the images of one reading have in common.
   * @throws BridgeError; `cancelled` as soon as the signal aborts.
   */
  async infer(
    networkSha256: string,
    image: Uint8Array,
    options: { signal?: AbortSignal; priority?: Priority; reading?: string } = {},
  ): Promise<InferenceResult> {
    const { signal, priority = 'consulting', reading } = options;
    const kept = this.#networks.get(networkSha256);
    if (!kept)
      throw new BridgeError('model-invalid', `No network with SHA-256 ${networkSha256} is loaded.`);
    checkSize(kept.network, await kept.loaded.promise, image);
    if (this.#isClosed || signal?.aborted) throw cancelled();

    const { promise, resolve, reject } = Promise.withResolvers<InferenceResult>();
    const abort = new AbortController();
    const submission: Submission = {
      networkSha256,
      image,
      priority,
      reading,
      abort,
      resolve,
      reject,
    };
    const cancel = () => {
      this.#fail(submission, cancelled());
      abort.abort();
      // Not before every other image with the same signal is cancelled too.
      queueMicrotask(() => this.#pump());
    };
    signal?.addEventListener('abort', cancel, { once: true });
    this.#submissions.add(submission);
    this.#keeper.start();
    this.#pump();
    return promise.finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** Without accelerators before the first network. */
  overview(): AcceleratorOverview {
    return this.#news.overview;
  }

  /** Calls `listener` with each new overview. Returns what ends that. */
  onOverview(listener: (overview: AcceleratorOverview) => void): () => void {
    return this.#news.onOverview(listener);
  }

  /** Calls `listener` with each incident from now on. Returns what ends that. */
  onIncident(listener: (incident: Incident) => void): () => void {
    return this.#news.onIncident(listener);
  }

  /** Now, and of every bridge process that follows. @throws BridgeError */
  async setPolicy(policy: Policy): Promise<void> {
    // A bridge that is only starting is told as soon as it is up.
    if (this.#keeper.session) await this.#ask((session) => session.call('setPolicy', { policy }));
    this.#policy = policy;
  }

  /**
   * Whether the demo clinic is open: only then is there a virtual accelerator, and no image that is
   * given to `infer` after this reaches it otherwise.
   */
  setDemo(isOpen: boolean): void {
    this.#isDemo = isOpen;
    const { session } = this.#keeper;
    if (session) tellDemo(session, isOpen);
  }

  /** Replays the golden images on a device. @throws BridgeError */
  async test(acceleratorId: string): Promise<ExactnessCheck> {
    return this.#ask((session) => session.call('test', { acceleratorId }));
  }

  /** The person has taken note. @throws BridgeError */
  async dismiss(acceleratorId: string): Promise<void> {
    if (this.#news.dismiss(acceleratorId)) return;
    await this.#ask((session) => session.call('dismiss', { acceleratorId }));
  }

  /**
   * Looks for devices now, also for those that were given up; where the emulator runs in this
   * process, with a bridge process again. @throws BridgeError
   */
  async rescan(): Promise<void> {
    this.#news.dismiss(bridgeId);
    if (!this.#keeper.retry()) await this.#ask((session) => session.call('rescan', {}));
  }

  /** Ends the bridge; whatever waits fails with `cancelled`. */
  close(): void {
    this.#isClosed = true;
    this.#failAll(cancelled());
    this.#keeper.close();
  }

  async #ask<T>(question: (session: BridgeSession) => Promise<T>): Promise<T> {
    const { session } = this.#keeper;
    if (!session)
      throw new BridgeError(
        'no-accelerator',
        'The device bridge is not running just now. Try again in a moment.',
      );
    try {
      return await question(session);
    } catch (error) {
      throw toBridgeError(error);
    }
  }

  async #prepare(session: BridgeSession): Promise<void> {
    session.client.subscribe('accelerators', {}, (overview) => this.#news.report(overview));
    session.client.subscribe('incidents', {}, (incident) => this.#news.tell(incident));
    this.#prepared = this.#policy;
    if (this.#policy) session.call('setPolicy', { policy: this.#policy }).catch(() => {});
    for (const kept of this.#networks.values()) await this.#loadInto(session, kept);
  }

  #up(session: BridgeSession): void {
    // Chosen while it was being prepared, perhaps.
    if (this.#policy && this.#policy !== this.#prepared) {
      session.call('setPolicy', { policy: this.#policy }).catch(() => {});
    }
    if (this.#isDemo) tellDemo(session, true);
    // Networks that came too late to be prepared.
    for (const kept of this.#networks.values())
      if (kept.session !== session) void this.#loadInto(session, kept);
    this.#pump();
  }

  async #loadInto(session: BridgeSession, kept: KeptNetwork): Promise<void> {
    const { network } = kept;
    kept.session = session;
    try {
      kept.info = await session.call('load', network);
      kept.loaded.resolve(kept.info);
    } catch (error) {
      if (!isLinkClosed(error)) this.#forget(kept, toBridgeError(error));
      else if (!kept.info && ++kept.deaths > 1)
        this.#forget(
          kept,
          new BridgeError(
            'accelerator-failed',
            `The device bridge stopped twice while it was reading the network ${network.name}.`,
          ),
        );
    }
  }

  #forget(kept: KeptNetwork, error: BridgeError): void {
    this.#networks.delete(kept.network.sha256);
    kept.loaded.reject(error);
    for (const submission of this.#submissions.clear(kept.network.sha256)) submission.reject(error);
  }

  #pump(): void {
    const session = this.#keeper.session;
    if (!session) return;
    for (let next = this.#submissions.next(); next; next = this.#submissions.next())
      void this.#send(session, next);
  }

  async #send(session: BridgeSession, submission: Submission): Promise<void> {
    const { networkSha256, image, priority, reading, abort } = submission;
    try {
      const result = await session.call(
        'infer',
        { networkSha256, image, priority, reading },
        abort.signal,
      );
      if (session !== this.#keeper.session || !this.#submissions.remove(submission)) return;
      this.#keeper.succeeded();
      // A copy of its own: the answer is a view of a large transport buffer.
      submission.resolve({ ...result, spikeCounts: new Int32Array(result.spikeCounts) });
    } catch (error) {
      // What died with the bridge is not failed: `#down` decides what becomes of it.
      if (session !== this.#keeper.session || isLinkClosed(error)) return;
      this.#fail(submission, toBridgeError(error));
    }
    this.#pump();
  }

  #down(): void {
    this.#convict();
    this.#news.bridgeRestarted();
    this.#news.reportUnwell('starting', 'The device bridge stopped and is being restarted.');
  }

  #resorted(): void {
    this.#convict();
    this.#news.bridgeGivenUp();
    this.#news.reportUnwell('starting', 'Starting without the device bridge.');
  }

  #retried(): void {
    this.#convict();
    this.#news.reportUnwell('starting', 'The device bridge is being tried again.');
  }

  #convict(): void {
    const convicted = this.#submissions.bridgeDied();
    convicted?.reject(
      new BridgeError(
        'accelerator-failed',
        'The device bridge stopped twice while it was reading this image.',
      ),
    );
  }

  #unavailable(): void {
    const detail = 'The device bridge does not start. Restart the program; run "doctor".';
    this.#failAll(new BridgeError('no-accelerator', detail));
    this.#news.reportUnwell('failed', detail);
  }

  #failAll(error: BridgeError): void {
    for (const submission of this.#submissions.clear()) submission.reject(error);
    for (const kept of this.#networks.values()) if (!kept.info) this.#forget(kept, error);
  }

  #fail(submission: Submission, error: BridgeError): void {
    if (this.#submissions.remove(submission)) submission.reject(error);
  }
}

/** A process that does not hear it is gone; `#up` tells the next one. */
function tellDemo(session: BridgeSession, isOpen: boolean): void {
  session.call('setDemo', { isOpen }).catch(() => {});
}

function checkHash({ name, file, sha256 }: NetworkFile): void {
  const actual = createHash('sha256').update(file).digest('hex');
  if (actual !== sha256)
    throw new BridgeError(
      'model-invalid',
      `The file of the network ${name} is damaged: its SHA-256 is ${actual}, not ${sha256}. ` +
        'Install the program again.',
    );
}

function checkSize(network: NetworkFile, { inputShape }: NetworkInfo, image: Uint8Array): void {
  const [channels, height, width] = inputShape;
  if (image.length !== channels * height * width)
    throw new BridgeError(
      'model-invalid',
      `The network ${network.name} takes ${channels} × ${height} × ${width} values; ` +
        `the image has ${image.length}.`,
    );
}

function isLinkClosed(error: unknown): boolean {
  return error instanceof RemoteError && error.code === 'link-closed';
}

function toBridgeError(error: unknown): BridgeError {
  if (error instanceof RemoteError && isBridgeErrorCode(error.code))
    return new BridgeError(error.code, error.message);
  return new BridgeError('accelerator-failed', messageOf(error));
}

function isBridgeErrorCode(code: string): code is BridgeErrorCode {
  return (bridgeErrorCodes as readonly string[]).includes(code);
}

function cancelled(): BridgeError {
  return new BridgeError('cancelled', 'Cancelled.');
}

export {
  type AcceleratorOverview,
  type AcceleratorStatus,
  BridgeError,
  type BridgeErrorCode,
  demoAcceleratorId,
  type Incident,
  type InferenceResult,
  type NetworkInfo,
  type Priority,
} from '../shared/contract.ts';
