const double = new DataView(new ArrayBuffer(8));

/** Exponents from −NEAR to NEAR are looked up. */
const NEAR = 64;
const near = Float64Array.from({ length: 2 * NEAR + 1 }, (_, index) => fromBits(index - NEAR));

/**
 * 2^exponent for whole exponents −1022…1023, exactly, from the bits of an IEEE 754 double.
 * (ECMAScript leaves the last bits of `2 ** n` to the implementation.)
 */
export function powerOfTwo(exponent: number): number {
  const known = near[exponent + NEAR];
  if (known !== undefined) return known;
  if (!Number.isInteger(exponent) || exponent < -1022 || exponent > 1023) {
    throw new RangeError(`2^${exponent} is no normal double`);
  }
  return fromBits(exponent);
}

function fromBits(exponent: number): number {
  double.setUint32(0, (exponent + 1023) << 20);
  return double.getFloat64(0);
}
