import { type ClassStatistics, withinCovariance } from './statistics.ts';
import { cholesky, solveCholesky } from './symmetric.ts';

/** Share of the identity in the shared correlation matrix; `docs/incremental.md` compares some. */
const SHRINKAGE = 0.5;

/** Σ: the classes' images pooled about their class's mean, their correlations shrunk toward none. */
export class ShrunkCovariance {
  readonly #deviations: Float64Array;
  readonly #factor: Float64Array;

  /** Throws RangeError where there is no image at all. */
  constructor(classes: readonly ClassStatistics[]) {
    const features = classes[0]?.features ?? 0;
    const spread = withinCovariance(classes);
    this.#deviations = Float64Array.from({ length: features }, (_, index) =>
      Math.sqrt(Math.max(spread[index * features + index] ?? 0, 0)),
    );
    this.#factor = cholesky(shrunkCorrelations(spread, this.#deviations), features);
  }

  /** Σ⁻¹x; a channel that never varies within a class says nothing. */
  solve(x: Float64Array): Float64Array {
    const over = (value: number, index: number) => {
      const deviation = this.#deviations[index] ?? 0;
      return deviation > 0 ? value / deviation : 0;
    };
    return solveCholesky(this.#factor, x.length, x.map(over)).map(over);
  }
}

function shrunkCorrelations(spread: Float64Array, deviations: Float64Array): Float64Array {
  const features = deviations.length;
  const correlations = new Float64Array(features * features);
  for (let row = 0; row < features; row++) {
    for (let column = 0; column < features; column++) {
      const scale = (deviations[row] ?? 0) * (deviations[column] ?? 0);
      const value = scale > 0 ? (spread[row * features + column] ?? 0) / scale : 0;
      correlations[row * features + column] = row === column ? 1 : (1 - SHRINKAGE) * value;
    }
  }
  return correlations;
}
