import { randomStream } from '../../../src/snn/uncertainty/random.ts';

/** Spike counts of invented classes: whole numbers around a mean of each class's own. */
export function cluster(features: number, images: number, seed: number): Int32Array[] {
  const random = randomStream(seed, 1, 1);
  const upTo = (most: number) => random.next() % most;
  const means = Array.from({ length: features }, () => 100 + upTo(400));
  return Array.from({ length: images }, () => {
    const common = upTo(60);
    return Int32Array.from(
      means,
      (mean, index) => mean + upTo(80) + (index % 3 === 0 ? common : 0),
    );
  });
}
