// Convolution as a matrix product. A pixel's receptive field is `runs` runs of `run` adjacent bytes,
// `runStep` apart; a tile is so many pixels × 8 neurons, whose potentials stay in registers.
import { dot, oddWeights, WEIGHT_VECTOR } from './dot';
import { fire, fireClamped, isClamped, RESTING, WEIGHTS } from './neurons';

/**
 * 6 pixels are 12 vectors of potentials, 2 of weights and 1 of activations: all that 15 registers hold,
 * and enough additions at a time to hide their latency. The other tier's weights take 4 vectors.
 */
const WIDE: bool = RELAXED != 0;
const PIXELS: i32 = WIDE ? 6 : 4;

/** Convolution with requantization: one byte per neuron and pixel. `run` is a multiple of 8. */
export function spikes(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32,
  run: i32, runs: i32, runStep: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, run, runs, runStep, blocks, blockCount, output, outputStep, true, false);
}

/** Convolution without requantization: one int32 per neuron and pixel. */
export function potentials(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32,
  run: i32, runs: i32, runStep: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, run, runs, runStep, blocks, blockCount, output, outputStep, false, false);
}

/** As `spikes`, for split weights. */
export function spikesSplit(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32,
  run: i32, runs: i32, runStep: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, run, runs, runStep, blocks, blockCount, output, outputStep, true, RELAXED != 0);
}

/** As `potentials`, for split weights. */
export function potentialsSplit(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32,
  run: i32, runs: i32, runStep: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, run, runs, runStep, blocks, blockCount, output, outputStep, false, RELAXED != 0);
}

// @ts-ignore: decorator
@inline
function convolve(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32,
  run: i32, runs: i32, runStep: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32,
  fires: bool, split: bool,
): void {
  const blockBytes = WEIGHTS + run * runs / 4 * 2 * WEIGHT_VECTOR * (split ? 2 : 1);
  const runGap = runStep - run;
  // The last tile overlaps the one before; a map of fewer columns repeats its last.
  const last = columns - 1;
  const fromB = min(1, last) * pixelStep;
  const fromC = min(2, last) * pixelStep;
  const fromD = min(3, last) * pixelStep;
  const fromE = min(4, last) * pixelStep;
  const fromF = min(5, last) * pixelStep;
  const intoB = min(1, last) * outputStep;
  const intoC = min(2, last) * outputStep;
  const intoD = min(3, last) * outputStep;
  const intoE = min(4, last) * outputStep;
  const intoF = min(5, last) * outputStep;
  for (let row = 0; row < rows; row++) {
    for (let tile = 0; tile < columns; tile += PIXELS) {
      const column = max(min(tile, columns - PIXELS), 0);
      const field = input + row * rowStep + column * pixelStep;
      let to = output + (row * columns + column) * outputStep;
      let block = blocks;
      for (let n = 0; n < blockCount; n++) {
        let a0 = split ? i32x4.splat(0) : v128.load(block, RESTING);
        let a1 = split ? i32x4.splat(0) : v128.load(block, RESTING + 16);
        let b0 = a0;
        let b1 = a1;
        let c0 = a0;
        let c1 = a1;
        let d0 = a0;
        let d1 = a1;
        let e0 = a0;
        let e1 = a1;
        let f0 = a0;
        let f1 = a1;
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
            e0 = i32x4.sub(r0, e0);
            e1 = i32x4.sub(r1, e1);
            f0 = i32x4.sub(r0, f0);
            f1 = i32x4.sub(r1, f1);
          }
          let pixelA = field;
          let pixelB = field + fromB;
          let pixelC = field + fromC;
          let pixelD = field + fromD;
          let pixelE = field + fromE;
          let pixelF = field + fromF;
          for (let r = 0; r < runs; r++) {
            const end = pixelA + run;
            do {
              let w0: v128, w1: v128, w0Odd: v128, w1Odd: v128, x: v128;
              w0 = v128.load(weights);
              w1 = v128.load(weights, WEIGHT_VECTOR);
              w0Odd = oddWeights(weights);
              w1Odd = oddWeights(weights + WEIGHT_VECTOR);
              x = v128.load32_splat(pixelA);
              a0 = dot(a0, x, w0, w0Odd, split);
              a1 = dot(a1, x, w1, w1Odd, split);
              x = v128.load32_splat(pixelB);
              b0 = dot(b0, x, w0, w0Odd, split);
              b1 = dot(b1, x, w1, w1Odd, split);
              x = v128.load32_splat(pixelC);
              c0 = dot(c0, x, w0, w0Odd, split);
              c1 = dot(c1, x, w1, w1Odd, split);
              x = v128.load32_splat(pixelD);
              d0 = dot(d0, x, w0, w0Odd, split);
              d1 = dot(d1, x, w1, w1Odd, split);
              if (WIDE) {
                x = v128.load32_splat(pixelE);
                e0 = dot(e0, x, w0, w0Odd, split);
                e1 = dot(e1, x, w1, w1Odd, split);
                x = v128.load32_splat(pixelF);
                f0 = dot(f0, x, w0, w0Odd, split);
                f1 = dot(f1, x, w1, w1Odd, split);
              }
              pixelA += 4;
              pixelB += 4;
              pixelC += 4;
              pixelD += 4;
              if (WIDE) {
                pixelE += 4;
                pixelF += 4;
              }
              weights += 2 * WEIGHT_VECTOR;
            } while (pixelA < end);
            pixelA += runGap;
            pixelB += runGap;
            pixelC += runGap;
            pixelD += runGap;
            if (WIDE) {
              pixelE += runGap;
              pixelF += runGap;
            }
          }
          isSecond = !isSecond;
        } while (split && isSecond);
        if (fires) {
          if (isClamped(block)) {
            fireClamped(a0, a1, b0, b1, block, to, to + intoB);
            fireClamped(c0, c1, d0, d1, block, to + intoC, to + intoD);
            if (WIDE) fireClamped(e0, e1, f0, f1, block, to + intoE, to + intoF);
          } else {
            fire(a0, a1, b0, b1, block, to, to + intoB);
            fire(c0, c1, d0, d1, block, to + intoC, to + intoD);
            if (WIDE) fire(e0, e1, f0, f1, block, to + intoE, to + intoF);
          }
        } else {
          v128.store(to, a0);
          v128.store(to, a1, 16);
          v128.store(to + intoB, b0);
          v128.store(to + intoB, b1, 16);
          v128.store(to + intoC, c0);
          v128.store(to + intoC, c1, 16);
          v128.store(to + intoD, d0);
          v128.store(to + intoD, d1, 16);
          if (WIDE) {
            v128.store(to + intoE, e0);
            v128.store(to + intoE, e1, 16);
            v128.store(to + intoF, f0);
            v128.store(to + intoF, f1, 16);
          }
        }
        to += fires ? 8 : 32;
        block += blockBytes;
      }
    }
  }
}
