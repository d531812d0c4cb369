import { goldenImages } from '../golden/golden-images.ts';
import type { NetworkInfo } from '../shared/contract.ts';
import type { Accelerator, Inference } from './accelerator.ts';

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
