import type { Requantization } from './network.ts';
import { powerOfTwo } from './power-of-two.ts';

/**
 * Requantization in 32-bit integers only (docs/arithmetic.md, "Requantization"). With
 * potential p, multiplier M, shift s and limits [low, high] of the result:
 *
 *     p' = clamp(p, floor, ceiling)         saturated results stay saturated
 *     y  = clip(((p' >> drop)·M + (((p' & (2^drop − 1))·M) >> drop) + half) >> rest, low, high)
 *
 * where drop + rest = s. `drop` is 0 unless s exceeds 32 − bits, and then keeps p'·M inside
 * 32 bits without losing a bit of the result. Scaling up (s < 0) is folded into M.
 */
export interface RequantizationPlan {
  readonly low: number;
  readonly high: number;
  readonly floor: Int32Array;
  readonly ceiling: Int32Array;
  readonly multiplier: Int32Array;
  readonly drop: Uint8Array;
  readonly half: Int32Array;
  readonly rest: Uint8Array;
  /** Smallest potential whose result is positive; 2^31 − 1 where no potential reaches it. */
  readonly threshold: Int32Array;
}

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

/** Limits of a signed integer of `bits` bits. */
export function signedLimits(bits: number): readonly [low: number, high: number] {
  return [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/**
 * The definition, for one potential: `clip(⌊p·M/2^s + ½⌋)`. In float64 it is exact: p·M has
 * at most 39 bits, the division only moves the exponent, and where ½ cannot be added without
 * rounding (s > 53) the result is 0 either way.
 */
export function requantize(
  potential: number,
  multiplier: number,
  shift: number,
  low: number,
  high: number,
): number {
  const rounded = Math.floor((potential * multiplier) / powerOfTwo(shift) + 0.5);
  return Math.min(Math.max(rounded, low), high);
}

/** The same for whole layers, prepared once. */
export function planRequantization(requantization: Requantization): RequantizationPlan {
  const { bits, multiplier, shift } = requantization;
  const [low, high] = signedLimits(bits);
  const channels = multiplier.length;
  const plan = {
    low,
    high,
    floor: new Int32Array(channels),
    ceiling: new Int32Array(channels),
    multiplier: new Int32Array(channels),
    drop: new Uint8Array(channels),
    half: new Int32Array(channels),
    rest: new Uint8Array(channels),
    threshold: new Int32Array(channels),
  };
  for (let channel = 0; channel < channels; channel++) {
    const m = multiplier[channel] ?? 0;
    const s = shift[channel] ?? 0;
    const unit = powerOfTwo(s);
    plan.ceiling[channel] = m === 0 ? INT32_MAX : toInt32(Math.ceil(((high - 0.5) * unit) / m));
    plan.floor[channel] = m === 0 ? INT32_MIN : toInt32(Math.ceil(((low + 0.5) * unit) / m) - 1);
    plan.threshold[channel] = m === 0 ? INT32_MAX : toInt32(Math.ceil((0.5 * unit) / m));
    // A potential of ±1 already saturates at M·2^−s ≥ 2^bits: more would only overflow.
    plan.multiplier[channel] = s < 0 ? Math.min(m * powerOfTwo(-s), 2 ** bits) : m;
    const right = Math.max(s, 0);
    const drop = Math.max(0, right - (32 - bits));
    plan.drop[channel] = drop;
    plan.rest[channel] = right - drop;
    plan.half[channel] = right === 0 ? 0 : 2 ** (right - drop - 1);
  }
  return plan;
}

/** One potential by the 32-bit plan. */
export function requantizeByPlan(
  plan: RequantizationPlan,
  potential: number,
  channel: number,
): number {
  const floor = plan.floor[channel] ?? 0;
  const ceiling = plan.ceiling[channel] ?? 0;
  const multiplier = plan.multiplier[channel] ?? 0;
  const drop = plan.drop[channel] ?? 0;
  const p = Math.min(Math.max(potential, floor), ceiling);
  const kept = Math.imul(p >> drop, multiplier);
  const dropped = Math.imul(p & ((1 << drop) - 1), multiplier) >> drop;
  const y = (kept + dropped + (plan.half[channel] ?? 0)) >> (plan.rest[channel] ?? 0);
  return Math.min(Math.max(y, plan.low), plan.high);
}

function toInt32(value: number): number {
  return Math.min(Math.max(value, INT32_MIN), INT32_MAX);
}
