import { type Affine, similarity } from './affine.ts';
import { SquareFft } from './fft.ts';
import type { Level } from './level.ts';

/** A similarity that may be the right one, with how well the gradients' directions agree. */
export interface Candidate {
  readonly transform: Affine;
  readonly score: number;
}

export interface Search {
  /** Turns and scales that are tried. */
  readonly turns: readonly number[];
  readonly scales: readonly number[];
}

/** Side of the maps that are correlated, and how much of it the longer side of a picture takes. */
const side = 64;
const taken = 46;
/** Shifts up to this share of the longer side are looked at. */
const reach = 0.36;

/**
 * Similarities from the reference to the other picture by which gradients agree in direction
 * (orientation correlation: Fitch et al., BMVC 2002), the best first: for each turn and scale the best
 * shift, found by Fourier transform. Light and contrast do not matter, and hairs little.
 */
export function candidates(
  reference: Level,
  other: Level,
  search: Search,
  count: number,
): Candidate[] {
  const fft = new SquareFft(side);
  const fixed = new Gradients();
  fixed.fill(reference, similarity(1, 0, 0, 0));
  fft.transform(fixed.real, fixed.imaginary);
  const moved = new Gradients();
  const found: Candidate[] = [];
  for (const turn of search.turns) {
    for (const scale of search.scales) {
      moved.fill(other, similarity(scale, turn, 0, 0));
      fft.transform(moved.real, moved.imaginary);
      multiplyConjugate(moved, fixed);
      fft.transform(moved.real, moved.imaginary, true);
      const { x, y, value } = peakOf(moved.real);
      const [cos, sin] = [scale * Math.cos(turn), scale * Math.sin(turn)];
      found.push({
        transform: similarity(scale, turn, cos * x - sin * y, sin * x + cos * y),
        score: value / moved.energy,
      });
    }
  }
  return found.toSorted((a, b) => b.score - a.score).slice(0, count);
}

/** Gradients of unit length in a square map, as complex numbers. */
class Gradients {
  readonly real = new Float64Array(side * side);
  readonly imaginary = new Float64Array(side * side);
  readonly #grey = new Float64Array((side + 2) ** 2);
  /** Root of the sum of their squares. */
  energy = 0;

  /** Of the picture as it looks through the transform; 0 beyond its rim. */
  fill(level: Level, through: Affine): void {
    const { width, height, unit } = level;
    const grey = this.#grey;
    const padded = side + 2;
    for (let row = 0; row < padded; row++) {
      const v = (row - padded / 2 + 0.5) / taken;
      for (let column = 0; column < padded; column++) {
        const u = (column - padded / 2 + 0.5) / taken;
        const x = (through.a * u + through.b * v + through.c) * unit + width / 2 - 0.5;
        const y = (through.d * u + through.e * v + through.f) * unit + height / 2 - 0.5;
        grey[row * padded + column] = sampleAt(level, x, y);
      }
    }
    let [total, count] = [0, 0];
    for (let row = 0, at = 0; row < side; row++) {
      for (let column = 0; column < side; column++, at++) {
        const here = (row + 1) * padded + column + 1;
        const dx = (grey[here + 1] ?? 0) - (grey[here - 1] ?? 0);
        const dy = (grey[here + padded] ?? 0) - (grey[here - padded] ?? 0);
        const isSeen = Number.isFinite(dx) && Number.isFinite(dy);
        this.real[at] = isSeen ? dx : 0;
        this.imaginary[at] = isSeen ? dy : 0;
        if (!isSeen) continue;
        total += Math.sqrt(dx * dx + dy * dy);
        count++;
      }
    }
    // Weak gradients are noise: their length, not only their direction, is kept small.
    const typical = total / Math.max(count, 1) || 1;
    let squares = 0;
    for (let at = 0; at < this.real.length; at++) {
      const dx = this.real[at] ?? 0;
      const dy = this.imaginary[at] ?? 0;
      const length = Math.sqrt(dx * dx + dy * dy) + typical;
      this.real[at] = dx / length;
      this.imaginary[at] = dy / length;
      squares += (dx * dx + dy * dy) / (length * length);
    }
    this.energy = Math.sqrt(squares) || 1;
  }
}

/** NaN beyond the rim and where nothing is seen. */
function sampleAt({ width, height, values, weights }: Level, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  if (x0 < 0 || y0 < 0 || x0 + 1 >= width || y0 + 1 >= height) return Number.NaN;
  const at = y0 * width + x0;
  if ((weights[at] ?? 0) < 0.5) return Number.NaN;
  const fx = x - x0;
  const fy = y - y0;
  const top = (values[at] ?? 0) * (1 - fx) + (values[at + 1] ?? 0) * fx;
  const bottom = (values[at + width] ?? 0) * (1 - fx) + (values[at + width + 1] ?? 0) * fx;
  return top * (1 - fy) + bottom * fy;
}

/** moved · conj(fixed). */
function multiplyConjugate(moved: Gradients, fixed: Gradients): void {
  const { real, imaginary } = moved;
  for (let at = 0; at < real.length; at++) {
    const a = real[at] ?? 0;
    const b = imaginary[at] ?? 0;
    const c = fixed.real[at] ?? 0;
    const d = fixed.imaginary[at] ?? 0;
    real[at] = a * c + b * d;
    imaginary[at] = b * c - a * d;
  }
}

/** The highest value within reach, its place as shares of the longer side, and what it is. */
function peakOf(map: Float64Array) {
  const limit = Math.floor(reach * taken);
  let [x, y, value] = [0, 0, Number.NEGATIVE_INFINITY];
  for (let dy = -limit; dy <= limit; dy++) {
    for (let dx = -limit; dx <= limit; dx++) {
      const here = map[((dy + side) % side) * side + ((dx + side) % side)] ?? 0;
      if (here > value) [x, y, value] = [dx, dy, here];
    }
  }
  return { x: x / taken, y: y / taken, value: value / (side * side) };
}
