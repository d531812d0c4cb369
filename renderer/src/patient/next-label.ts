import type { Lesion } from '../../../src/clinic/entities/index.ts';

/** The first free letter; after Z the person thinks of something. */
export function nextLabel(lesions: readonly Lesion[]): string {
  const taken = new Set(lesions.map(({ label }) => label.split(/[\s,.;:]/)[0]?.toUpperCase()));
  return [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].find((letter) => !taken.has(letter)) ?? '';
}
