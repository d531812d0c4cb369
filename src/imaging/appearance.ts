/**
 * What an image looks like before anything is made of it, so that a picture of something else than
 * skin is noticed by its colours alone. From the network's input tensor, 3 × S × S of values
 * 0…255, 13 numbers that do not change when the image is turned or mirrored:
 *
 *   0–2    mean of red, green, blue, of 255
 *   3–5    standard deviation of each, of 255
 *   6–8    √(1 − r) of the pairs red-green, red-blue, green-blue; r = cov / √(var·var + 1)
 *   9      √ of the mean step between neighbouring pixels' grey, of 255
 *   10–12  mean of each in the middle (a quarter of S is cut off at every side) less that around it
 *
 * The sums are whole numbers, and what follows is rounded alike everywhere: the trainer's Python
 * gives the same to the last digits.
 */
export function appearanceOf(tensor: Uint8Array, size: number): Float64Array {
  const pixels = size * size;
  if (size < 3 || tensor.length !== 3 * pixels)
    throw new RangeError(`${tensor.length} values are no 3 × ${size} × ${size} image`);
  const margin = Math.max(1, Math.floor(size / 4));
  const inner = (size - 2 * margin) ** 2;
  const sum = [0, 0, 0];
  const middle = [0, 0, 0];
  /** Of the products: red², green², blue², red·green, red·blue, green·blue. */
  const products = [0, 0, 0, 0, 0, 0];
  let steps = 0;
  const at = (channel: number, pixel: number) => tensor[channel * pixels + pixel] ?? 0;
  const grey = (pixel: number) => at(0, pixel) + at(1, pixel) + at(2, pixel);
  const add = (to: number[], index: number, value: number) => {
    to[index] = (to[index] ?? 0) + value;
  };
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const pixel = y * size + x;
      const isInner = y >= margin && y < size - margin && x >= margin && x < size - margin;
      for (let c = 0; c < 3; c++) {
        const value = at(c, pixel);
        add(sum, c, value);
        if (isInner) add(middle, c, value);
        add(products, c, value * value);
      }
      for (const [index, [a, b]] of pairs.entries())
        add(products, 3 + index, at(a, pixel) * at(b, pixel));
      if (x > 0) steps += Math.abs(grey(pixel) - grey(pixel - 1));
      if (y > 0) steps += Math.abs(grey(pixel) - grey(pixel - size));
    }
  }
  const of = (list: readonly number[], index: number) => list[index] ?? 0;
  /** Of the values 0…255; the numerator is whole. */
  const covariance = (product: number, a: number, b: number) =>
    (pixels * product - of(sum, a) * of(sum, b)) / (pixels * pixels);
  const channels = [0, 1, 2] as const;
  const variance = channels.map((c) => covariance(of(products, c), c, c));
  return Float64Array.of(
    ...channels.map((c) => of(sum, c) / (pixels * 255)),
    ...variance.map((value) => Math.sqrt(value) / 255),
    ...pairs.map(([a, b], index) => {
      const shared = covariance(of(products, 3 + index), a, b);
      return Math.sqrt(Math.max(0, 1 - shared / Math.sqrt(of(variance, a) * of(variance, b) + 1)));
    }),
    Math.sqrt(steps / (size * (size - 1) * 2 * 3 * 255)),
    ...channels.map(
      (c) =>
        of(middle, c) / (inner * 255) - (of(sum, c) - of(middle, c)) / ((pixels - inner) * 255),
    ),
  );
}

const pairs = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const;
