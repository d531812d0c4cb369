// Depthwise convolution with kernels of 3 columns and up to 3 rows at stride 1: the common case, in which
// each interleaved column of the input is used for three pixels while it is in registers.
import { dot, oddWeights, WEIGHT_VECTOR } from './dot';
import { interleaveBytes, interleaveHigh, interleaveLow } from './interleave';
import { fire, fireClamped, isClamped, RESTING, WEIGHTS } from './neurons';

/** The padding on the left and on the right is at most 1, and there are at least 4 output columns. */
export function depthwise3(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32, top: i32, left: i32, kernelRows: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32, outputColumns: i32, outputRows: i32, padding: usize,
): void {
  for (let y = 0; y < outputRows; y++) {
    const row = y - top;
    let block = blocks;
    for (let n = 0; n < blockCount; n++) {
      // A row outside the map is one pixel of padding, again and again.
      const isIn0 = <u32>row < <u32>rows;
      const isIn1 = kernelRows > 1 && <u32>(row + 1) < <u32>rows;
      const isIn2 = kernelRows > 2 && <u32>(row + 2) < <u32>rows;
      const step0 = isIn0 ? pixelStep : 0;
      const step1 = isIn1 ? pixelStep : 0;
      const step2 = isIn2 ? pixelStep : 0;
      const row0 = isIn0 ? input + row * rowStep + n * 8 : padding;
      const row1 = isIn1 ? input + (row + 1) * rowStep + n * 8 : padding;
      const row2 = isIn2 ? input + (row + 2) * rowStep + n * 8 : padding;
      const to = output + y * outputColumns * outputStep + n * 8;
      for (let tile = 0; tile < outputColumns; tile += 4) {
        const column = min(tile, outputColumns - 4);
        const first = column - left;
        let a0 = v128.load(block, RESTING);
        let a1 = v128.load(block, RESTING + 16);
        let b0 = a0;
        let b1 = a1;
        let c0 = a0;
        let c1 = a1;
        let d0 = a0;
        let d1 = a1;
        let at0 = row0 + first * step0;
        let at1 = row1 + first * step1;
        let at2 = row2 + first * step2;
        const isLeft = first >= 0;
        let upper = interleaveBytes(v128.load64_zero(isLeft ? at0 : padding), v128.load64_zero(isLeft ? at1 : padding));
        let third = v128.load64_zero(isLeft ? at2 : padding);
        let lower = interleaveBytes(third, third);
        let low = interleaveLow(upper, lower);
        let high = interleaveHigh(upper, lower);
        a0 = tap(a0, low, block, 0);
        a1 = tap(a1, high, block, 1);
        at0 += step0;
        at1 += step1;
        at2 += step2;
        upper = interleaveBytes(v128.load64_zero(at0), v128.load64_zero(at1));
        third = v128.load64_zero(at2);
        lower = interleaveBytes(third, third);
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
        third = v128.load64_zero(at2);
        lower = interleaveBytes(third, third);
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
        third = v128.load64_zero(at2);
        lower = interleaveBytes(third, third);
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
        third = v128.load64_zero(at2);
        lower = interleaveBytes(third, third);
        low = interleaveLow(upper, lower);
        high = interleaveHigh(upper, lower);
        c0 = tap(c0, low, block, 4);
        c1 = tap(c1, high, block, 5);
        d0 = tap(d0, low, block, 2);
        d1 = tap(d1, high, block, 3);
        at0 += step0;
        at1 += step1;
        at2 += step2;
        const isRight = first + 5 < columns;
        upper = interleaveBytes(v128.load64_zero(isRight ? at0 : padding), v128.load64_zero(isRight ? at1 : padding));
        third = v128.load64_zero(isRight ? at2 : padding);
        lower = interleaveBytes(third, third);
        low = interleaveLow(upper, lower);
        high = interleaveHigh(upper, lower);
        d0 = tap(d0, low, block, 4);
        d1 = tap(d1, high, block, 5);
        const toA = to + column * outputStep;
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
      block += WEIGHTS + 6 * WEIGHT_VECTOR;
    }
  }
}

// @ts-ignore: decorator
@inline
function tap(potentials: v128, activations: v128, block: usize, vector: i32): v128 {
  const weights = block + WEIGHTS + vector * WEIGHT_VECTOR;
  return dot(potentials, activations, v128.load(weights), oddWeights(weights));
}
