import { affine } from '../head/classify.ts';
import type { Affine } from '../head/head.ts';
import type { Fit } from './fit.ts';
import { RidgeFit, type WeightedClass } from './ridge.ts';
import { cholesky, dot, solveCholesky } from './symmetric.ts';

/** A class of n images counts for n^(1 − BALANCE) in the regression. */
const BALANCE = 1;
/** Of the scores' variance, so that what is all but singular is factorized. */
const FLOOR = 1e-9;

/**
 * Penalized discriminant analysis (Hastie, Buja & Tibshirani, Annals of Statistics 23, 1995) from
 * sufficient statistics alone: class-weighted ridge regression (`RidgeFit`), then, of its scores u, the
 * classes' means m under the penalized covariance within classes C = βᵀB − Σ share·(m − ȳ)(m − ȳ)ᵀ:
 *
 *     score = mᵀC⁻¹u − ½mᵀC⁻¹m
 *
 * The regression's scores sum to 1, so the last one is left out of u.
 */
export class AnalyticFit implements Fit {
  /** Spike counts → one score a class. */
  readonly scores: Affine;
  readonly ridge: number;
  readonly regression: RidgeFit;
  /** Regression scores → one score a class. */
  readonly #discriminant: Affine;

  /** Throws RangeError where a class has no image. */
  constructor(classes: readonly WeightedClass['statistics'][]) {
    this.regression = new RidgeFit(
      classes.map((statistics) => ({ statistics, weight: weightOf(statistics.count) })),
    );
    this.ridge = this.regression.ridge;
    this.#discriminant = discriminant(
      this.regression,
      classes.map(({ sum, count }) => sum.map((value) => value / count)),
    );
    this.scores = after(this.#discriminant, this.regression.scores);
  }

  score(counts: Int32Array): Float64Array {
    return affine(this.scores, counts);
  }

  prepare(images: readonly Int32Array[]): void {
    this.regression.prepare(images);
  }

  /** The regression's exactly, for the same ridge, standardization and weights. */
  withoutThem(images: readonly Int32Array[], target: number): Float64Array[] {
    return this.regression
      .withoutThem(images, target)
      .map((scores) => affine(this.#discriminant, scores));
  }

  asIfUnseen(target: number, samples: readonly Int32Array[]): (counts: Int32Array) => Float64Array {
    const corrected = this.regression.asIfUnseen(target, samples);
    return (counts) => affine(this.#discriminant, corrected(counts));
  }
}

/** Only BALANCE 0, ½ and 1 can be had from square roots alone. */
function weightOf(count: number): number {
  return BALANCE === 1 ? 1 : count;
}

function discriminant(
  { scores, shares, explained }: RidgeFit,
  means: readonly Float64Array[],
): Affine {
  const classes = scores.rows;
  const size = classes - 1;
  const centres = means.map((mean) => affine(scores, mean).subarray(0, size));
  const within = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let value = explained[row * classes + column] ?? 0;
      for (const [index, centre] of centres.entries()) {
        const left = (centre[row] ?? 0) - (shares[row] ?? 0);
        const right = (centre[column] ?? 0) - (shares[column] ?? 0);
        value -= (shares[index] ?? 0) * left * right;
      }
      within[row * size + column] = value + (row === column ? FLOOR : 0);
    }
  }
  const factor = cholesky(within, size);
  const weights = new Float64Array(classes * classes);
  const bias = Float64Array.from(centres, (centre, index) => {
    const solved = solveCholesky(factor, size, centre.slice());
    weights.set(solved, index * classes);
    return -dot(solved, centre) / 2;
  });
  return { rows: classes, columns: classes, weights, bias };
}

/** One affine map after another. */
function after(second: Affine, first: Affine): Affine {
  const { rows } = second;
  const { columns } = first;
  const weights = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let inner = 0; inner < first.rows; inner++) {
      const factor = second.weights[row * second.columns + inner] ?? 0;
      for (let column = 0; column < columns; column++) {
        const at = row * columns + column;
        weights[at] = (weights[at] ?? 0) + factor * (first.weights[inner * columns + column] ?? 0);
      }
    }
  }
  return { rows, columns, weights, bias: affine(second, first.bias) };
}
