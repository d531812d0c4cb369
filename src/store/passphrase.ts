import { passphraseMinLength } from '../clinic/entities/index.ts';
import { StoreError } from './errors.ts';
import { fold, words } from './words.ts';

const minDistinct = 5;
/** What must be left once names and other guesses are taken out. */
const minRemaining = 5;
const commonGuesses = ['passphrase', 'password', 'dermaspike', 'clinic', 'qwerty', '1234567890'];

/** Throws `weak-passphrase`, with advice, for one that a guess would find. */
export function assertStrong(passphrase: string, names: readonly string[]): void {
  const characters = Array.from(passphrase.normalize('NFKC'));
  if (characters.length < passphraseMinLength)
    throw weak(`The passphrase is too short: it needs at least ${passphraseMinLength} characters.`);
  if (new Set(characters).size < minDistinct)
    throw weak('The passphrase repeats the same few characters.');
  const guesses = [...names.flatMap(words).map(fold), ...commonGuesses]
    .filter((guess) => guess.length >= 3)
    .sort((a, b) => b.length - a.length);
  const folded = words(fold(passphrase)).join('');
  const remaining = guesses.reduce((text, guess) => text.replaceAll(guess, ''), folded);
  if (folded !== remaining && remaining.length < minRemaining)
    throw weak(
      'The passphrase is little more than a name or a common password, which others guess first.',
    );
}

function weak(what: string): StoreError {
  return new StoreError(
    'weak-passphrase',
    `${what} Four or more unrelated words make one that is strong and easy to remember.`,
  );
}
