import type { Rate } from './entities/index.ts';

/** Two-sided 95 %. */
const z = 1.959964;

/** A share with its interval of 95 % (Wilson 1927): right for small counts and for none or all. */
export function rateOf(count: number, of: number): Rate {
  if (of === 0) return { count, of, value: null, low: 0, high: 1 };
  const share = count / of;
  const centre = share + z ** 2 / (2 * of);
  const spread = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  const scale = 1 + z ** 2 / of;
  return {
    count,
    of,
    value: share,
    low: Math.max(0, (centre - spread) / scale),
    high: Math.min(1, (centre + spread) / scale),
  };
}
