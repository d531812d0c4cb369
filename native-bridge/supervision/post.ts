import {
  type Accelerator,
  type Device,
  type Inference,
  isDevice,
  type NetworkFile,
} from '../accelerators/accelerator.ts';
import type { AcceleratorStatus, DeviceStatus, NetworkInfo } from '../shared/contract.ts';
import type { Job, Run } from './job.ts';
import type { Shadow } from './shadow.ts';
import { Tally } from './tally.ts';

/** An accelerator and what it is doing. */
export class Post {
  readonly accelerator: Accelerator;
  readonly device: Device | undefined;
  readonly #shadow: Shadow | undefined;
  /** Names by SHA-256. */
  readonly #networks = new Map<string, string>();
  readonly #loading = new Map<string, number>();
  readonly #tally = new Tally();
  #running = 0;
  #networkSha256: string | null = null;

  constructor(accelerator: Accelerator, shadow: (device: Device) => Shadow | undefined) {
    this.accelerator = accelerator;
    this.device = isDevice(accelerator) ? accelerator : undefined;
    this.#shadow = this.device && shadow(this.device);
  }

  get id(): string {
    return this.accelerator.describe().id;
  }

  get kind(): 'emulator' | 'device' {
    return this.accelerator.describe().identity.kind;
  }

  get isSound(): boolean {
    return this.accelerator.telemetry().state !== 'failed';
  }

  /** The network that it last worked with. */
  get networkSha256(): string | null {
    return this.#networkSha256;
  }

  holds(networkSha256: string): boolean {
    return this.#networks.has(networkSha256);
  }

  isLoading(networkSha256: string): boolean {
    return this.#loading.has(networkSha256);
  }

  /** Batches that it can take now. Until it has proven itself on one image, it is given one. */
  free(networkSha256: string): number {
    if (this.#shadow?.isBusy) return 0;
    const { concurrency } = this.accelerator.describe();
    return Math.max(0, (this.#isProven(networkSha256) ? concurrency : 1) - this.#running);
  }

  /** How many images to give at once where so many are its share of what waits. */
  batchSize({ networkSha256, isAlone }: Job, share: number): number {
    if (isAlone || !this.#isProven(networkSha256)) return 1;
    return Math.max(1, Math.min(this.accelerator.describe().batch, share));
  }

  async load(network: NetworkFile): Promise<NetworkInfo> {
    const { sha256, name } = network;
    this.#loading.set(sha256, (this.#loading.get(sha256) ?? 0) + 1);
    try {
      const info = await this.accelerator.load(network);
      this.#shadow?.forget(sha256);
      this.#networks.set(sha256, name);
      this.#networkSha256 = sha256;
      return info;
    } finally {
      const others = (this.#loading.get(sha256) ?? 1) - 1;
      if (others > 0) this.#loading.set(sha256, others);
      else this.#loading.delete(sha256);
    }
  }

  /** @param compare every image with the reference. */
  async infer(run: Run, networkSha256: string, compare: boolean): Promise<readonly Inference[]> {
    this.#running++;
    this.#networkSha256 = networkSha256;
    try {
      const batch = { networkSha256, images: run.jobs.map(({ image }) => image) };
      const givenAt = new Date().toISOString();
      const shadow = this.#shadow;
      const inferences = await (shadow
        ? shadow.infer(batch, compare, run.signal)
        : this.accelerator.infer(batch, run.signal));
      const reader = { isDevice: this.device !== undefined, tally: this.#tally };
      for (const [at, { image, partOf }] of run.jobs.entries()) {
        const inference = inferences[at];
        if (!inference) continue;
        partOf.answeredBy(reader, inference.durationMs);
        if (shadow && !compare)
          partOf.toCompare(shadow, { networkSha256, image, inference, givenAt });
      }
      return inferences;
    } finally {
      this.#running--;
    }
  }

  status(): AcceleratorStatus {
    const { id, identity } = this.accelerator.describe();
    const { state, detail } = this.accelerator.telemetry();
    const { completed, medianMs, imagesPerSecond } = this.#tally;
    return {
      id,
      identity,
      state: state === 'ready' && this.#running > 0 ? 'busy' : state,
      networkName: this.#networks.get(this.#networkSha256 ?? '') ?? null,
      detail,
      completed,
      medianMs,
      imagesPerSecond,
      device: this.device ? ofImages(this.device.status(), this.#tally.viewsPerImage) : null,
    };
  }

  #isProven(networkSha256: string): boolean {
    return this.#shadow?.hasVerified(networkSha256) ?? true;
  }
}

/** A device knows of views alone. */
function ofImages(status: DeviceStatus, viewsPerImage: number): DeviceStatus {
  const { energyPerImage } = status;
  if (!energyPerImage) return status;
  return {
    ...status,
    energyPerImage: { ...energyPerImage, mj: energyPerImage.mj * viewsPerImage },
  };
}
