import type { ByteLink } from '../links/link.ts';
import {
  BridgeError,
  type DeviceStatus,
  type ExactnessCheck,
  type LinkKind,
  type NetworkInfo,
} from '../shared/contract.ts';
import { messageOf } from '../shared/message-of.ts';
import { WireError } from '../wire/errors.ts';
import type { DeviceTelemetry } from '../wire/messages.ts';
import { defaultTimeouts, WireSession, type WireTimeouts } from '../wire/session.ts';
import type {
  Accelerator,
  AcceleratorDescription,
  Batch,
  Device,
  Inference,
  NetworkFile,
  Telemetry,
} from './accelerator.ts';
import { attest } from './attestation.ts';
import { AttestationRecord } from './attestation-record.ts';
import { Energy } from './energy.ts';

export interface WireAcceleratorOptions {
  /** What the device must agree with to the bit: the emulator. */
  readonly reference: Accelerator;
  readonly timeouts?: Partial<WireTimeouts>;
  /** `pipe`, where nothing is said. */
  readonly link?: LinkKind;
  /** Its id here, from what it says it is. Others may say the same. */
  readonly identify?: (said: string) => string;
}

/** Between two questions about temperature and power. */
const telemetryIntervalMs = 2_000;
/** Of the time that a request may take, as much is planned for the images of one. */
const plannedShare = 0.4;

/**
 * A device over the wire, from its HELLO until it is unplugged or set aside. It is set aside, for
 * good, by the first thing that a sound device does not do: a differing bit, silence, a broken
 * answer. Attaching it again makes a new accelerator, attested anew.
 */
export class WireAccelerator implements Device {
  readonly record: AttestationRecord = new AttestationRecord();
  readonly #session: WireSession;
  readonly #options: WireAcceleratorOptions;
  readonly #id: string;
  readonly #networks = new Map<string, NetworkInfo>();
  readonly #listeners = new Set<() => void>();
  readonly #energy = new Energy();
  readonly #watch: NodeJS.Timeout;
  #telemetry: Telemetry = { state: 'ready', detail: 'Attached; no network is loaded yet.' };
  #told: DeviceTelemetry | undefined;

  private constructor(session: WireSession, options: WireAcceleratorOptions) {
    this.#session = session;
    this.#options = options;
    const { vendor, product, serial } = session.device;
    const said = `wire:${vendor}:${product}:${serial}`;
    this.#id = options.identify?.(said) ?? said;
    void session.closed.then((error) => this.#fail(error.message));
    session.onTelemetry((told) => this.#hear(told));
    this.#watch = setInterval(() => this.#askHowItIs(), telemetryIntervalMs).unref();
    this.#askHowItIs();
  }

  /** Greets the device at the other end. @throws BridgeError `accelerator-failed` */
  static async attach(link: ByteLink, options: WireAcceleratorOptions): Promise<WireAccelerator> {
    try {
      return new WireAccelerator(await WireSession.open(link, options.timeouts), options);
    } catch (error) {
      throw new BridgeError('accelerator-failed', messageOf(error));
    }
  }

  describe(): AcceleratorDescription {
    const { vendor, product, firmware, window } = this.#session.device;
    return {
      id: this.#id,
      identity: { kind: 'device', name: `${vendor} ${product}`, version: firmware },
      concurrency: window,
      batch: this.#pace(),
    };
  }

  telemetry(): Telemetry {
    return this.#telemetry;
  }

  status(): DeviceStatus {
    const { serial, firmware, generation, memoryKib } = this.#session.device;
    const { temperatureCentiC, powerMw, powerPeriodMs = 0 } = this.#told ?? {};
    return {
      link: this.#options.link ?? 'pipe',
      serial,
      firmware,
      generation,
      memoryKib,
      temperatureC: temperatureCentiC === undefined ? null : temperatureCentiC / 100,
      power: powerMw === undefined ? null : { mw: powerMw, periodMs: powerPeriodMs },
      energyPerImage: this.#energy.perImage(powerMw),
      attestation: this.record.status(),
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Loads and attests: the golden images must come out as the reference has them. Why it refuses a
   * network stands in its telemetry too.
   */
  async load(network: NetworkFile): Promise<NetworkInfo> {
    try {
      return await this.#load(network);
    } catch (error) {
      if (error instanceof BridgeError && error.code === 'model-invalid' && !this.#networks.size)
        this.#report({ state: 'ready', detail: `It reads nothing. ${error.message}` });
      throw error;
    }
  }

  async test(): Promise<ExactnessCheck> {
    let last: ExactnessCheck | undefined;
    for (const [sha256, info] of this.#networks) {
      last = await this.#replayGolden('test', sha256, info);
      if (last.mismatches > 0) break;
    }
    if (!last) throw new BridgeError('model-invalid', 'No network is loaded on the device.');
    return last;
  }

  async infer(batch: Batch, signal: AbortSignal): Promise<readonly Inference[]> {
    const info = this.#networks.get(batch.networkSha256);
    if (!info)
      throw new BridgeError(
        'model-invalid',
        `No network with SHA-256 ${batch.networkSha256} is loaded on the device.`,
      );
    const [channels, height, width] = info.inputShape;
    const fitting = this.#session.batchSize(channels * height * width);
    if (fitting < 1)
      throw this.#fail('An image of this network does not fit into one of its frames.');
    const inferences: Inference[] = [];
    while (inferences.length < batch.images.length) {
      const size = Math.min(fitting, this.#pace());
      const images = batch.images.slice(inferences.length, inferences.length + size);
      const { spikeCounts, durationUs, energyUj } = await this.#ask(() =>
        this.#session.infer(batch.networkSha256, images, signal),
      );
      this.#energy.add(images.length, durationUs, energyUj);
      const durationMs = durationUs / 1000 / images.length;
      for (const counts of spikeCounts) {
        if (counts.length !== info.spikeCount)
          throw this.#fail(`It gave ${counts.length} counts, not ${info.spikeCount}.`);
        inferences.push({ spikeCounts: counts, durationMs });
      }
    }
    return inferences;
  }

  setAside(reason: string): void {
    this.#fail(reason, true);
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    this.#session.close();
  }

  async #load(network: NetworkFile): Promise<NetworkInfo> {
    const expected = await this.#options.reference.load(network);
    this.#checkGeneration(network);
    const { inputShape, spikeCount, macs } = await this.#ask(() => this.#session.load(network));
    // 0: it does not count them.
    const told = macs === 0 ? expected.macs : macs;
    const info: NetworkInfo = { inputShape: [...inputShape], spikeCount, macs: told };
    if (JSON.stringify(info) !== JSON.stringify(expected))
      throw this.#fail(`It takes the network ${network.name} for another one.`);
    this.#networks.set(network.sha256, info);
    const { images, mismatches } = await this.#replayGolden('load', network.sha256, info);
    if (mismatches > 0) throw new BridgeError('accelerator-failed', this.#telemetry.detail);
    this.#report({ state: 'ready', detail: `Identical results on ${images} test images.` });
    return info;
  }

  /** Images that it finishes well before it would count as silent; one, until its pace is known. */
  #pace(): number {
    const { maxBatch, window } = this.#session.device;
    const { inferMs = defaultTimeouts.inferMs } = this.#options.timeouts ?? {};
    const { durationMs } = this.#energy;
    if (durationMs === null) return 1;
    const planned = Math.floor((inferMs * plannedShare) / window / Math.max(durationMs, 0.001));
    return Math.max(1, Math.min(maxBatch, planned));
  }

  async #replayGolden(
    cause: 'load' | 'test',
    networkSha256: string,
    info: NetworkInfo,
  ): Promise<ExactnessCheck> {
    const givenAt = new Date().toISOString();
    const { images, mismatches } = await attest(this, this.#options.reference, networkSha256, info);
    const at = new Date().toISOString();
    const check = { at, cause, networkSha256, images, mismatches: mismatches.length };
    this.record.add(check, givenAt);
    const [first] = mismatches;
    if (first)
      this.setAside(
        `Its results are not identical: of the golden image "${first.image}" it gives the count ` +
          `${first.actual} where ${first.expected} is right, and ${mismatches.length} counts ` +
          'are wrong in all. Do not use it; have it checked.',
      );
    this.#changed();
    return check;
  }

  #checkGeneration({ name }: NetworkFile): void {
    const { generation, product } = this.#session.device;
    if (generation === 'akida-1')
      throw new BridgeError(
        'model-invalid',
        `The ${product} is of the generation Akida 1.0, which cannot run the network ${name}.`,
      );
  }

  /** What only concerns the request is passed on; anything else sets the device aside. */
  async #ask<T>(request: () => Promise<T>): Promise<T> {
    if (this.#telemetry.state === 'failed')
      throw new BridgeError('accelerator-failed', this.#telemetry.detail);
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof WireError)) throw this.#fail(messageOf(error));
      if (error.code === 'cancelled') throw new BridgeError('cancelled', error.message);
      if (aboutTheNetwork.has(error.code)) throw new BridgeError('model-invalid', error.message);
      throw this.#fail(error.message);
    }
  }

  #fail(reason: string, isInexact = false): BridgeError {
    if (this.#telemetry.state !== 'failed') {
      clearInterval(this.#watch);
      this.#report({ state: 'failed', detail: `The device was set aside. ${reason}`, isInexact });
      this.#session.close();
    }
    return new BridgeError('accelerator-failed', this.#telemetry.detail);
  }

  /** A device that does not tell how it is may be at work: its images' answers say whether it is. */
  #askHowItIs(): void {
    this.#session.telemetry().then(
      (told) => this.#hear(told),
      () => {},
    );
  }

  #hear(told: DeviceTelemetry): void {
    this.#told = told;
    this.#changed();
  }

  #report(telemetry: Telemetry): void {
    // Once it has failed it stays so.
    if (this.#telemetry.state === 'failed') return;
    this.#telemetry = telemetry;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The device is sound; it cannot run this network, or not this image. */
const aboutTheNetwork: ReadonlySet<string> = new Set([
  'out-of-memory',
  'network-invalid',
  'generation-wrong',
  'image-invalid',
]);
