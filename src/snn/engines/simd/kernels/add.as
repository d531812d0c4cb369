// Addition in 16 bits, and the rescaling after it: ⌊x · m / 2^15 + ½⌋ is one instruction.

/** Constants of eight channels, int16 (docs/arithmetic.md). */
// @ts-ignore: decorator
@inline const LEFT: usize = 0;
// @ts-ignore: decorator
@inline const RIGHT: usize = 16;
// @ts-ignore: decorator
@inline const OFFSET: usize = 32;
// @ts-ignore: decorator
@inline const MULTIPLIER: usize = 48;
// @ts-ignore: decorator
@inline const LOW: usize = 64;
// @ts-ignore: decorator
@inline const HIGH: usize = 80;
// @ts-ignore: decorator
@inline const RESCALE_FACTOR: usize = 96;
// @ts-ignore: decorator
@inline const RESCALE_MULTIPLIER: usize = 112;
/** Bytes. */
// @ts-ignore: decorator
@inline const ZERO: usize = 128;
// @ts-ignore: decorator
@inline const GROUP: usize = 144;

/** Pixels that are added before the next group of channels: their bytes stay in the L1 cache. */
const CHUNK: i32 = 64;

/** ⌊(left · 2^u + right · 2^v) / 2^s + ½⌋ */
export function add(
  left: usize, leftStep: i32, right: usize, rightStep: i32, constants: usize, groups: i32,
  output: usize, outputStep: i32, pixels: i32,
): void {
  addMaps(left, leftStep, right, rightStep, constants, groups, output, outputStep, pixels, false);
}

/** The same, saturated to 8 bits, clamped, and rescaled once more. */
export function addRescaled(
  left: usize, leftStep: i32, right: usize, rightStep: i32, constants: usize, groups: i32,
  output: usize, outputStep: i32, pixels: i32,
): void {
  addMaps(left, leftStep, right, rightStep, constants, groups, output, outputStep, pixels, true);
}

// @ts-ignore: decorator
@inline
function addMaps(
  left: usize, leftStep: i32, right: usize, rightStep: i32, constants: usize, groups: i32,
  output: usize, outputStep: i32, pixels: i32, rescales: bool,
): void {
  for (let start = 0; start < pixels; start += CHUNK) {
    const end = min(start + CHUNK, pixels);
    for (let n = 0; n < groups; n++) {
      const group = constants + <usize>n * GROUP;
      const zero = v128.load(group, ZERO);
      let a = left + start * leftStep + n * 8;
      let b = right + start * rightStep + n * 8;
      let to = output + start * outputStep + n * 8;
      let pixel = start;
      for (; pixel + 2 <= end; pixel += 2) {
        const first = addGroup(v128.load8x8_u(a), v128.load8x8_u(b), group, rescales);
        const second = addGroup(v128.load8x8_u(a + leftStep), v128.load8x8_u(b + rightStep), group, rescales);
        const spikes = v128.xor(i8x16.narrow_i16x8_s(first, second), zero);
        v128.store64_lane(to, spikes, 0);
        v128.store64_lane(to + outputStep, spikes, 1);
        a += leftStep << 1;
        b += rightStep << 1;
        to += outputStep << 1;
      }
      if (pixel < end) {
        const last = addGroup(v128.load8x8_u(a), v128.load8x8_u(b), group, rescales);
        v128.store64_lane(to, v128.xor(i8x16.narrow_i16x8_s(last, last), zero), 0);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addGroup(left: v128, right: v128, group: usize, rescales: bool): v128 {
  const x = i16x8.mul(left, v128.load(group, LEFT));
  const y = i16x8.mul(right, v128.load(group, RIGHT));
  const sum = i16x8.add(i16x8.add(x, y), v128.load(group, OFFSET));
  const spikes = multiplyRounded(sum, v128.load(group, MULTIPLIER));
  if (!rescales) return spikes;
  const above = i16x8.max_s(spikes, v128.load(group, LOW));
  const clamped = i16x8.min_s(above, v128.load(group, HIGH));
  const scaled = i16x8.mul(clamped, v128.load(group, RESCALE_FACTOR));
  return multiplyRounded(scaled, v128.load(group, RESCALE_MULTIPLIER));
}

/** The tiers' instructions differ for −2^15 · −2^15 only, and no multiplier is negative. */
// @ts-ignore: decorator
@inline
function multiplyRounded(a: v128, b: v128): v128 {
  return RELAXED ? i16x8.relaxed_q15mulr_s(a, b) : i16x8.q15mulr_sat_s(a, b);
}
