import type { Accelerator, Batch, Device, Inference } from '../accelerators/accelerator.ts';
import { differences } from '../accelerators/attestation.ts';
import { BridgeError } from '../shared/contract.ts';

export const defaultShadowEvery = 20;
/** Comparisons that may be under way beside the flow. With more, images wait for their own. */
const mostPending = 4;

/**
 * Runs some of a device's images on the reference too. The first after each load is answered only
 * when both agree; of the others, one in so many is compared beside the flow. A count that differs
 * sets the device aside.
 */
export class Shadow {
  readonly #device: Device;
  readonly #reference: Accelerator;
  readonly #every: number;
  readonly #verified = new Set<string>();
  #sinceLast = 0;
  #pending = 0;

  constructor(device: Device, reference: Accelerator, every: number = defaultShadowEvery) {
    this.#device = device;
    this.#reference = reference;
    this.#every = every;
  }

  /** One of the clinic's own images has come out right since the network was loaded. */
  hasVerified(networkSha256: string): boolean {
    return this.#verified.has(networkSha256);
  }

  /** The network was loaded anew. */
  forget(networkSha256: string): void {
    this.#verified.delete(networkSha256);
  }

  /**
   * @param all every image is compared and answered only when both agree.
   * @throws BridgeError `accelerator-failed` when the device is wrong or fails.
   */
  async infer(batch: Batch, all: boolean, signal: AbortSignal): Promise<readonly Inference[]> {
    const isFirst = !this.hasVerified(batch.networkSha256);
    const due = batch.images.map(() => this.#isDue() || isFirst || all);
    if (!due.includes(true)) return this.#device.infer(batch, signal);
    const isWithheld = all || isFirst || this.#pending >= mostPending;
    const givenAt = new Date().toISOString();
    const images = batch.images.filter((_, at) => due[at]);
    // A comparison beside the flow goes on when nobody waits for the image any more.
    const patience = isWithheld ? signal : new AbortController().signal;
    const expected = this.#reference.infer({ ...batch, images }, patience);
    expected.catch(() => {});
    const inferences = await this.#device.infer(batch, signal);
    const told = inferences.filter((_, at) => due[at]);
    const comparison = this.#compare(batch.networkSha256, givenAt, expected, told);
    if (isWithheld) await comparison;
    // The reference's own troubles are no reason to doubt the device.
    else comparison.catch(() => {});
    this.#checkTrust();
    return inferences;
  }

  #isDue(): boolean {
    this.#sinceLast = (this.#sinceLast + 1) % this.#every;
    return this.#sinceLast === 0;
  }

  async #compare(
    networkSha256: string,
    givenAt: string,
    reference: Promise<readonly Inference[]>,
    told: readonly Inference[],
  ): Promise<void> {
    this.#pending++;
    try {
      const expected = await reference;
      const wrong = told.flatMap((inference, at) => differences(expected[at], inference));
      const at = new Date().toISOString();
      const check = { at, cause: 'shadow', networkSha256, images: told.length } as const;
      this.#device.record.add({ ...check, mismatches: wrong.length }, givenAt);
      const [first] = wrong;
      if (first)
        this.#device.setAside(
          `It is not exact: of an image it gave the count ${first.actual} where ` +
            `${first.expected} is right. Do not use it; have it checked.`,
        );
      else this.#verified.add(networkSha256);
    } finally {
      this.#pending--;
    }
  }

  /** A device that was set aside meanwhile may have been wrong here too. */
  #checkTrust(): void {
    const { isInexact, detail } = this.#device.telemetry();
    if (isInexact) throw new BridgeError('accelerator-failed', detail);
  }
}
