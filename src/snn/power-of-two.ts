const double = new DataView(new ArrayBuffer(8));

/**
 * 2^exponent for whole exponents −1022…1023, exactly, from the bits of an IEEE 754 double.
 * (ECMAScript leaves the last bits of `2 ** n` to the implementation.)
 */
export function powerOfTwo(exponent: number): number {
  if (!Number.isInteger(exponent) || exponent < -1022 || exponent > 1023) {
    throw new RangeError(`2^${exponent} is no normal double`);
  }
  double.setUint32(0, (exponent + 1023) << 20);
  return double.getFloat64(0);
}
