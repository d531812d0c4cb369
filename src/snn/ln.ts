/**
 * The natural logarithm, the same last bit on every engine: only + − × ÷ of doubles in a fixed
 * order. Error below 2 ulp. ln 0 = −∞; NaN below 0.
 *
 * x = 2^k·m with √½ ≤ m < √2, by taking the double apart. With f = m − 1, exact, and
 * s = f/(2 + f): ln m = 2·atanh s = 2·(s + s³/3 + s⁵/5 + …), |s| < 0.1716, to s^21, whose
 * remainder is under 2^−60 of the sum. Since 2s = f − s·f, only a term below f²/2 is rounded
 * before f itself is added. k·ln 2 is added in two parts, of which the high one is exact.
 */
export function ln(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x < SMALLEST_NORMAL) return ln(x * TWO_54) - 54 * LN2_HIGH - 54 * LN2_LOW;
  double.setFloat64(0, x);
  const high = double.getUint32(0);
  let k = (high >>> 20) - 1023;
  double.setUint32(0, (high & 0xfffff) | (1023 << 20));
  let m = double.getFloat64(0);
  if (m >= Math.SQRT2) {
    m *= 0.5;
    k += 1;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  // Each quotient is rounded once, when the program is compiled.
  const upper = ((((1 / 21) * z + 1 / 19) * z + 1 / 17) * z + 1 / 15) * z + 1 / 13;
  const series = (((((upper * z + 1 / 11) * z + 1 / 9) * z + 1 / 7) * z + 1 / 5) * z + 1 / 3) * z;
  return k * LN2_HIGH + (f - (s * (f - 2 * series) - k * LN2_LOW));
}

const double = new DataView(new ArrayBuffer(8));
const SMALLEST_NORMAL = 2.2250738585072014e-308;
const TWO_54 = 18014398509481984;
const LN2_HIGH = 6.9314718036912382e-1; // the leading 32 bits of ln 2
const LN2_LOW = 1.9082149292705877e-10; // ln 2 − LN2_HIGH
