/**
 * A grey picture at one size, with how much each pixel counts: 0 where a hair, a reflection or a frame
 * hides the skin.
 */
export interface Level {
  readonly width: number;
  readonly height: number;
  /** The longer side, in pixels. */
  readonly unit: number;
  readonly values: Float32Array;
  readonly weights: Float32Array;
}

/** An upright 8-bit sRGB picture: height × width × 3, row by row. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixels: Uint8Array;
}

/** Darker or brighter than this (of 255) nothing is seen. */
const [black, white] = [22, 250];

/** Averaged down to this longer side, never enlarged; grey is (R + 2G + B) / 4. */
export function levelOf({ widthPx, heightPx, pixels }: Picture, side: number): Level {
  const ratio = Math.max(1, Math.max(widthPx, heightPx) / side);
  const width = Math.max(1, Math.round(widthPx / ratio));
  const height = Math.max(1, Math.round(heightPx / ratio));
  const sums = new Float64Array(width * height);
  const counts = new Int32Array(width * height);
  const columns = Int32Array.from({ length: widthPx }, (_, x) => Math.floor((x * width) / widthPx));
  for (let y = 0, at = 0; y < heightPx; y++) {
    const row = Math.floor((y * height) / heightPx) * width;
    for (let x = 0; x < widthPx; x++, at += 3) {
      const cell = row + (columns[x] ?? 0);
      sums[cell] =
        (sums[cell] ?? 0) + (pixels[at] ?? 0) + 2 * (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0);
      counts[cell] = (counts[cell] ?? 0) + 4;
    }
  }
  const values = Float32Array.from(sums, (sum, cell) => sum / (counts[cell] || 1));
  const weights = Float32Array.from(values, (value) => (value > black && value < white ? 1 : 0));
  return { width, height, unit: Math.max(width, height), values, weights };
}

/** Half as many rows and columns; hidden pixels do not count. */
export function halved({ width, height, values, weights }: Level): Level {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const [out, seen] = [new Float32Array(w * h), new Float32Array(w * h)];
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      let [sum, weight, count] = [0, 0, 0];
      for (let row = 2 * y; row < Math.min(2 * y + 2, height); row++) {
        for (let column = 2 * x; column < Math.min(2 * x + 2, width); column++) {
          const at = row * width + column;
          sum += (weights[at] ?? 0) * (values[at] ?? 0);
          weight += weights[at] ?? 0;
          count++;
        }
      }
      out[y * w + x] = weight > 0 ? sum / weight : 0;
      seen[y * w + x] = weight / count;
    }
  }
  return { width: w, height: h, unit: Math.max(w, h), values: out, weights: seen };
}

/** Means of the seen pixels of (2r + 1)² around each; 0 where none is seen. */
export function boxMean(level: Level, radius: number, values = level.values): Float32Array {
  const { width, height, weights } = level;
  const product = values.map((value, at) => value * (weights[at] ?? 0));
  const sums = boxSum(product, width, height, radius);
  const counts = boxSum(weights, width, height, radius);
  return sums.map((sum, at) => sum / Math.max(counts[at] ?? 0, 1e-3));
}

/** Sums over (2r + 1)² around each pixel, as far as the picture reaches. */
function boxSum(values: Float32Array, width: number, height: number, radius: number): Float32Array {
  const across = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = 0;
    for (let x = 0; x < Math.min(radius, width); x++) sum += values[row + x] ?? 0;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += values[row + x + radius] ?? 0;
      if (x > radius) sum -= values[row + x - radius - 1] ?? 0;
      across[row + x] = sum;
    }
  }
  const out = new Float32Array(values.length);
  const sums = new Float64Array(width);
  for (let y = -radius; y < height; y++) {
    const [added, gone] = [(y + radius) * width, (y - radius - 1) * width];
    for (let x = 0; x < width; x++) {
      let sum = sums[x] ?? 0;
      if (y + radius < height) sum += across[added + x] ?? 0;
      if (y > radius) sum -= across[gone + x] ?? 0;
      sums[x] = sum;
      if (y >= 0) out[y * width + x] = sum;
    }
  }
  return out;
}

/**
 * Each pixel less the mean around it, divided by the spread around it: light that changes slowly over
 * the picture, and its strength, are gone.
 */
export function normalized(level: Level, radius: number): Level {
  const mean = boxMean(level, radius);
  const centred = level.values.map((value, at) => value - (mean[at] ?? 0));
  const spread = boxMean(
    level,
    radius,
    centred.map((value) => value * value),
  );
  // Where the skin is even its grain must not become structure.
  const typical = spread.reduce((sum, value) => sum + value, 0) / spread.length;
  const values = centred.map(
    (value, at) => value / Math.sqrt((spread[at] ?? 0) + 0.3 * typical + 1),
  );
  return {
    ...level,
    values: values.map((value, at) => ((level.weights[at] ?? 0) > 0 ? value : 0)),
  };
}

/** What is finer than `coarse` pixels and coarser than `fine`. */
export function bandPass(level: Level, fine: number, coarse: number): Level {
  const smooth = fine > 0 ? boxMean(level, fine) : level.values;
  const wide = boxMean(level, coarse);
  return { ...level, values: smooth.map((value, at) => value - (wide[at] ?? 0)) };
}
