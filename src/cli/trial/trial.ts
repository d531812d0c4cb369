import { Emulator } from '../../../native-bridge/accelerators/emulator.ts';
import type { Discovery } from '../../../native-bridge/discovery/discovery.ts';
import { goldenImages } from '../../../native-bridge/golden/golden-images.ts';
import type { NetworkInfo } from '../../../native-bridge/shared/contract.ts';
import type { Random } from '../../../native-bridge/shared/random.ts';
import { DeviceKeeper } from '../../../native-bridge/supervision/device-keeper.ts';
import { Supervisor } from '../../../native-bridge/supervision/supervisor.ts';
import { loadShippedModel } from '../../clinic/model.ts';

export interface TrialReport {
  readonly requests: number;
  readonly completed: number;
  /** Neither answered nor cancelled by the one who asked. */
  readonly lost: number;
  /** Answered more than once. */
  readonly doubled: number;
  /** Answered with a wrong count. */
  readonly wrong: number;
  readonly cancelled: number;
  /** Errors that nobody caught. */
  readonly crashes: number;
  /** Images that a failing device left to another accelerator. */
  readonly fellBack: number;
  readonly fallbackP99Ms: number;
}

/** One image in so many is cancelled by the one who asked. */
const cancelledOneIn = 50;

/**
 * The bridge's own supervisor, keeper and emulator with the shipped network, under load, and what
 * becomes of every image.
 */
export class Trial {
  readonly supervisor: Supervisor;
  readonly #emulator: Emulator;
  readonly #keeper: DeviceKeeper;
  readonly #random: Random;
  readonly #images: readonly Uint8Array[];
  readonly #expected: readonly Int32Array[];
  readonly #sha256: string;
  readonly #fallbacksMs: number[];
  readonly #answers = new Map<number, number>();
  readonly #clients: Promise<void>[] = [];
  #requests = 0;
  #lost = 0;
  #wrong = 0;
  #cancelled = 0;
  #crashes = 0;
  #isOver = false;
  readonly #onCrash = () => {
    this.#crashes++;
  };

  private constructor(parts: TrialParts) {
    this.supervisor = parts.supervisor;
    this.#emulator = parts.emulator;
    this.#keeper = parts.keeper;
    this.#random = parts.random;
    this.#images = parts.images;
    this.#expected = parts.expected;
    this.#sha256 = parts.sha256;
    this.#fallbacksMs = parts.fallbacksMs;
    process.on('uncaughtException', this.#onCrash);
    process.on('unhandledRejection', this.#onCrash);
  }

  static async begin(ports: readonly Discovery[], random: Random): Promise<Trial> {
    const model = loadShippedModel();
    const emulator = new Emulator();
    const fallbacksMs: number[] = [];
    const supervisor = new Supervisor([emulator], {
      reference: emulator,
      onFallback: (durationMs) => fallbacksMs.push(durationMs),
    });
    const info = await supervisor.load(model);
    const images = trialImages(info);
    const { signal } = new AbortController();
    const right = await emulator.infer({ networkSha256: model.sha256, images }, signal);
    const keeper = new DeviceKeeper(ports, { reference: emulator, supervisor, firstPauseMs: 50 });
    return new Trial({
      supervisor,
      emulator,
      keeper,
      random,
      images,
      expected: right.map(({ spikeCounts }) => spikeCounts),
      sha256: model.sha256,
      fallbacksMs,
    });
  }

  get answered(): number {
    return this.#answers.size;
  }

  /** Starts clients that each have an image read, and then the next. */
  load(clients: number): void {
    for (let client = 0; client < clients; client++) this.#clients.push(this.#ask());
  }

  /** Lets the clients finish, and counts. */
  async end(): Promise<TrialReport> {
    this.#isOver = true;
    await Promise.all(this.#clients);
    await this.#keeper.close();
    await this.supervisor.close();
    await this.#emulator.close();
    process.off('uncaughtException', this.#onCrash);
    process.off('unhandledRejection', this.#onCrash);
    const sorted = this.#fallbacksMs.toSorted((a, b) => a - b);
    return {
      requests: this.#requests,
      completed: this.#answers.size,
      lost: this.#lost,
      doubled: [...this.#answers.values()].filter((times) => times > 1).length,
      wrong: this.#wrong,
      cancelled: this.#cancelled,
      crashes: this.#crashes,
      fellBack: sorted.length,
      fallbackP99Ms: Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0),
    };
  }

  async #ask(): Promise<void> {
    while (!this.#isOver) {
      const request = this.#requests++;
      const which = this.#random.below(this.#images.length);
      const cancel = new AbortController();
      if (this.#random.below(cancelledOneIn) === 0) setImmediate(() => cancel.abort());
      try {
        const { spikeCounts } = await this.supervisor.infer(
          {
            networkSha256: this.#sha256,
            image: this.#images[which] ?? new Uint8Array(0),
            priority: this.#random.of(['consulting', 'archive', 'archive']),
          },
          cancel.signal,
        );
        this.#answers.set(request, (this.#answers.get(request) ?? 0) + 1);
        const right = this.#expected[which];
        if (spikeCounts.some((count, at) => count !== right?.[at])) this.#wrong++;
      } catch {
        if (cancel.signal.aborted) this.#cancelled++;
        else this.#lost++;
      }
    }
  }
}

interface TrialParts {
  readonly supervisor: Supervisor;
  readonly emulator: Emulator;
  readonly keeper: DeviceKeeper;
  readonly random: Random;
  readonly images: readonly Uint8Array[];
  readonly expected: readonly Int32Array[];
  readonly sha256: string;
  readonly fallbacksMs: number[];
}

/** The golden images, and each of them upside down, so that an answer tells whose it is. */
function trialImages({ inputShape }: NetworkInfo): Uint8Array[] {
  return goldenImages(inputShape).flatMap(({ image }) => [image, image.toReversed()]);
}
