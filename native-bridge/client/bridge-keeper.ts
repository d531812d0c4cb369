import { type Client, connect } from '../../src/processes/channel.ts';
import type { CallName, InputOf, OutputOf } from '../../src/processes/contract.ts';
import type { HostedProcess, ProcessHost } from '../../src/processes/host.ts';
import { watchPulse } from '../../src/processes/pulse.ts';
import { type BridgeContract, bridgeContract } from '../shared/contract.ts';

export interface KeeperOptions {
  /** Pause before the first restart; doubled with each further death without a success. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Starts in a row that may fail before it counts as one that cannot be started. */
  readonly maxFailedStarts: number;
  /** A bridge that owes an answer and gives none for this long is killed. */
  readonly stallLimitMs: number;
  /** One that shows no sign of life for this long after it was found silent is killed. */
  readonly silenceLimitMs: number;
  /** After so many deaths within `deathWindowMs`, or failed starts, the last resort takes over. */
  readonly maxDeaths: number;
  readonly deathWindowMs: number;
  /** What stands in for the bridge process. */
  readonly lastResort: ProcessHost;
}

export interface KeeperEvents {
  /** A fresh process answers: bring it to where the last one was. It is up when this resolves. */
  prepare(session: BridgeSession): Promise<void>;
  up(session: BridgeSession): void;
  /** It does not answer just now; `recovered` if it does again. */
  silent(): void;
  recovered(): void;
  /** The process is gone; another follows after a pause. */
  down(): void;
  /** The process is gone for good, and what stands in for it follows at once. */
  resorted(): void;
  /** What stood in for the process was ended by `retry()`, and the process follows at once. */
  retried(): void;
  /** Not even that starts. The next `start()` tries again, once. */
  unavailable(): void;
}

/**
 * Keeps one bridge process alive: starts it, notices when it dies or hangs, starts the next. When
 * it keeps dying, the last resort stands in for it until `retry()`.
 */
export class BridgeKeeper {
  readonly #host: ProcessHost;
  readonly #options: KeeperOptions;
  readonly #events: KeeperEvents;
  #session: BridgeSession | undefined;
  #isUp = false;
  #restart: NodeJS.Timeout | undefined;
  #deaths = 0;
  readonly #diedAt: number[] = [];
  #failedStarts = 0;
  #isLastResort = false;
  #isRetrying = false;
  #isClosed = false;

  constructor(host: ProcessHost, options: KeeperOptions, events: KeeperEvents) {
    this.#host = host;
    this.#options = options;
    this.#events = events;
  }

  /** The process, once it is up. */
  get session(): BridgeSession | undefined {
    return this.#isUp ? this.#session : undefined;
  }

  /** Makes sure that a process is there or on its way. */
  start(): void {
    if (this.#isClosed || this.#session || this.#restart) return;
    const process = this.#spawn();
    if (!process) {
      this.#startLater();
      return;
    }
    const session = new BridgeSession(process, this.#options);
    this.#session = session;
    session.onPulse(
      () => this.#events.silent(),
      () => this.#events.recovered(),
    );
    void session.ended.then(() => this.#died(session));
    void this.#events.prepare(session).then(() => {
      if (this.#session !== session) return;
      this.#isUp = true;
      this.#failedStarts = 0;
      this.#events.up(session);
    });
  }

  /** The bridge has done real work: the next restart, if any, comes at once. */
  succeeded(): void {
    this.#deaths = 0;
  }

  /** Ends the last resort, so that the process is tried again; false where it was not in use. */
  retry(): boolean {
    if (!this.#isLastResort) return false;
    this.#isLastResort = false;
    this.#forgetFailures();
    this.#isRetrying = this.#session !== undefined;
    if (this.#session) this.#session.end();
    else this.start();
    return true;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    this.#session?.end();
  }

  #spawn(): HostedProcess | undefined {
    try {
      return (this.#isLastResort ? this.#options.lastResort : this.#host).spawn('bridge');
    } catch {
      return undefined;
    }
  }

  #died(session: BridgeSession): void {
    session.end();
    this.#session = undefined;
    if (!this.#isClosed) this.#startLater();
  }

  #startLater(): void {
    if (this.#isRetrying) {
      this.#isRetrying = false;
      this.#isUp = false;
      this.#events.retried();
      this.start();
      return;
    }
    if (!this.#isUp) this.#failedStarts++;
    this.#isUp = false;
    if (!this.#isLastResort && this.#isHopeless()) {
      this.#isLastResort = true;
      this.#forgetFailures();
      this.#events.resorted();
      this.start();
      return;
    }
    if (this.#failedStarts >= this.#options.maxFailedStarts) {
      this.#events.unavailable();
      return;
    }
    const { firstPauseMs, longestPauseMs } = this.#options;
    const pauseMs = Math.min(firstPauseMs * 2 ** this.#deaths++, longestPauseMs);
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.start();
    }, pauseMs);
    this.#events.down();
  }

  #isHopeless(): boolean {
    const { maxDeaths, deathWindowMs, maxFailedStarts } = this.#options;
    const now = performance.now();
    this.#diedAt.push(now);
    this.#diedAt.splice(0, this.#diedAt.length - maxDeaths);
    const isDying =
      this.#diedAt.length === maxDeaths && now - (this.#diedAt[0] ?? 0) < deathWindowMs;
    return isDying || this.#failedStarts >= maxFailedStarts;
  }

  #forgetFailures(): void {
    this.#deaths = 0;
    this.#failedStarts = 0;
    this.#diedAt.length = 0;
  }
}

/** One bridge process from its start to its end. */
export class BridgeSession {
  readonly client: Client<BridgeContract>;
  readonly ended: Promise<void>;
  readonly #process: HostedProcess;
  readonly #stallLimitMs: number;
  #owed = 0;
  #stall: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  #onSilent = () => {};
  #onBack = () => {};

  constructor(
    process: HostedProcess,
    { stallLimitMs, silenceLimitMs }: Pick<KeeperOptions, 'stallLimitMs' | 'silenceLimitMs'>,
  ) {
    this.#process = process;
    this.#stallLimitMs = stallLimitMs;
    const link = watchPulse(process.link, {
      silent: () => {
        this.#silence = setTimeout(() => process.kill(), silenceLimitMs);
        this.#onSilent();
      },
      back: () => {
        clearTimeout(this.#silence);
        this.#onBack();
      },
    });
    this.client = connect(link, bridgeContract);
    this.ended = Promise.race([this.client.closed, process.exited.then(() => {})]);
  }

  async call<K extends CallName<BridgeContract>>(
    name: K,
    input: InputOf<BridgeContract[K]>,
    signal?: AbortSignal,
  ): Promise<OutputOf<BridgeContract[K]>> {
    this.#owed++;
    this.#watch();
    try {
      return await this.client.call(name, input, { signal });
    } finally {
      this.#owed--;
      this.#watch();
    }
  }

  onPulse(silent: () => void, back: () => void): void {
    this.#onSilent = silent;
    this.#onBack = back;
  }

  /** Ends the process, and fails with `link-closed` what it still owes. */
  end(): void {
    clearTimeout(this.#stall);
    clearTimeout(this.#silence);
    this.#process.kill();
    this.#process.link.close();
  }

  /** Every answer gives the process its whole time again. */
  #watch(): void {
    clearTimeout(this.#stall);
    if (this.#owed > 0) this.#stall = setTimeout(() => this.#process.kill(), this.#stallLimitMs);
  }
}
