import type { DeviceStatus } from '../shared/contract.ts';

/** Images that the averages are taken over, about. */
const remembered = 200;

/** Time and energy that a device takes for an image, on a running average. */
export class Energy {
  #images = 0;
  #durationUs = 0;
  #measuredImages = 0;
  #measuredUj = 0;

  /** On the device, of one image; `null` before the first. */
  get durationMs(): number | null {
    return this.#images === 0 ? null : this.#durationUs / this.#images / 1000;
  }

  /** @param energyUj of all of them; `undefined` where the device does not measure. */
  add(images: number, durationUs: number, energyUj: number | undefined): void {
    if (this.#images >= remembered) {
      this.#images /= 2;
      this.#durationUs /= 2;
      this.#measuredImages /= 2;
      this.#measuredUj /= 2;
    }
    this.#images += images;
    this.#durationUs += durationUs;
    if (energyUj === undefined) return;
    this.#measuredImages += images;
    this.#measuredUj += energyUj;
  }

  /** @param powerMw as last told; mW × s = mJ. */
  perImage(powerMw: number | undefined): DeviceStatus['energyPerImage'] {
    if (this.#measuredImages > 0)
      return { mj: this.#measuredUj / this.#measuredImages / 1000, basis: 'measured' };
    if (powerMw === undefined || this.durationMs === null) return null;
    return { mj: (powerMw * this.durationMs) / 1000, basis: 'estimated' };
  }
}
