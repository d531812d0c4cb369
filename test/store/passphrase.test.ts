import { expect, test } from 'vitest';
import { assertStrong, passphraseStrength } from '../../src/store/passphrase.ts';
import { expectRefusal } from './harness.ts';

const names = ['Ada Grün'];

test.each([
  ['123456789', 0, 'Too short: it needs at least 10 characters.'],
  ['abcdabcdabcd', 1, 'It repeats the same few characters.'],
  ['abcdeabcdeab', 1, 'Others would soon guess it'],
  ['Ada Grun 2026', 1, 'It is little more than a name or a common password'],
  ['Ada Grun 2026x', 1, 'It is little more than a name or a common password'],
  ['Ada Grün 2026x', 1, 'It is little more than a name or a common password'],
  ['ada-gruen-1967!', 1, 'It is little more than a name or a common password'],
  ['another long passphrase', 3, 'Strong.'],
  ['Grün lantern orchard', 4, 'Very strong.'],
  ['letmein123', 1, 'Others would soon guess it'],
  ['tulip maroon', 2, 'Fair. One more word would make it strong.'],
  ['zk8!vQ2x#Lp0', 3, 'Strong.'],
  ['copper lantern orchard', 4, 'Very strong.'],
] as const)('the passphrase "%s" is of level %i: %s', async (passphrase, level, advice) => {
  const strength = await passphraseStrength(passphrase, names);
  expect(strength.level).toBe(level);
  expect(strength.advice).toContain(advice);
  expect(strength.advice.endsWith('strong and easy to remember.')).toBe(level < 2);
});

test('one of level 2 is taken, and one below is not', async () => {
  await assertStrong('tulip maroon', names);
  await expectRefusal('weak-passphrase', () => assertStrong('letmein123', names));
});
