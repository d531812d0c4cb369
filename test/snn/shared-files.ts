import { readFileSync } from 'node:fs';
import { lacks, sharedFile } from '../requirements.ts';

/** Bit-exactness vectors and the benchmark model stand beside the repository. */
export const sharedIsPresent = !lacks('shared', 'exactness vectors and benchmark model');

export function readShared(path: string): Uint8Array {
  return readFileSync(sharedFile(path));
}

export const VECTOR_MODELS = Array.from(
  { length: 20 },
  (_, index) => `m${String(index + 1).padStart(4, '0')}`,
);
