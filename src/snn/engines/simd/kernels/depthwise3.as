// Depthwise convolution with kernels of 3 columns and up to 3 rows at stride 1 or 2: the common cases, in
// which each interleaved column of the input is used for up to three pixels while it is in registers.
import { dot, oddWeights, WEIGHT_VECTOR } from './dot';
import { interleaveBytes, interleaveHigh, interleaveLow } from './interleave';
import { fire, fireClamped, isClamped, RESTING, WEIGHTS } from './neurons';

/** The padding on the left and on the right is at most 1, and there are at least 4 output columns. */
export function depthwise3(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32, top: i32, left: i32, kernelRows: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32, outputColumns: i32, outputRows: i32, padding: usize,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, top, left, kernelRows,
    blocks, blockCount, output, outputStep, outputColumns, outputRows, padding, false);
}

/** The same at stride 2. */
export function depthwise3Stride2(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32, top: i32, left: i32, kernelRows: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32, outputColumns: i32, outputRows: i32, padding: usize,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, top, left, kernelRows,
    blocks, blockCount, output, outputStep, outputColumns, outputRows, padding, true);
}

// @ts-ignore: decorator
@inline
function convolve(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32, top: i32, left: i32, kernelRows: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32, outputColumns: i32, outputRows: i32, padding: usize, isStride2: bool,
): void {
  const stride = isStride2 ? 2 : 1;
  const lastColumn = isStride2 ? 8 : 5;
  for (let y = 0; y < outputRows; y++) {
    // A row outside the map is one pixel of padding, again and again.
    const row = y * stride - top;
    const isIn0 = <u32>row < <u32>rows;
    const isIn1 = kernelRows > 1 && <u32>(row + 1) < <u32>rows;
    const isIn2 = kernelRows > 2 && <u32>(row + 2) < <u32>rows;
    const step0 = isIn0 ? pixelStep : 0;
    const step1 = isIn1 ? pixelStep : 0;
    const step2 = isIn2 ? pixelStep : 0;
    let row0 = isIn0 ? input + row * rowStep - left * step0 : padding;
    let row1 = isIn1 ? input + (row + 1) * rowStep - left * step1 : padding;
    let row2 = isIn2 ? input + (row + 2) * rowStep - left * step2 : padding;
    let to = output + y * outputColumns * outputStep;
    let block = blocks;
    for (let n = 0; n < blockCount; n++) {
      for (let x = 0; x < outputColumns; x += 4) {
        const column = min(x, outputColumns - 4);
        const first = column * stride;
        const at0 = row0 + first * step0;
        const at1 = row1 + first * step1;
        const at2 = row2 + first * step2;
        const toA = to + column * outputStep;
        const isLeft = first < left;
        const isRight = first + lastColumn - left >= columns;
        if (isStride2) {
          if (isLeft || isRight) {
            tile2(at0, at1, at2, step0, step1, step2, block, toA, outputStep, padding, isLeft, isRight);
          } else {
            tile2(at0, at1, at2, step0, step1, step2, block, toA, outputStep, padding, false, false);
          }
        } else if (isLeft || isRight) {
          tile(at0, at1, at2, step0, step1, step2, block, toA, outputStep, padding, isLeft, isRight);
        } else {
          tile(at0, at1, at2, step0, step1, step2, block, toA, outputStep, padding, false, false);
        }
      }
      if (isIn0) row0 += 8;
      if (isIn1) row1 += 8;
      if (isIn2) row2 += 8;
      to += 8;
      block += WEIGHTS + 6 * WEIGHT_VECTOR;
    }
  }
}

/** Four pixels of eight channels; the columns of padding, if any, are the first and the last of six. */
// @ts-ignore: decorator
@inline
function tile(
  at0: usize, at1: usize, at2: usize, step0: i32, step1: i32, step2: i32,
  block: usize, toA: usize, outputStep: i32, padding: usize, isLeft: bool, isRight: bool,
): void {
  let a0 = v128.load(block, RESTING);
  let a1 = v128.load(block, RESTING + 16);
  let b0 = a0;
  let b1 = a1;
  let c0 = a0;
  let c1 = a1;
  let d0 = a0;
  let d1 = a1;
  let upper = interleaveBytes(v128.load64_zero(isLeft ? padding : at0), v128.load64_zero(isLeft ? padding : at1));
  let lower = v128.load8x8_u(isLeft ? padding : at2);
  let low = interleaveLow(upper, lower);
  let high = interleaveHigh(upper, lower);
  a0 = tap(a0, low, block, 0);
  a1 = tap(a1, high, block, 1);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
  lower = v128.load8x8_u(at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  a0 = tap(a0, low, block, 2);
  a1 = tap(a1, high, block, 3);
  b0 = tap(b0, low, block, 0);
  b1 = tap(b1, high, block, 1);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
  lower = v128.load8x8_u(at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  a0 = tap(a0, low, block, 4);
  a1 = tap(a1, high, block, 5);
  b0 = tap(b0, low, block, 2);
  b1 = tap(b1, high, block, 3);
  c0 = tap(c0, low, block, 0);
  c1 = tap(c1, high, block, 1);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
  lower = v128.load8x8_u(at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  b0 = tap(b0, low, block, 4);
  b1 = tap(b1, high, block, 5);
  c0 = tap(c0, low, block, 2);
  c1 = tap(c1, high, block, 3);
  d0 = tap(d0, low, block, 0);
  d1 = tap(d1, high, block, 1);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
  lower = v128.load8x8_u(at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  c0 = tap(c0, low, block, 4);
  c1 = tap(c1, high, block, 5);
  d0 = tap(d0, low, block, 2);
  d1 = tap(d1, high, block, 3);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(isRight ? padding : at0), v128.load64_zero(isRight ? padding : at1));
  lower = v128.load8x8_u(isRight ? padding : at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  d0 = tap(d0, low, block, 4);
  d1 = tap(d1, high, block, 5);
  store4(a0, a1, b0, b1, c0, c1, d0, d1, block, toA, outputStep);
}

/** The same at stride 2, from nine columns. */
// @ts-ignore: decorator
@inline
function tile2(
  at0: usize, at1: usize, at2: usize, step0: i32, step1: i32, step2: i32,
  block: usize, toA: usize, outputStep: i32, padding: usize, isLeft: bool, isRight: bool,
): void {
  let a0 = v128.load(block, RESTING);
  let a1 = v128.load(block, RESTING + 16);
  let b0 = a0;
  let b1 = a1;
  let c0 = a0;
  let c1 = a1;
  let d0 = a0;
  let d1 = a1;
  let upper = interleaveBytes(v128.load64_zero(isLeft ? padding : at0), v128.load64_zero(isLeft ? padding : at1));
  let lower = v128.load8x8_u(isLeft ? padding : at2);
  let low = interleaveLow(upper, lower);
  let high = interleaveHigh(upper, lower);
  a0 = tap(a0, low, block, 0);
  a1 = tap(a1, high, block, 1);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
  lower = v128.load8x8_u(at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  a0 = tap(a0, low, block, 2);
  a1 = tap(a1, high, block, 3);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
  lower = v128.load8x8_u(at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  a0 = tap(a0, low, block, 4);
  a1 = tap(a1, high, block, 5);
  b0 = tap(b0, low, block, 0);
  b1 = tap(b1, high, block, 1);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
  lower = v128.load8x8_u(at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  b0 = tap(b0, low, block, 2);
  b1 = tap(b1, high, block, 3);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
  lower = v128.load8x8_u(at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  b0 = tap(b0, low, block, 4);
  b1 = tap(b1, high, block, 5);
  c0 = tap(c0, low, block, 0);
  c1 = tap(c1, high, block, 1);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
  lower = v128.load8x8_u(at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  c0 = tap(c0, low, block, 2);
  c1 = tap(c1, high, block, 3);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
  lower = v128.load8x8_u(at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  c0 = tap(c0, low, block, 4);
  c1 = tap(c1, high, block, 5);
  d0 = tap(d0, low, block, 0);
  d1 = tap(d1, high, block, 1);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
  lower = v128.load8x8_u(at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  d0 = tap(d0, low, block, 2);
  d1 = tap(d1, high, block, 3);
  at0 += step0;
  at1 += step1;
  at2 += step2;
  upper = interleaveBytes(v128.load64_zero(isRight ? padding : at0), v128.load64_zero(isRight ? padding : at1));
  lower = v128.load8x8_u(isRight ? padding : at2);
  low = interleaveLow(upper, lower);
  high = interleaveHigh(upper, lower);
  d0 = tap(d0, low, block, 4);
  d1 = tap(d1, high, block, 5);
  store4(a0, a1, b0, b1, c0, c1, d0, d1, block, toA, outputStep);
}

/** Stores eight spikes of each of four pixels. */
// @ts-ignore: decorator
@inline
function store4(
  a0: v128, a1: v128, b0: v128, b1: v128, c0: v128, c1: v128, d0: v128, d1: v128,
  block: usize, toA: usize, outputStep: i32,
): void {
  const toB = toA + outputStep;
  const toC = toB + outputStep;
  const toD = toC + outputStep;
  if (isClamped(block)) {
    fireClamped(a0, a1, b0, b1, block, toA, toB);
    fireClamped(c0, c1, d0, d1, block, toC, toD);
  } else {
    fire(a0, a1, b0, b1, block, toA, toB);
    fire(c0, c1, d0, d1, block, toC, toD);
  }
}

// @ts-ignore: decorator
@inline
function tap(potentials: v128, activations: v128, block: usize, vector: i32): v128 {
  const weights = block + WEIGHTS + vector * WEIGHT_VECTOR;
  return dot(potentials, activations, v128.load(weights), oddWeights(weights), false);
}
