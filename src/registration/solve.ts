/** Solves A·x = b for a symmetric positive definite A (row by row), by Cholesky; `null` where it is not. */
export function solve(a: Float64Array, b: Float64Array): Float64Array | null {
  const n = b.length;
  const l = a.slice();
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = l[row * n + column] ?? 0;
      for (let k = 0; k < column; k++) sum -= (l[row * n + k] ?? 0) * (l[column * n + k] ?? 0);
      if (row === column) {
        if (!(sum > 1e-12)) return null;
        l[row * n + row] = Math.sqrt(sum);
      } else l[row * n + column] = sum / (l[column * n + column] ?? 1);
    }
  }
  const x = b.slice();
  for (let row = 0; row < n; row++) {
    let sum = x[row] ?? 0;
    for (let k = 0; k < row; k++) sum -= (l[row * n + k] ?? 0) * (x[k] ?? 0);
    x[row] = sum / (l[row * n + row] ?? 1);
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = x[row] ?? 0;
    for (let k = row + 1; k < n; k++) sum -= (l[k * n + row] ?? 0) * (x[k] ?? 0);
    x[row] = sum / (l[row * n + row] ?? 1);
  }
  return x;
}
