/** Of each value of an image, row by row, the mean of the square that reaches `radius` around it, cut at the rim. */
export function boxMeans(
  values: ArrayLike<number>,
  width: number,
  height: number,
  radius: number,
): Float32Array {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += values[y * width + x] ?? 0;
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] ?? 0) + row;
    }
  }
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - radius), Math.min(height, y + radius + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - radius), Math.min(width, x + radius + 1)];
      const corner = (row: number, column: number) => sums[row * (width + 1) + column] ?? 0;
      const sum =
        corner(bottom, right) - corner(top, right) - corner(bottom, left) + corner(top, left);
      out[y * width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return out;
}
