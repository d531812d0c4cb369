/**
 * Symmetric matrices in float64: only + − × ÷ and square roots, in a fixed order, so the same bits on
 * every host. Matrices are whole squares, row by row.
 */

/**
 * A = Q T Qᵀ, T tridiagonal, Q a product of reflections: a whole ridge path then costs O(size) a ridge
 * (Eldén, BIT 24, 1984) instead of O(size³).
 */
export interface Tridiagonal {
  readonly size: number;
  readonly diagonal: Float64Array;
  /** Entry i stands between diagonal entries i and i + 1. */
  readonly beside: Float64Array;
  /** Row k holds Householder's unit vector of step k, from column k + 1 on, times √2. */
  readonly reflections: Float64Array;
}

/** Householder's reduction (Golub & Van Loan, Matrix Computations, 8.3.1). `matrix` is used up. */
export function tridiagonalized(matrix: Float64Array, size: number): Tridiagonal {
  const a = matrix;
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(Math.max(size - 1, 0));
  const reflections = new Float64Array(size * size);
  const product = new Float64Array(size);
  for (let step = 0; step < size - 1; step++) {
    diagonal[step] = a[step * size + step] as number;
    const v = reflections.subarray(step * size, (step + 1) * size);
    beside[step] = reflector(v, a.subarray(step * size, (step + 1) * size), step + 1);
    // p = A v, from the rows' upper halves alone; then A −= v wᵀ + w vᵀ with w = p − ½(pᵀv)·v.
    product.fill(0);
    timesUpperHalf(a, size, v, step + 1, product);
    const half = dot(product, v, step + 1) / 2;
    for (let i = step + 1; i < size; i++)
      product[i] = (product[i] as number) - half * (v[i] as number);
    for (let row = step + 1; row < size; row++) {
      const start = row * size;
      const left = v[row] as number;
      const right = product[row] as number;
      for (let column = row; column < size; column++) {
        a[start + column] =
          (a[start + column] as number) -
          left * (product[column] as number) -
          right * (v[column] as number);
      }
    }
  }
  if (size > 0) diagonal[size - 1] = a[size * size - 1] as number;
  return { size, diagonal, beside, reflections };
}

/**
 * product = A v of a symmetric A, of which the rows from `first` on are read, from the diagonal on; two
 * rows at a time, whose sums do not wait for each other, added in the same order as one by one.
 */
function timesUpperHalf(
  a: Float64Array,
  size: number,
  v: Float64Array,
  first: number,
  product: Float64Array,
): void {
  let row = first;
  for (; row + 1 < size; row += 2) {
    const start = row * size;
    const below = start + size;
    const one = v[row] as number;
    const other = v[row + 1] as number;
    const beside = a[start + row + 1] as number;
    let sum = (a[start + row] as number) * one + beside * other;
    product[row + 1] = (product[row + 1] as number) + beside * one;
    let sumBelow = (a[below + row + 1] as number) * other;
    for (let column = row + 2; column < size; column++) {
      const value = a[start + column] as number;
      const valueBelow = a[below + column] as number;
      const along = v[column] as number;
      sum += value * along;
      sumBelow += valueBelow * along;
      product[column] = (product[column] as number) + value * one + valueBelow * other;
    }
    product[row] = (product[row] as number) + sum;
    product[row + 1] = (product[row + 1] as number) + sumBelow;
  }
  if (row < size) {
    product[row] = (product[row] as number) + (a[row * size + row] as number) * (v[row] as number);
  }
}

/** Writes the vector that takes `row` from `from` on to (α, 0, 0, …); returns α. */
function reflector(v: Float64Array, row: Float64Array, from: number): number {
  const length = Math.sqrt(dot(row, row, from));
  const first = row[from] as number;
  if (length === 0) return 0;
  const alpha = first > 0 ? -length : length;
  // |x − α e|² = 2·length·(length + |first|)
  const scale = 1 / Math.sqrt(length * (length + Math.abs(first)));
  v[from] = (first - alpha) * scale;
  for (let i = from + 1; i < row.length; i++) v[i] = (row[i] as number) * scale;
  return alpha;
}

/** Qᵀ x, in place. */
export function toTridiagonal({ size, reflections }: Tridiagonal, x: Float64Array): Float64Array {
  for (let step = 0; step < size - 1; step++) reflect(reflections, size, step, x);
  return x;
}

/** Of each x, in place: the same bits, four at once, which no longer wait for each other's sums. */
export function allToTridiagonal(tridiagonal: Tridiagonal, xs: readonly Float64Array[]): void {
  const { size, reflections } = tridiagonal;
  const even = xs.length - (xs.length % 4);
  for (let at = 0; at < even; at += 4) {
    const [a, b, c, d] = xs.slice(at, at + 4) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let step = 0; step < size - 1; step++) {
      const row = step * size;
      let [alongA, alongB, alongC, alongD] = [0, 0, 0, 0];
      for (let i = step + 1; i < size; i++) {
        const v = reflections[row + i] as number;
        alongA += v * (a[i] as number);
        alongB += v * (b[i] as number);
        alongC += v * (c[i] as number);
        alongD += v * (d[i] as number);
      }
      for (let i = step + 1; i < size; i++) {
        const v = reflections[row + i] as number;
        a[i] = (a[i] as number) - alongA * v;
        b[i] = (b[i] as number) - alongB * v;
        c[i] = (c[i] as number) - alongC * v;
        d[i] = (d[i] as number) - alongD * v;
      }
    }
  }
  for (const x of xs.slice(even)) toTridiagonal(tridiagonal, x);
}

/** Q x, in place. */
export function fromTridiagonal({ size, reflections }: Tridiagonal, x: Float64Array): Float64Array {
  for (let step = size - 2; step >= 0; step--) reflect(reflections, size, step, x);
  return x;
}

function reflect(reflections: Float64Array, size: number, step: number, x: Float64Array): void {
  const row = step * size;
  let along = 0;
  for (let i = step + 1; i < size; i++)
    along += (reflections[row + i] as number) * (x[i] as number);
  for (let i = step + 1; i < size; i++)
    x[i] = (x[i] as number) - along * (reflections[row + i] as number);
}

/** T + ridge·I = L D Lᵀ, with what is solved by it. */
export class RidgeSolver {
  readonly #factors: Float64Array;
  readonly #pivots: Float64Array;

  /** Throws RangeError where T + ridge·I is not positive definite. */
  constructor({ size, diagonal, beside }: Tridiagonal, ridge: number) {
    this.#factors = new Float64Array(size);
    this.#pivots = new Float64Array(size);
    let carried = 0;
    for (let i = 0; i < size; i++) {
      const pivot = (diagonal[i] as number) + ridge - carried;
      if (!(pivot > 0)) throw new RangeError('The matrix is not positive definite');
      const next = beside[i] ?? 0;
      this.#pivots[i] = pivot;
      this.#factors[i] = next / pivot;
      carried = (next * next) / pivot;
    }
  }

  /** The pivots, whose product is the determinant. */
  get pivots(): Float64Array {
    return this.#pivots;
  }

  /** xᵀ (T + ridge·I)⁻¹ x */
  quadratic(x: Float64Array): number {
    let sum = 0;
    let carried = 0;
    for (const [i, pivot] of this.#pivots.entries()) {
      const z = (x[i] as number) - carried;
      sum += (z * z) / pivot;
      carried = (this.#factors[i] ?? 0) * z;
    }
    return sum;
  }

  /** (T + ridge·I)⁻¹ x, in place. */
  solve(x: Float64Array): Float64Array {
    let carried = 0;
    for (let i = 0; i < x.length; i++) {
      const z = (x[i] as number) - carried;
      x[i] = z / (this.#pivots[i] ?? 1);
      carried = (this.#factors[i] ?? 0) * z;
    }
    for (let i = x.length - 2; i >= 0; i--) {
      x[i] = (x[i] as number) - (this.#factors[i] ?? 0) * (x[i + 1] as number);
    }
    return x;
  }
}

/**
 * Lower triangle L of A = L Lᵀ, as a whole square with zeros above. Reads the lower triangle. Throws
 * RangeError where A is not positive definite.
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const l = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const own = l.subarray(row * size, (row + 1) * size);
    for (let column = 0; column <= row; column++) {
      const other = l.subarray(column * size, (column + 1) * size);
      let sum = matrix[row * size + column] as number;
      for (let k = 0; k < column; k++) sum -= (own[k] as number) * (other[k] as number);
      if (column < row) own[column] = sum / (other[column] as number);
      else if (sum > 0) own[row] = Math.sqrt(sum);
      else throw new RangeError('The matrix is not positive definite');
    }
  }
  return l;
}

/** A⁻¹ x in place, of A = L Lᵀ. */
export function solveCholesky(l: Float64Array, size: number, x: Float64Array): Float64Array {
  for (let row = 0; row < size; row++) {
    let sum = x[row] as number;
    for (let k = 0; k < row; k++) sum -= (l[row * size + k] as number) * (x[k] as number);
    x[row] = sum / (l[row * size + row] as number);
  }
  for (let row = size - 1; row >= 0; row--) {
    const value = (x[row] as number) / (l[row * size + row] as number);
    x[row] = value;
    for (let k = 0; k < row; k++) x[k] = (x[k] as number) - (l[row * size + k] as number) * value;
  }
  return x;
}

const SWEEPS = 64;

/**
 * Eigenvalues, the largest first, with their unit vectors, by cyclic Jacobi rotations (Golub & Van
 * Loan, Matrix Computations, 8.5). For small matrices. `matrix` is used up.
 */
export function eigenpairs(
  matrix: Float64Array,
  size: number,
): { readonly values: Float64Array; readonly vectors: readonly Float64Array[] } {
  const a = matrix;
  const rows = Array.from({ length: size }, (_, row) => new Float64Array(size).with(row, 1));
  const rotate = (one: Float64Array, other: Float64Array, c: number, s: number) => {
    for (let k = 0; k < one.length; k++) {
      const [x, y] = [one[k] ?? 0, other[k] ?? 0];
      one[k] = c * x - s * y;
      other[k] = s * x + c * y;
    }
  };
  for (let sweep = 0, isDone = false; sweep < SWEEPS && !isDone; sweep++) {
    isDone = true;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const beside = a[p * size + q] ?? 0;
        const [first, second] = [a[p * size + p] ?? 0, a[q * size + q] ?? 0];
        if (Math.abs(beside) <= 1e-15 * Math.sqrt(Math.abs(first * second))) continue;
        isDone = false;
        const theta = (second - first) / (2 * beside);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        rotate(a.subarray(p * size, (p + 1) * size), a.subarray(q * size, (q + 1) * size), c, s);
        for (let k = 0; k < size; k++) {
          const [x, y] = [a[k * size + p] ?? 0, a[k * size + q] ?? 0];
          a[k * size + p] = c * x - s * y;
          a[k * size + q] = s * x + c * y;
        }
        rotate(rows[p] ?? a, rows[q] ?? a, c, s);
      }
    }
  }
  const order = [...rows.keys()].toSorted(
    (p, q) => (a[q * size + q] ?? 0) - (a[p * size + p] ?? 0) || p - q,
  );
  return {
    values: Float64Array.from(order, (p) => a[p * size + p] ?? 0),
    vectors: order.map((p) => rows[p] ?? new Float64Array(size)),
  };
}

export function dot(a: Float64Array, b: Float64Array, from = 0): number {
  let sum = 0;
  for (let i = from; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
