import { type Client, connect } from '../src/processes/channel.ts';
import type { CallName, InputOf, OutputOf } from '../src/processes/contract.ts';
import type { HostedProcess, ProcessHost } from '../src/processes/host.ts';
import { type BridgeContract, bridgeContract } from './contract.ts';

export interface KeeperOptions {
  /** Pause before the first restart; doubled with each further death without a success. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Starts in a row that may fail before the bridge counts as unavailable. */
  readonly maxFailedStarts: number;
  /** A bridge that owes an answer and gives none for this long is killed. */
  readonly stallLimitMs: number;
}

export interface KeeperEvents {
  /** A fresh process answers: bring it to where the last one was. It is up when this resolves. */
  prepare(session: BridgeSession): Promise<void>;
  up(session: BridgeSession): void;
  /** The process is gone; another follows after a pause. */
  down(): void;
  /** It does not start. The next `start()` tries again, once. */
  unavailable(): void;
}

/** Keeps one bridge process alive: starts it, notices when it dies or hangs, starts the next. */
export class BridgeKeeper {
  readonly #host: ProcessHost;
  readonly #options: KeeperOptions;
  readonly #events: KeeperEvents;
  #session: BridgeSession | undefined;
  #isUp = false;
  #restart: NodeJS.Timeout | undefined;
  #deaths = 0;
  #failedStarts = 0;
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
    const session = new BridgeSession(process, this.#options.stallLimitMs);
    this.#session = session;
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

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    this.#session?.end();
  }

  #spawn(): HostedProcess | undefined {
    try {
      return this.#host.spawn('bridge');
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
    if (!this.#isUp) this.#failedStarts++;
    this.#isUp = false;
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
}

/** One bridge process from its start to its end. */
export class BridgeSession {
  readonly client: Client<BridgeContract>;
  readonly ended: Promise<void>;
  readonly #process: HostedProcess;
  readonly #stallLimitMs: number;
  #owed = 0;
  #stall: NodeJS.Timeout | undefined;

  constructor(process: HostedProcess, stallLimitMs: number) {
    this.#process = process;
    this.#stallLimitMs = stallLimitMs;
    this.client = connect(process.link, bridgeContract);
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

  /** Ends the process, and fails with `link-closed` what it still owes. */
  end(): void {
    clearTimeout(this.#stall);
    this.#process.kill();
    this.#process.link.close();
  }

  /** Every answer gives the process its whole time again. */
  #watch(): void {
    clearTimeout(this.#stall);
    if (this.#owed > 0) this.#stall = setTimeout(() => this.#process.kill(), this.#stallLimitMs);
  }
}
