/** Exact arithmetic on doubles, each of which is a whole number of 2^−1074. */
const double = new DataView(new ArrayBuffer(8));

/** The double as a whole number of 2^−1074. */
export function exactly(value: number): bigint {
  double.setFloat64(0, value);
  const bits = double.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return bits >> 63n === 1n ? -magnitude : magnitude;
}

/** The product of doubles as a whole number of 2^(−1074·n), n their number. */
export function exactProduct(...factors: number[]): bigint {
  return factors.reduce((product, factor) => product * exactly(factor), 1n);
}

/** A whole number of 2^(−1074·factors) as a double, for comparison with a tolerance. */
export function approximately(value: bigint, factors: number): number {
  const scaled = value >> BigInt(1074 * factors - 300);
  return Number(scaled) / 2 ** 300;
}
