// Convolution as a matrix product. A pixel's receptive field is `runs` runs of `run` adjacent bytes,
// `runStep` apart; a tile is 4 pixels × 8 neurons, whose potentials stay in registers.
import { dot, WEIGHT_VECTOR } from './dot';
import { fire, QUARTET, RESTING, WEIGHTS } from './neurons';

/** Convolution with requantization: one byte per neuron and pixel. */
export function spikes(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32,
  run: i32, runs: i32, runStep: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, run, runs, runStep, blocks, blockCount, output, outputStep, true);
}

/** Convolution without requantization: one int32 per neuron and pixel. */
export function potentials(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32,
  run: i32, runs: i32, runStep: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32,
): void {
  convolve(input, pixelStep, rowStep, columns, rows, run, runs, runStep, blocks, blockCount, output, outputStep, false);
}

// @ts-ignore: decorator
@inline
function convolve(
  input: usize, pixelStep: i32, rowStep: i32, columns: i32, rows: i32,
  run: i32, runs: i32, runStep: i32,
  blocks: usize, blockCount: i32,
  output: usize, outputStep: i32,
  fires: bool,
): void {
  const blockBytes = WEIGHTS + run * runs / 4 * 2 * WEIGHT_VECTOR;
  const runGap = runStep - run;
  for (let row = 0; row < rows; row++) {
    for (let tile = 0; tile < columns; tile += 4) {
      // The last tile overlaps the one before; a map of fewer than 4 columns repeats its last.
      const column = max(min(tile, columns - 4), 0);
      const last = columns - 1 - column;
      const second = min(1, last);
      const third = min(2, last);
      const fourth = min(3, last);
      const field = input + row * rowStep + column * pixelStep;
      let to = output + (row * columns + column) * outputStep;
      let block = blocks;
      for (let n = 0; n < blockCount; n++) {
        let a0 = v128.load(block, RESTING);
        let a1 = v128.load(block, QUARTET + RESTING);
        let b0 = a0;
        let b1 = a1;
        let c0 = a0;
        let c1 = a1;
        let d0 = a0;
        let d1 = a1;
        let pixelA = field;
        let pixelB = field + second * pixelStep;
        let pixelC = field + third * pixelStep;
        let pixelD = field + fourth * pixelStep;
        let weights = block + WEIGHTS;
        for (let r = 0; r < runs; r++) {
          const end = pixelA + run;
          const even = pixelA + (run & ~7);
          while (pixelA < even) {
            let x = v128.load32_splat(pixelA);
            a0 = dot(a0, x, weights);
            a1 = dot(a1, x, weights + WEIGHT_VECTOR);
            x = v128.load32_splat(pixelB);
            b0 = dot(b0, x, weights);
            b1 = dot(b1, x, weights + WEIGHT_VECTOR);
            x = v128.load32_splat(pixelC);
            c0 = dot(c0, x, weights);
            c1 = dot(c1, x, weights + WEIGHT_VECTOR);
            x = v128.load32_splat(pixelD);
            d0 = dot(d0, x, weights);
            d1 = dot(d1, x, weights + WEIGHT_VECTOR);
            x = v128.load32_splat(pixelA, 4);
            a0 = dot(a0, x, weights + 2 * WEIGHT_VECTOR);
            a1 = dot(a1, x, weights + 3 * WEIGHT_VECTOR);
            x = v128.load32_splat(pixelB, 4);
            b0 = dot(b0, x, weights + 2 * WEIGHT_VECTOR);
            b1 = dot(b1, x, weights + 3 * WEIGHT_VECTOR);
            x = v128.load32_splat(pixelC, 4);
            c0 = dot(c0, x, weights + 2 * WEIGHT_VECTOR);
            c1 = dot(c1, x, weights + 3 * WEIGHT_VECTOR);
            x = v128.load32_splat(pixelD, 4);
            d0 = dot(d0, x, weights + 2 * WEIGHT_VECTOR);
            d1 = dot(d1, x, weights + 3 * WEIGHT_VECTOR);
            pixelA += 8;
            pixelB += 8;
            pixelC += 8;
            pixelD += 8;
            weights += 4 * WEIGHT_VECTOR;
          }
          if (pixelA < end) {
            let x = v128.load32_splat(pixelA);
            a0 = dot(a0, x, weights);
            a1 = dot(a1, x, weights + WEIGHT_VECTOR);
            x = v128.load32_splat(pixelB);
            b0 = dot(b0, x, weights);
            b1 = dot(b1, x, weights + WEIGHT_VECTOR);
            x = v128.load32_splat(pixelC);
            c0 = dot(c0, x, weights);
            c1 = dot(c1, x, weights + WEIGHT_VECTOR);
            x = v128.load32_splat(pixelD);
            d0 = dot(d0, x, weights);
            d1 = dot(d1, x, weights + WEIGHT_VECTOR);
            pixelA += 4;
            pixelB += 4;
            pixelC += 4;
            pixelD += 4;
            weights += 2 * WEIGHT_VECTOR;
          }
          pixelA += runGap;
          pixelB += runGap;
          pixelC += runGap;
          pixelD += runGap;
        }
        if (fires) {
          const ab = fire(a0, a1, b0, b1, block);
          v128.store64_lane(to, ab, 0);
          v128.store64_lane(to + second * outputStep, ab, 1);
          const cd = fire(c0, c1, d0, d1, block);
          v128.store64_lane(to + third * outputStep, cd, 0);
          v128.store64_lane(to + fourth * outputStep, cd, 1);
          to += 8;
        } else {
          v128.store(to, a0);
          v128.store(to, a1, 16);
          v128.store(to + second * outputStep, b0);
          v128.store(to + second * outputStep, b1, 16);
          v128.store(to + third * outputStep, c0);
          v128.store(to + third * outputStep, c1, 16);
          v128.store(to + fourth * outputStep, d0);
          v128.store(to + fourth * outputStep, d1, 16);
          to += 32;
        }
        block += blockBytes;
      }
    }
  }
}
