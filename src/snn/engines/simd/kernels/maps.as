// What pools maps and moves them about. Channels come in groups of eight bytes.
import { interleaveBytes, interleaveHigh, interleaveLow, interleaveUpperBytes } from './interleave';

/** Highest byte of each window; pixels outside the map do not take part. */
export function maxPool(
  input: usize, pixelStep: i32, columns: i32, rows: i32, top: i32, left: i32,
  sizeY: i32, sizeX: i32, strideY: i32, strideX: i32, groups: i32,
  output: usize, outputStep: i32, outputColumns: i32, outputRows: i32,
): void {
  for (let y = 0; y < outputRows; y++) {
    const firstRow = max(y * strideY - top, 0);
    const endRow = min(y * strideY - top + sizeY, rows);
    for (let x = 0; x < outputColumns; x++) {
      const firstColumn = max(x * strideX - left, 0);
      const endColumn = min(x * strideX - left + sizeX, columns);
      const to = output + (y * outputColumns + x) * outputStep;
      for (let n = 0; n < groups; n++) {
        let highest = i8x16.splat(0);
        for (let row = firstRow; row < endRow; row++) {
          let from = input + (row * columns + firstColumn) * pixelStep + n * 8;
          for (let column = firstColumn; column < endColumn; column++) {
            highest = i8x16.max_u(highest, v128.load64_zero(from));
            from += pixelStep;
          }
        }
        v128.store64_lane(to + n * 8, highest, 0);
      }
    }
  }
}

/** Sums of all pixels' potentials, each first clamped to its channel's limits (low, then high). */
export function sumPixels(input: usize, pixelStep: i32, pixels: i32, quartets: i32, limits: usize, output: usize): void {
  for (let n = 0; n < quartets; n++) {
    const low = v128.load(limits + n * 32);
    const high = v128.load(limits + n * 32, 16);
    let from = input + n * 16;
    let sum = i32x4.splat(0);
    for (let pixel = 0; pixel < pixels; pixel++) {
      sum = i32x4.add(sum, i32x4.min_s(i32x4.max_s(v128.load(from), low), high));
      from += pixelStep;
    }
    v128.store(output + n * 16, sum);
  }
}

/** Copies `bytes` of each pixel; `flip` is 0x80808080 where 0 has another byte in the copy. */
export function copy(
  input: usize, pixelStep: i32, output: usize, outputStep: i32, bytes: i32, pixels: i32, flip: u32,
): void {
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let at = 0; at < bytes; at += 4) store<u32>(output + at, load<u32>(input + at) ^ flip);
    input += pixelStep;
    output += outputStep;
  }
}

/**
 * A dense copy of a map with `padding`, one pixel's bytes, around it and, where its pixels are spaced
 * more than 1 apart, between them. Pixels that fall outside the copy are left out.
 */
export function border(
  input: usize, pixelStep: i32, columns: i32, rows: i32, bytes: i32,
  top: i32, left: i32, spacingY: i32, spacingX: i32,
  padding: usize, output: usize, outputColumns: i32, outputRows: i32,
): void {
  fill(output, outputColumns * outputRows, padding, bytes);
  const isWhole = spacingX == 1 && pixelStep == bytes && left >= 0 && left + columns <= outputColumns;
  for (let row = 0; row < rows; row++) {
    const y = top + row * spacingY;
    if (<u32>y >= <u32>outputRows) continue;
    const from = input + row * columns * pixelStep;
    const to = output + y * outputColumns * bytes;
    if (isWhole) {
      memory.copy(to + left * bytes, from, columns * bytes);
      continue;
    }
    for (let column = 0; column < columns; column++) {
      const x = left + column * spacingX;
      if (<u32>x < <u32>outputColumns) copyPixel(to + x * bytes, from + column * pixelStep, bytes);
    }
  }
}

/** So many pixels that are all the same. */
function fill(to: usize, pixels: i32, pixel: usize, bytes: i32): void {
  const end = to + pixels * bytes;
  if (bytes == 4) {
    const four = v128.load32_splat(pixel);
    for (; to + 16 <= end; to += 16) v128.store(to, four);
  }
  for (; to < end; to += bytes) copyPixel(to, pixel, bytes);
}

// @ts-ignore: decorator
@inline
function copyPixel(to: usize, from: usize, bytes: i32): void {
  for (let at = 0; at < bytes; at += 4) store<u32>(to + at, load<u32>(from + at));
}

/** An image of up to four channels, C×H×W, as 4 bytes a pixel; absent channels point to zeros. */
export function image4(red: usize, green: usize, blue: usize, alpha: usize, output: usize, pixels: i32): void {
  let pixel = 0;
  for (; pixel + 16 <= pixels; pixel += 16) {
    const r = v128.load(red + pixel);
    const g = v128.load(green + pixel);
    const b = v128.load(blue + pixel);
    const a = v128.load(alpha + pixel);
    const rg = interleaveBytes(r, g);
    const ba = interleaveBytes(b, a);
    const rgHigh = interleaveUpperBytes(r, g);
    const baHigh = interleaveUpperBytes(b, a);
    const to = output + (pixel << 2);
    v128.store(to, interleaveLow(rg, ba));
    v128.store(to, interleaveHigh(rg, ba), 16);
    v128.store(to, interleaveLow(rgHigh, baHigh), 32);
    v128.store(to, interleaveHigh(rgHigh, baHigh), 48);
  }
  for (; pixel < pixels; pixel++) {
    const to = output + (pixel << 2);
    store<u8>(to, load<u8>(red + pixel));
    store<u8>(to, load<u8>(green + pixel), 1);
    store<u8>(to, load<u8>(blue + pixel), 2);
    store<u8>(to, load<u8>(alpha + pixel), 3);
  }
}
