import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Bit-exactness vectors and the benchmark model stand beside the repository. */
const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

export const sharedIsPresent = existsSync(SHARED);

if (!sharedIsPresent)
  console.warn('Skipped: no ../shared beside the repository (exactness vectors)');

export function readShared(path: string): Uint8Array {
  return readFileSync(`${SHARED}${path}`);
}

export const VECTOR_MODELS = Array.from(
  { length: 20 },
  (_, index) => `m${String(index + 1).padStart(4, '0')}`,
);
