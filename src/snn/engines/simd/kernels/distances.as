// Squared Euclidean distances between vectors of bytes, for a search from end to end.

/**
 * Of each of `count` vectors of `length` bytes, a multiple of 16, from the one at `own`. At most
 * 33,025 · 65,025 < 2^31: so many bytes may all differ by 255.
 */
export function squaredDistances(
  vectors: usize, length: i32, count: i32, own: usize, distances: usize,
): void {
  for (let n = 0; n < count; n++) {
    let sums = i32x4.splat(0);
    for (let at = 0; at < length; at += 16) {
      const one = v128.load(vectors + at);
      const other = v128.load(own + at);
      const low = i16x8.sub(i16x8.extend_low_i8x16_u(one), i16x8.extend_low_i8x16_u(other));
      const high = i16x8.sub(i16x8.extend_high_i8x16_u(one), i16x8.extend_high_i8x16_u(other));
      sums = i32x4.add(sums, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)));
    }
    const halves = i32x4.add(sums, v128.shuffle<i32>(sums, sums, 2, 3, 0, 1));
    store<i32>(distances, i32x4.extract_lane(halves, 0) + i32x4.extract_lane(halves, 1));
    vectors += length;
    distances += 4;
  }
}
