/** Fewer lesions have nothing in common that one could be unlike. */
export const leastLesions = 3;

/**
 * How far each lesion of a patient is from what the others have in common, 0 to 1: one less the cosine
 * between the roots of its spike counts and the sum of the others'. It is good for an order, not for an
 * alarm: naevi too are often odd (docs/ugly-duckling.md).
 * @param counts of one image a lesion, all by the same network
 */
export function oddness(counts: readonly Int32Array[]): number[] {
  // Directions, so that a lesion with many spikes does not decide what is common.
  const directions = counts.map((each) => unit(Float64Array.from(each, rootOf)));
  const sum = new Float64Array(directions[0]?.length ?? 0);
  for (const direction of directions)
    for (const [at, value] of direction.entries()) add(sum, at, value);
  return directions.map((own) => {
    const others = sum.map((value, at) => value - (own[at] ?? 0));
    return 1 - dot(own, unit(others));
  });
}

const rootOf = (count: number): number => Math.sqrt(Math.max(count, 0));

function add(sum: Float64Array, at: number, value: number): void {
  sum[at] = (sum[at] ?? 0) + value;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 ? vector.map((value) => value / length) : vector;
}
