import type { HostedProcess, ProcessHost } from '../processes/host.ts';
import type { Link } from '../processes/link.ts';
import { type PulseEvents, watchPulse } from '../processes/pulse.ts';
import { ConnectionRelay } from './connections.ts';

const firstDelayMs = 100;
/** For its bridge and decoder to end with it, and let go of the devices. */
const afterRetiringMs = 100;
const longestDelayMs = 10_000;
/** A station that ran this long was well: the next restart comes quickly again. */
const settledMs = 30_000;
/** A station that ends so often in a row, soon and without a word, cannot run on this computer. */
const mostSilentEnds = 5;
const soonMs = 10_000;
/** How long a station whose link has closed may take to close its database. */
const closingMs = 3_000;

/**
 * A shell's hold on its station: starts it, starts it again with growing delays when it dies, and
 * opens connections to it. Connections close when the station dies; it comes back locked. One that
 * never says a word is given up after a few starts. One that asks to retire, as it does when the last screen is
 * locked, is ended at once, and with it what its memory held.
 */
export class StationKeeper {
  readonly #host: ProcessHost;
  readonly #log: (line: string) => void;
  readonly #startListeners: (() => void)[] = [];
  #process: HostedProcess | undefined;
  /** There while the station's link is open. */
  #relay: ConnectionRelay | undefined;
  #restart: NodeJS.Timeout | undefined;
  #failures = 0;
  #silentEnds = 0;
  #onGaveUp: (ending: string) => void = () => {};
  #pulseEvents: PulseEvents | undefined;
  #onRetired: (() => void) | undefined;
  #stopping = false;

  constructor(host: ProcessHost, log: (line: string) => void) {
    this.#host = host;
    this.#log = log;
  }

  /** Told each time that a station was started. */
  onStart(listener: () => void): void {
    this.#startListeners.push(listener);
  }

  /** Told how it ended when it is not started again: `start` tries anew. */
  onGaveUp(listener: (ending: string) => void): void {
    this.#onGaveUp = listener;
  }

  /** Told when the station does not answer, or answers again: it may be busy, or stuck. */
  onPulse(events: PulseEvents): void {
    this.#pulseEvents = events;
  }

  /** Has `listener` see to what follows a station that retired: it is not started again here. */
  onRetired(listener: () => void): void {
    this.#onRetired = listener;
  }

  /** Ends a station that is stuck; another one follows, as after a crash. */
  restart(): void {
    this.#process?.kill();
  }

  start(): void {
    const station = this.#host.spawn('station');
    const link = watchPulse(station.link, {
      silent: () => this.#pulseEvents?.silent(),
      back: () => this.#pulseEvents?.back(),
    });
    const startedAt = performance.now();
    let force: NodeJS.Timeout | undefined;
    this.#process = station;
    let hasSpoken = false;
    link.onMessage(() => {
      hasSpoken = true;
    });
    let isRetired = false;
    this.#relay = new ConnectionRelay(link, () => {
      isRetired = true;
      this.#relay = undefined;
      station.kill();
    });
    link.onClose(() => {
      this.#relay = undefined;
      if (this.#process === station) force = setTimeout(() => station.kill(), closingMs);
    });
    void station.exited.then(({ code, signal }) => {
      this.#process = undefined;
      this.#relay = undefined;
      clearTimeout(force);
      this.#pulseEvents?.back();
      if (this.#stopping) return;
      if (isRetired && this.#onRetired) return this.#onRetired();
      if (isRetired) {
        this.#restart = setTimeout(() => this.start(), afterRetiringMs);
        return;
      }
      const ranMs = performance.now() - startedAt;
      const ending = signal ?? `exit ${code}`;
      this.#silentEnds = hasSpoken || ranMs > soonMs ? 0 : this.#silentEnds + 1;
      if (this.#silentEnds === mostSilentEnds) {
        this.#silentEnds = 0;
        this.#log(`The service cannot be started: it ended ${mostSilentEnds} times (${ending}).`);
        this.#onGaveUp(ending);
        return;
      }
      if (ranMs > settledMs) this.#failures = 0;
      const delayMs = Math.min(firstDelayMs * 2 ** this.#failures++, longestDelayMs);
      this.#log(`The service stopped unexpectedly (${ending}); starting it again.`);
      this.#restart = setTimeout(() => this.start(), delayMs);
    });
    for (const listener of this.#startListeners) listener();
  }

  /**
   * A new connection to the station; none while it is down.
   * @param screen whose connections share who is at it; it comes back to where it was after a reload.
   */
  connect(screen?: string): Link | undefined {
    return this.#relay?.open(screen);
  }

  /** Ends the station: by closing its link, so that it closes its database; if need be by force. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const station = this.#process;
    station?.link.close();
    await station?.exited;
  }
}
