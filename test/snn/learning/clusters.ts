import { randomStream } from '../../../src/snn/random.ts';

/**
 * Spike counts of an invented class: whole numbers around a mean that the seed sets; another draw
 * gives other images of the same class.
 */
export function cluster(features: number, images: number, seed: number, draw = 1): Int32Array[] {
  const upTo = (random: { next(): number }, most: number) => random.next() % most;
  const about = randomStream(seed, 0, 0);
  const means = Array.from({ length: features }, () => 100 + upTo(about, 400));
  const random = randomStream(seed, draw, 1);
  return Array.from({ length: images }, () => {
    const common = upTo(random, 60);
    return Int32Array.from(
      means,
      (mean, index) => mean + upTo(random, 80) + (index % 3 === 0 ? common : 0),
    );
  });
}
