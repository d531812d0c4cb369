// Depthwise convolution by the same dot product. Four rows of the input are interleaved, so that a
// 32-bit lane holds a column of four pixels of one channel: a band of kernel rows (1…4 of them).
import { dot, oddWeights, WEIGHT_VECTOR } from './dot';
import { interleaveBytes, interleaveHigh, interleaveLow } from './interleave';
import { fire, fireClamped, isClamped, RESTING, WEIGHTS } from './neurons';

/** Depthwise convolution with requantization: one byte per channel and pixel. */
export function depthwiseSpikes(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32, top: i32, left: i32,
  kernelRows: i32, kernelColumns: i32, strideY: i32, strideX: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32, outputColumns: i32, outputRows: i32,
  padding: usize, scratch: usize, scratchColumns: i32,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, top, left, kernelRows, kernelColumns, strideY, strideX,
    blocks, blockCount, output, outputStep, outputColumns, outputRows, padding, scratch, scratchColumns, true, false);
}

/** Depthwise convolution without requantization: one int32 per channel and pixel. */
export function depthwisePotentials(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32, top: i32, left: i32,
  kernelRows: i32, kernelColumns: i32, strideY: i32, strideX: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32, outputColumns: i32, outputRows: i32,
  padding: usize, scratch: usize, scratchColumns: i32,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, top, left, kernelRows, kernelColumns, strideY, strideX,
    blocks, blockCount, output, outputStep, outputColumns, outputRows, padding, scratch, scratchColumns, false, false);
}

/** As `depthwiseSpikes`, for split weights. */
export function depthwiseSpikesSplit(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32, top: i32, left: i32,
  kernelRows: i32, kernelColumns: i32, strideY: i32, strideX: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32, outputColumns: i32, outputRows: i32,
  padding: usize, scratch: usize, scratchColumns: i32,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, top, left, kernelRows, kernelColumns, strideY, strideX,
    blocks, blockCount, output, outputStep, outputColumns, outputRows, padding, scratch, scratchColumns, true, RELAXED != 0);
}

/** As `depthwisePotentials`, for split weights. */
export function depthwisePotentialsSplit(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32, top: i32, left: i32,
  kernelRows: i32, kernelColumns: i32, strideY: i32, strideX: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32, outputColumns: i32, outputRows: i32,
  padding: usize, scratch: usize, scratchColumns: i32,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, top, left, kernelRows, kernelColumns, strideY, strideX,
    blocks, blockCount, output, outputStep, outputColumns, outputRows, padding, scratch, scratchColumns, false, RELAXED != 0);
}

// @ts-ignore: decorator
@inline
function convolve(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32, top: i32, left: i32,
  kernelRows: i32, kernelColumns: i32, strideY: i32, strideX: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32, outputColumns: i32, outputRows: i32,
  padding: usize, scratch: usize, scratchColumns: i32,
  fires: bool, split: bool,
): void {
  const bands = (kernelRows + 3) >> 2;
  const bandBytes = scratchColumns << 5;
  const blockBytes = WEIGHTS + bands * kernelColumns * 2 * WEIGHT_VECTOR * (split ? 2 : 1);
  const step = strideX << 5;
  memory.fill(scratch, load<u8>(padding), bands * bandBytes);
  for (let y = 0; y < outputRows; y++) {
    let block = blocks;
    for (let n = 0; n < blockCount; n++) {
      for (let band = 0; band < bands; band++) {
        interleave(
          input + n * 8, y * strideY - top + band * 4, min(kernelRows - band * 4, 4),
          pixelStep, rowStep, columns, rows, padding, scratch + band * bandBytes + (left << 5),
        );
      }
      for (let tile = 0; tile < outputColumns; tile += 4) {
        const column = max(min(tile, outputColumns - 4), 0);
        const last = outputColumns - 1 - column;
        const second = min(1, last);
        const third = min(2, last);
        const fourth = min(3, last);
        let a0 = split ? i32x4.splat(0) : v128.load(block, RESTING);
        let a1 = split ? i32x4.splat(0) : v128.load(block, RESTING + 16);
        let b0 = a0;
        let b1 = a1;
        let c0 = a0;
        let c1 = a1;
        let d0 = a0;
        let d1 = a1;
        let weights = block + WEIGHTS;
        let isSecond = false;
        do {
          if (split && isSecond) {
            const r0 = v128.load(block, RESTING);
            const r1 = v128.load(block, RESTING + 16);
            a0 = i32x4.sub(r0, a0);
            a1 = i32x4.sub(r1, a1);
            b0 = i32x4.sub(r0, b0);
            b1 = i32x4.sub(r1, b1);
            c0 = i32x4.sub(r0, c0);
            c1 = i32x4.sub(r1, c1);
            d0 = i32x4.sub(r0, d0);
            d1 = i32x4.sub(r1, d1);
          }
          for (let band = 0; band < bands; band++) {
            let pixelA = scratch + band * bandBytes + column * step;
            let pixelB = pixelA + second * step;
            let pixelC = pixelA + third * step;
            let pixelD = pixelA + fourth * step;
            for (let k = 0; k < kernelColumns; k++) {
              const w0 = v128.load(weights);
              const w1 = v128.load(weights, WEIGHT_VECTOR);
              const w0Odd = oddWeights(weights);
              const w1Odd = oddWeights(weights + WEIGHT_VECTOR);
              a0 = dot(a0, v128.load(pixelA), w0, w0Odd, split);
              a1 = dot(a1, v128.load(pixelA, 16), w1, w1Odd, split);
              b0 = dot(b0, v128.load(pixelB), w0, w0Odd, split);
              b1 = dot(b1, v128.load(pixelB, 16), w1, w1Odd, split);
              c0 = dot(c0, v128.load(pixelC), w0, w0Odd, split);
              c1 = dot(c1, v128.load(pixelC, 16), w1, w1Odd, split);
              d0 = dot(d0, v128.load(pixelD), w0, w0Odd, split);
              d1 = dot(d1, v128.load(pixelD, 16), w1, w1Odd, split);
              pixelA += 32;
              pixelB += 32;
              pixelC += 32;
              pixelD += 32;
              weights += 2 * WEIGHT_VECTOR;
            }
          }
          isSecond = !isSecond;
        } while (split && isSecond);
        let to = output + (y * outputColumns + column) * outputStep + n * (fires ? 8 : 32);
        if (fires) {
          const toB = to + second * outputStep;
          const toC = to + third * outputStep;
          const toD = to + fourth * outputStep;
          if (isClamped(block)) {
            fireClamped(a0, a1, b0, b1, block, to, toB);
            fireClamped(c0, c1, d0, d1, block, toC, toD);
          } else {
            fire(a0, a1, b0, b1, block, to, toB);
            fire(c0, c1, d0, d1, block, toC, toD);
          }
        } else {
          v128.store(to, a0);
          v128.store(to, a1, 16);
          v128.store(to + second * outputStep, b0);
          v128.store(to + second * outputStep, b1, 16);
          v128.store(to + third * outputStep, c0);
          v128.store(to + third * outputStep, c1, 16);
          v128.store(to + fourth * outputStep, d0);
          v128.store(to + fourth * outputStep, d1, 16);
        }
      }
      block += blockBytes;
    }
  }
}

/** Eight channels of `used` rows from `top` on; rows beyond them have weight 0 and may hold anything. */
function interleave(
  input: usize, top: i32, used: i32, pixelStep: i32, rowStep: i32, columns: i32, rows: i32,
  padding: usize, to: usize,
): void {
  let row0 = input + top * rowStep;
  let row1 = row0 + rowStep;
  let row2 = row1 + rowStep;
  let row3 = row2 + rowStep;
  let step0 = pixelStep;
  let step1 = pixelStep;
  let step2 = pixelStep;
  let step3 = pixelStep;
  if (<u32>top >= <u32>rows) {
    row0 = padding;
    step0 = 0;
  }
  if (used < 2 || <u32>(top + 1) >= <u32>rows) {
    row1 = padding;
    step1 = 0;
  }
  if (used < 3 || <u32>(top + 2) >= <u32>rows) {
    row2 = padding;
    step2 = 0;
  }
  if (used < 4 || <u32>(top + 3) >= <u32>rows) {
    row3 = padding;
    step3 = 0;
  }
  if (used == 1) {
    for (let column = 0; column < columns; column++) {
      const row = v128.load8x8_u(row0);
      v128.store(to, i32x4.extend_low_i16x8_u(row));
      v128.store(to, i32x4.extend_high_i16x8_u(row), 16);
      row0 += step0;
      to += 32;
    }
    return;
  }
  for (let column = 0; column < columns; column++) {
    const upper = interleaveBytes(v128.load64_zero(row0), v128.load64_zero(row1));
    const lower = interleaveBytes(v128.load64_zero(row2), v128.load64_zero(row3));
    v128.store(to, interleaveLow(upper, lower));
    v128.store(to, interleaveHigh(upper, lower), 16);
    row0 += step0;
    row1 += step1;
    row2 += step2;
    row3 += step3;
    to += 32;
  }
}
