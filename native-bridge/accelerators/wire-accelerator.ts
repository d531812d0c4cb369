import { attest } from '../attestation.ts';
import { BridgeError, type NetworkInfo } from '../contract.ts';
import type { ByteLink } from '../links/link.ts';
import { WireError } from '../wire/errors.ts';
import { WireSession, type WireTimeouts } from '../wire/session.ts';
import type {
  Accelerator,
  AcceleratorDescription,
  Batch,
  Inference,
  NetworkFile,
  Telemetry,
} from './accelerator.ts';

export interface WireAcceleratorOptions {
  /** What the device must agree with to the bit: the emulator. */
  readonly reference: Accelerator;
  readonly timeouts?: Partial<WireTimeouts>;
}

/**
 * A device over the wire, from its HELLO until it is unplugged or set aside. It is set aside, for
 * good, by the first thing that a sound device does not do: a differing bit, silence, a broken
 * answer. Attaching it again makes a new accelerator, attested anew.
 */
export class WireAccelerator implements Accelerator {
  readonly #session: WireSession;
  readonly #reference: Accelerator;
  readonly #networks = new Map<string, NetworkInfo>();
  readonly #listeners = new Set<() => void>();
  #telemetry: Telemetry = { state: 'ready', detail: 'Attached; no network is loaded yet.' };

  private constructor(session: WireSession, reference: Accelerator) {
    this.#session = session;
    this.#reference = reference;
    void session.closed.then((error) => this.#setAside(error.message));
  }

  /** Greets the device at the other end. @throws BridgeError `accelerator-failed` */
  static async attach(
    link: ByteLink,
    { reference, timeouts }: WireAcceleratorOptions,
  ): Promise<WireAccelerator> {
    try {
      return new WireAccelerator(await WireSession.open(link, timeouts), reference);
    } catch (error) {
      throw new BridgeError('accelerator-failed', messageOf(error));
    }
  }

  describe(): AcceleratorDescription {
    const { vendor, product, serial, firmware, window } = this.#session.device;
    return {
      id: `wire:${vendor}:${product}:${serial}`,
      identity: { kind: 'device', name: `${vendor} ${product}`, version: firmware },
      concurrency: window,
    };
  }

  telemetry(): Telemetry {
    return this.#telemetry;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Loads and attests: the golden images must come out as the reference has them. */
  async load(network: NetworkFile): Promise<NetworkInfo> {
    const expected = await this.#reference.load(network);
    this.#checkGeneration(network);
    const { inputShape, spikeCount, macs } = await this.#ask(() => this.#session.load(network));
    const info: NetworkInfo = { inputShape: [...inputShape], spikeCount, macs };
    if (JSON.stringify(info) !== JSON.stringify(expected))
      throw this.#setAside(`It takes the network ${network.name} for another one.`);
    this.#networks.set(network.sha256, info);
    const { images, mismatches } = await attest(this, this.#reference, network.sha256, info);
    const [first] = mismatches;
    if (first)
      throw this.#setAside(
        `It is not exact: of the golden image "${first.image}" it gives the count ` +
          `${first.actual} where ${first.expected} is right, and ${mismatches.length} counts ` +
          'are wrong in all. Do not use it; have it checked.',
      );
    this.#report({ state: 'ready', detail: `Attested on ${images} golden images.` });
    return info;
  }

  async infer(batch: Batch, signal: AbortSignal): Promise<readonly Inference[]> {
    const info = this.#networks.get(batch.networkSha256);
    if (!info)
      throw new BridgeError(
        'model-invalid',
        `No network with SHA-256 ${batch.networkSha256} is loaded on the device.`,
      );
    const [channels, height, width] = info.inputShape;
    const size = this.#session.batchSize(channels * height * width);
    if (size < 1)
      throw this.#setAside('An image of this network does not fit into one of its frames.');
    const inferences: Inference[] = [];
    for (let at = 0; at < batch.images.length; at += size) {
      const images = batch.images.slice(at, at + size);
      const { spikeCounts, durationUs } = await this.#ask(() =>
        this.#session.infer(batch.networkSha256, images, signal),
      );
      const durationMs = durationUs / 1000 / images.length;
      for (const counts of spikeCounts) {
        if (counts.length !== info.spikeCount)
          throw this.#setAside(`It gave ${counts.length} counts, not ${info.spikeCount}.`);
        inferences.push({ spikeCounts: counts, durationMs });
      }
    }
    return inferences;
  }

  async close(): Promise<void> {
    this.#session.close();
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
      if (!(error instanceof WireError)) throw this.#setAside(messageOf(error));
      if (error.code === 'cancelled') throw new BridgeError('cancelled', error.message);
      if (aboutTheNetwork.has(error.code)) throw new BridgeError('model-invalid', error.message);
      throw this.#setAside(error.message);
    }
  }

  #setAside(reason: string): BridgeError {
    if (this.#telemetry.state !== 'failed') {
      this.#report({ state: 'failed', detail: `The device was set aside. ${reason}` });
      this.#session.close();
    }
    return new BridgeError('accelerator-failed', this.#telemetry.detail);
  }

  #report(telemetry: Telemetry): void {
    this.#telemetry = telemetry;
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
