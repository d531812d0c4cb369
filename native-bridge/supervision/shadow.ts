import { randomInt } from 'node:crypto';
import type { Accelerator, Batch, Device, Inference } from '../accelerators/accelerator.ts';
import { differences } from '../accelerators/attestation.ts';
import { BridgeError } from '../shared/contract.ts';

export const defaultShadowEvery = 20;
/** So many right comparisons earn a device its record. Readings of one without it are all sampled. */
export const recordImages = 200;
/** Comparisons that may be under way beside the flow. With more, the device is given nothing new. */
const mostPending = 4;

export interface ShadowOptions {
  /** One image in how many is compared, on average; 20. */
  readonly every?: number | undefined;
  /** A whole number, 0 … `end` − 1, that nobody can foresee. Tests give their own. */
  readonly below?: ((end: number) => number) | undefined;
  /** Told when a comparison beside the flow is over. */
  readonly onCompared?: () => void;
}

/** An image that the device has answered. */
export interface Answered {
  readonly networkSha256: string;
  readonly image: Uint8Array;
  readonly inference: Inference;
  /** When the device was given the image. */
  readonly givenAt: string;
}

/**
 * Runs some of a device's images on the reference too. The first after each load is answered only
 * when both agree. Of the others each has the same chance to be compared beside the flow, drawn when
 * the device has answered: whatever it knows, it cannot know where it is looked at. A count that
 * differs sets the device aside.
 */
export class Shadow {
  readonly #device: Device;
  readonly #reference: Accelerator;
  readonly #every: number;
  readonly #below: (end: number) => number;
  readonly #onCompared: () => void;
  readonly #verified = new Set<string>();
  #pending = 0;

  constructor(device: Device, reference: Accelerator, options: ShadowOptions = {}) {
    this.#device = device;
    this.#reference = reference;
    this.#every = options.every ?? defaultShadowEvery;
    this.#below = options.below ?? ((end) => randomInt(end));
    this.#onCompared = options.onCompared ?? (() => {});
  }

  /** One of the clinic's own images has come out right since the network was loaded. */
  hasVerified(networkSha256: string): boolean {
    return this.#verified.has(networkSha256);
  }

  /** So many of its images have come out right, since it was attached, that a sample will do. */
  get hasRecord(): boolean {
    return this.#device.record.shadowed >= recordImages;
  }

  /** The comparisons lag behind: the device is better given nothing new. */
  get isBusy(): boolean {
    return this.#pending >= mostPending;
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
    const givenAt = new Date().toISOString();
    const answered = (inferences: readonly Inference[]): Answered[] =>
      inferences.flatMap((inference, at) => {
        const image = batch.images[at];
        return image ? [{ networkSha256: batch.networkSha256, image, inference, givenAt }] : [];
      });
    if (all || !this.hasVerified(batch.networkSha256)) {
      const expected = this.#reference.infer(batch, signal);
      expected.catch(() => {});
      const inferences = await this.#device.infer(batch, signal);
      await this.#judge(answered(inferences), expected);
      this.#checkTrust();
      return inferences;
    }
    const inferences = await this.#device.infer(batch, signal);
    this.#checkTrust();
    this.#compare(answered(inferences).filter(() => this.#isDrawn()));
    return inferences;
  }

  /** Compares one of these, whichever it is, beside the flow. */
  compareOneOf(candidates: readonly Answered[]): void {
    const chosen = candidates[this.#below(Math.max(candidates.length, 1))];
    if (chosen) this.#compare([chosen]);
  }

  /** Compares these beside the flow, also when nobody waits for them any more. */
  #compare(chosen: readonly Answered[]): void {
    const [first] = chosen;
    if (!first) return;
    const images = chosen.map(({ image }) => image);
    const batch = { networkSha256: first.networkSha256, images };
    this.#pending++;
    this.#judge(chosen, this.#reference.infer(batch, new AbortController().signal))
      // The reference's own troubles are no reason to doubt the device.
      .catch(() => {})
      .finally(() => {
        this.#pending--;
        this.#onCompared();
      });
  }

  #isDrawn(): boolean {
    return Number.isFinite(this.#every) && this.#below(this.#every) === 0;
  }

  async #judge(told: readonly Answered[], reference: Promise<readonly Inference[]>): Promise<void> {
    const [first] = told;
    if (!first) return;
    const { networkSha256, givenAt } = first;
    const expected = await reference;
    const wrong = told.flatMap(({ inference }, at) => differences(expected[at], inference));
    const at = new Date().toISOString();
    const check = { at, cause: 'shadow', networkSha256, images: told.length } as const;
    this.#device.record.add({ ...check, mismatches: wrong.length }, givenAt);
    const [mismatch] = wrong;
    if (mismatch)
      this.#device.setAside(
        `Its results are not identical: of an image it gave the count ${mismatch.actual} where ` +
          `${mismatch.expected} is right. Do not use it; have it checked.`,
      );
    else this.#verified.add(networkSha256);
  }

  /** A device that was set aside meanwhile may have been wrong here too. */
  #checkTrust(): void {
    const { isInexact, detail } = this.#device.telemetry();
    if (isInexact) throw new BridgeError('accelerator-failed', detail);
  }
}
