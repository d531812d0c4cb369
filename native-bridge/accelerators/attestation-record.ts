import { type Attestation, checksKept, type ExactnessCheck } from '../shared/contract.ts';

/** What the comparisons of one device with the emulator came to, since it was attached. */
export class AttestationRecord {
  /** Newest first. */
  readonly #history: ExactnessCheck[] = [];
  #golden: ExactnessCheck | undefined;
  #shadowed = 0;
  #isWrong = false;
  #trustedSince: string | null = null;

  /**
   * When the first images that came out right were given to the device. What it has read since was
   * read on trust: that one image came out right shows nothing of another.
   */
  get trustedSince(): string | null {
    return this.#trustedSince;
  }

  /** Images of the clinic's work that were run on both. */
  get shadowed(): number {
    return this.#shadowed;
  }

  /** @param givenAt when the images were given to the device. */
  add(check: ExactnessCheck, givenAt: string): void {
    if (check.cause === 'shadow') this.#shadowed += check.images;
    else this.#golden = check;
    if (check.mismatches > 0) this.#isWrong = true;
    else this.#trustedSince ??= givenAt;
    this.#remember(check);
  }

  status(): Attestation {
    const { at = null, images = 0, mismatches = 0 } = this.#golden ?? {};
    const state = this.#isWrong ? 'failed' : this.#golden ? 'attested' : 'not-attested';
    return { state, at, images, mismatches, history: [...this.#history], shadowed: this.#shadowed };
  }

  /** Shadow checks come all day long: a run of them without a mismatch is one line. */
  #remember(check: ExactnessCheck): void {
    const [last] = this.#history;
    const continues =
      last?.cause === 'shadow' &&
      check.cause === 'shadow' &&
      last.networkSha256 === check.networkSha256 &&
      last.mismatches + check.mismatches === 0;
    if (continues) this.#history[0] = { ...check, images: last.images + check.images };
    else this.#history.unshift(check);
    this.#history.splice(checksKept);
  }
}
