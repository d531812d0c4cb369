import type { Lesion } from '../../../src/clinic/entities/index.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** The first free letter; after Z come AA, AB and so on. */
export function nextLabel(lesions: readonly Pick<Lesion, 'label'>[]): string {
  const taken = new Set(lesions.map(({ label }) => label.split(/[\s,.;:]/)[0]?.toUpperCase()));
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  return [...letters, ...pairs].find((label) => !taken.has(label)) ?? '';
}
