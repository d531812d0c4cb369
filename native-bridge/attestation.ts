import type { Accelerator, Inference } from './accelerators/accelerator.ts';
import type { NetworkInfo } from './contract.ts';

/** One spike count that is not what the reference gives. */
export interface Mismatch {
  readonly image: string;
  /** Which count. */
  readonly at: number;
  readonly expected: number;
  /** Absent where the result was too short. */
  readonly actual: number | undefined;
}

export interface Attestation {
  /** Images compared, all their counts. */
  readonly images: number;
  readonly mismatches: readonly Mismatch[];
}

interface GoldenImage {
  readonly name: string;
  readonly image: Uint8Array;
}

/** `pixel(c, y, x) = (a·x + b·y + 37·c + x·y·k) & 255`, as in `models/qana-2/golden.json`. */
const formulas = [
  { name: 'gradient', a: 1, b: 2, k: 0 },
  { name: 'ramp', a: 3, b: 1, k: 0 },
  { name: 'moire', a: 2, b: 3, k: 1 },
  { name: 'noise', a: 7, b: 5, k: 3 },
  { name: 'stripes', a: 128, b: 0, k: 0 },
  { name: 'checks', a: 128, b: 128, k: 0 },
] as const;

/** Smooth, busy, black and white: dark and saturated layers alike. Shape: C×H×W, uint8. */
export function goldenImages([channels, height, width]: NetworkInfo['inputShape']): GoldenImage[] {
  const pixels = channels * height * width;
  const drawn = formulas.map(({ name, a, b, k }) => {
    const image = new Uint8Array(pixels);
    for (let at = 0; at < pixels; at++) {
      const x = at % width;
      const y = Math.floor(at / width) % height;
      const c = Math.floor(at / (width * height));
      // Storing keeps the lowest eight bits.
      image[at] = a * x + b * y + 37 * c + x * y * k;
    }
    return { name, image };
  });
  return [
    ...drawn,
    { name: 'black', image: new Uint8Array(pixels) },
    { name: 'white', image: new Uint8Array(pixels).fill(255) },
  ];
}

/**
 * Runs the golden images of a loaded network on both and compares every count.
 * @throws BridgeError when one of them does not answer.
 */
export async function attest(
  device: Pick<Accelerator, 'infer'>,
  reference: Pick<Accelerator, 'infer'>,
  networkSha256: string,
  { inputShape }: NetworkInfo,
): Promise<Attestation> {
  const golden = goldenImages(inputShape);
  const batch = { networkSha256, images: golden.map(({ image }) => image) };
  const { signal } = new AbortController();
  const [actual, expected] = await Promise.all([
    device.infer(batch, signal),
    reference.infer(batch, signal),
  ]);
  const mismatches = golden.flatMap(({ name }, index) =>
    differences(expected[index], actual[index]).map((mismatch) => ({ image: name, ...mismatch })),
  );
  return { images: golden.length, mismatches };
}

/** Of two results of one image. */
export function differences(
  expected: Inference | undefined,
  actual: Inference | undefined,
): Omit<Mismatch, 'image'>[] {
  const [right, told] = [expected?.spikeCounts ?? [], actual?.spikeCounts ?? []];
  const found: Omit<Mismatch, 'image'>[] = [];
  for (let at = 0; at < Math.max(right.length, told.length); at++)
    if (right[at] !== told[at]) found.push({ at, expected: right[at] ?? 0, actual: told[at] });
  return found;
}
