import type { Accelerator } from '../accelerators/accelerator.ts';
import { WireAccelerator } from '../accelerators/wire-accelerator.ts';
import type { Candidate, Discovery } from '../discovery/discovery.ts';
import type { Obstacle } from '../shared/contract.ts';
import { messageOf } from '../shared/message-of.ts';
import type { WireTimeouts } from '../wire/session.ts';
import type { Supervisor } from './supervisor.ts';

export interface DeviceKeeperOptions {
  /** What every device is compared with. */
  readonly reference: Accelerator;
  readonly supervisor: Pick<Supervisor, 'attach' | 'remove' | 'release'>;
  readonly timeouts?: Partial<WireTimeouts>;
  /** Pause before a device that failed is tried again; doubled with each failure in a row. */
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
  /** A device that was well for so long begins with the first pause again. */
  readonly settledMs?: number;
}

/** A device that is there: trying, attached, waiting to be tried again, or given up. */
interface Kept {
  readonly candidate: Candidate;
  accelerator: WireAccelerator | undefined;
  problem: string | undefined;
  failures: number;
  attachedAt: number;
  /** Settles when it has been tried. */
  trying: Promise<void> | undefined;
  retry: NodeJS.Timeout | undefined;
}

/**
 * Attaches each device that a discovery finds, forgets it when it is gone, and tries again what
 * failed. A device that gave a wrong count is not tried again before a person asks for it, or
 * unplugs and plugs it.
 */
export class DeviceKeeper {
  readonly #discoveries: readonly Discovery[];
  readonly #options: DeviceKeeperOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #endings: (() => void)[];
  readonly #listeners = new Set<() => void>();
  #found: readonly Obstacle[] = [];
  #scan: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(discoveries: readonly Discovery[], options: DeviceKeeperOptions) {
    this.#discoveries = discoveries;
    this.#options = options;
    this.#endings = discoveries.map((discovery) =>
      discovery.onChange(() => {
        this.#releaseUnwanted();
        void this.scan();
      }),
    );
    void this.scan();
  }

  /** What stands in the way of using a device that is there. */
  get obstacles(): readonly Obstacle[] {
    const failed = [...this.#kept.values()].flatMap(({ candidate, problem, retry, accelerator }) =>
      problem === undefined
        ? []
        : {
            id: candidate.id,
            link: candidate.link,
            label: candidate.label,
            problem,
            remedy: accelerator?.telemetry().isInexact
              ? 'Have it checked; then unplug it and plug it in, or search for devices again.'
              : retry
                ? 'It is tried again by itself. Check its cable, or update its firmware.'
                : 'Unplug it and plug it in, or search for devices again.',
          },
    );
    return [...this.#found, ...failed];
  }

  /** Calls `listener` whenever `obstacles` may have changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tries everything that is there, also what was given up; done when each has been tried. */
  async rescan(): Promise<void> {
    await this.scan();
    if (this.#isClosed) return;
    await Promise.all(
      [...this.#kept.values()].map(async (kept) => {
        if (kept.trying) return kept.trying;
        if (isWell(kept)) return;
        kept.failures = 0;
        await this.#attach(kept);
      }),
    );
  }

  /** One after the other: a device is found by one scan only. */
  scan(): Promise<void> {
    this.#scan = this.#scan.then(() => this.#scanOnce());
    return this.#scan;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const end of this.#endings) end();
    for (const { retry } of this.#kept.values()) clearTimeout(retry);
    await this.#scan;
  }

  async #scanOnce(): Promise<void> {
    if (this.#isClosed) return;
    const findings = await Promise.all(this.#discoveries.map((discovery) => discovery.find()));
    const candidates = new Map(
      findings.flatMap((found) => found.candidates.map((each) => [each.id, each] as const)),
    );
    this.#found = findings.flatMap(({ obstacles }) => obstacles);
    for (const [id, kept] of this.#kept) if (!candidates.has(id)) this.#forget(id, kept);
    for (const [id, candidate] of candidates) {
      // It may have become unwanted while others were looked for.
      if (this.#kept.has(id) || !isWanted(candidate)) continue;
      const kept: Kept = {
        candidate,
        accelerator: undefined,
        problem: undefined,
        failures: 0,
        attachedAt: 0,
        trying: undefined,
        retry: undefined,
      };
      this.#kept.set(id, kept);
      void this.#attach(kept);
    }
    this.#changed();
  }

  /** Only once at a time. */
  #attach(kept: Kept): Promise<void> {
    clearTimeout(kept.retry);
    kept.retry = undefined;
    kept.trying ??= this.#attachOnce(kept).finally(() => {
      kept.trying = undefined;
      this.#retryLater(kept);
      this.#changed();
    });
    return kept.trying;
  }

  async #attachOnce(kept: Kept): Promise<void> {
    const { candidate } = kept;
    const { reference, supervisor, timeouts } = this.#options;
    try {
      // A device takes one host at a time.
      await kept.accelerator?.close();
      const accelerator = await WireAccelerator.attach(await candidate.open(), {
        reference,
        link: candidate.link,
        timeouts: { ...candidate.timeouts, ...timeouts },
        identify: (said) =>
          candidate.acceleratorId ?? (this.#isTaken(said, kept) ? `${said}@${candidate.id}` : said),
      });
      if (!this.#isCurrent(kept)) {
        await accelerator.close();
        return;
      }
      kept.accelerator = accelerator;
      kept.problem = undefined;
      kept.attachedAt = performance.now();
      accelerator.onChange(() => this.#watch(kept, accelerator));
      await supervisor.attach(accelerator);
    } catch (error) {
      this.#failed(kept, messageOf(error));
    }
  }

  #watch(kept: Kept, accelerator: WireAccelerator): void {
    const { state, detail, isInexact } = accelerator.telemetry();
    if (state !== 'failed' || kept.accelerator !== accelerator || kept.problem !== undefined)
      return;
    if (isInexact) kept.problem = detail;
    else this.#failed(kept, detail);
    this.#retryLater(kept);
    this.#changed();
  }

  #failed(kept: Kept, problem: string): void {
    const { settledMs = 60_000 } = this.#options;
    if (kept.attachedAt > 0 && performance.now() - kept.attachedAt > settledMs) kept.failures = 0;
    kept.attachedAt = 0;
    kept.failures++;
    kept.problem = problem;
  }

  #retryLater(kept: Kept): void {
    const isPointless = isWell(kept) || kept.accelerator?.telemetry().isInexact;
    if (isPointless || kept.trying || !this.#isCurrent(kept)) return;
    const { firstPauseMs = 1_000, longestPauseMs = 60_000 } = this.#options;
    const pauseMs = Math.min(firstPauseMs * 2 ** (kept.failures - 1), longestPauseMs);
    clearTimeout(kept.retry);
    kept.retry = setTimeout(() => void this.#attach(kept), pauseMs);
  }

  #isCurrent(kept: Kept): boolean {
    return !this.#isClosed && this.#kept.get(kept.candidate.id) === kept;
  }

  /** Another device says that it is the same one. */
  #isTaken(id: string, asking: Kept): boolean {
    return [...this.#kept.values()].some(
      (other) => other !== asking && isWell(other) && other.accelerator?.describe().id === id,
    );
  }

  #forget(id: string, kept: Kept): void {
    clearTimeout(kept.retry);
    this.#kept.delete(id);
    if (kept.accelerator) void this.#options.supervisor.remove(kept.accelerator.describe().id);
  }

  /** At once: a scan takes its time. */
  #releaseUnwanted(): void {
    for (const [id, { candidate, accelerator, retry }] of this.#kept) {
      if (isWanted(candidate)) continue;
      clearTimeout(retry);
      this.#kept.delete(id);
      if (accelerator) void this.#options.supervisor.release(accelerator.describe().id);
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function isWanted({ isWanted }: Candidate): boolean {
  return isWanted?.() ?? true;
}

function isWell({ accelerator }: Kept): boolean {
  return accelerator !== undefined && accelerator.telemetry().state !== 'failed';
}
