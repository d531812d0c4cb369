/** Discrete Fourier transform of square complex maps, side a power of two (Cooley & Tukey, 1965). */
export class SquareFft {
  readonly side: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Int32Array;
  readonly #column: readonly [Float64Array, Float64Array];

  constructor(side: number) {
    const bits = Math.log2(side);
    if (!Number.isInteger(bits)) throw new RangeError(`${side} is no power of two`);
    this.side = side;
    this.#cos = Float64Array.from({ length: side / 2 }, (_, k) =>
      Math.cos((2 * Math.PI * k) / side),
    );
    this.#sin = Float64Array.from(
      { length: side / 2 },
      (_, k) => -Math.sin((2 * Math.PI * k) / side),
    );
    this.#reversed = Int32Array.from({ length: side }, (_, value) => {
      let out = 0;
      for (let bit = 0; bit < bits; bit++) out |= ((value >> bit) & 1) << (bits - 1 - bit);
      return out;
    });
    this.#column = [new Float64Array(side), new Float64Array(side)];
  }

  /** In place. The inverse is not divided by side². */
  transform(real: Float64Array, imaginary: Float64Array, isInverse = false): void {
    const { side } = this;
    for (let row = 0; row < side; row++) {
      const from = row * side;
      this.#line(
        real.subarray(from, from + side),
        imaginary.subarray(from, from + side),
        isInverse,
      );
    }
    const [re, im] = this.#column;
    for (let column = 0; column < side; column++) {
      for (let row = 0, at = column; row < side; row++, at += side) {
        re[row] = real[at] ?? 0;
        im[row] = imaginary[at] ?? 0;
      }
      this.#line(re, im, isInverse);
      for (let row = 0, at = column; row < side; row++, at += side) {
        real[at] = re[row] ?? 0;
        imaginary[at] = im[row] ?? 0;
      }
    }
  }

  #line(re: Float64Array, im: Float64Array, isInverse: boolean): void {
    const { side } = this;
    for (let from = 0; from < side; from++) {
      const to = this.#reversed[from] ?? 0;
      if (to <= from) continue;
      const r = re[from] ?? 0;
      const i = im[from] ?? 0;
      re[from] = re[to] ?? 0;
      im[from] = im[to] ?? 0;
      re[to] = r;
      im[to] = i;
    }
    for (let half = 1, step = side / 2; half < side; half *= 2, step /= 2) {
      for (let block = 0; block < side; block += 2 * half) {
        for (let k = 0; k < half; k++) {
          const cos = this.#cos[k * step] ?? 0;
          const sin = isInverse ? -(this.#sin[k * step] ?? 0) : (this.#sin[k * step] ?? 0);
          const low = block + k;
          const high = low + half;
          const r = (re[high] ?? 0) * cos - (im[high] ?? 0) * sin;
          const i = (re[high] ?? 0) * sin + (im[high] ?? 0) * cos;
          re[high] = (re[low] ?? 0) - r;
          im[high] = (im[low] ?? 0) - i;
          re[low] = (re[low] ?? 0) + r;
          im[low] = (im[low] ?? 0) + i;
        }
      }
    }
  }
}
