import { passphraseMinLength } from '../../../src/clinic/entities/index.ts';

const words = 'Four or more unrelated words are strong and easy to remember.';

/** What to say about a passphrase of each level. */
export const levelAdvice = [
  `Use at least ${passphraseMinLength} characters. ${words}`,
  `Too short or too plain. ${words}`,
  'Fair. One more word would make it strong.',
  'Strong.',
  'Very strong.',
] as const;

/** How long someone would need to guess it, roughly: length first, variety second. */
export function passphraseLevel(passphrase: string): 0 | 1 | 2 | 3 | 4 {
  if (passphrase === '') return 0;
  const variety = new Set(passphrase.toLowerCase()).size;
  if (passphrase.length < passphraseMinLength || variety < 6) return 1;
  const count = passphrase.trim().split(/[\s\-_.]+/).length;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d\s]/].filter((kind) => kind.test(passphrase));
  const score = passphrase.length + 2 * count + 2 * kinds.length;
  if (score < 22) return 2;
  return score < 34 ? 3 : 4;
}
