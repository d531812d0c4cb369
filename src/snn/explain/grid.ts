import { powerOfTwo } from '../power-of-two.ts';

/**
 * A grid of doubles: whole multiples of a power of two, chosen so that numbers whose magnitudes
 * sum to at most `magnitude` are below 2^52 units together. Any sum of them, in any order, is
 * then a whole number of units below 2^53, so no addition rounds.
 */
export class Grid {
  /** The spacing, at most `magnitude` / 2^50 unless that is no normal double. */
  readonly unit: number;
  readonly #perUnit: number;

  constructor(magnitude: number) {
    const exponent = Math.max(exponentAbove(magnitude), -970);
    this.unit = powerOfTwo(exponent - 51);
    this.#perUnit = powerOfTwo(51 - exponent);
  }

  /** The nearest multiple of the unit, halves upward. */
  snap(value: number): number {
    return Math.floor(value * this.#perUnit + 0.5) * this.unit;
  }
}

const double = new DataView(new ArrayBuffer(8));

/** The smallest e with |value| < 2^e, for normal doubles. */
function exponentAbove(value: number): number {
  double.setFloat64(0, value);
  return ((double.getUint32(0) >>> 20) & 0x7ff) - 1022;
}
