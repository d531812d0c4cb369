import { type PassphraseStrength, passphraseMinLength } from '../clinic/entities/index.ts';
import { StoreError } from './errors.ts';
import { loadGuesser } from './guesser.ts';
import { fold, spellings, words } from './words.ts';

const minDistinct = 5;
/** What must be left once names and other guesses are taken out. */
const minRemaining = 5;
const commonGuesses = [
  ...['passphrase', 'password', 'dermaspike', 'clinic', 'qwerty', '1234567890'],
  ...['passwort', 'kennwort', 'klinik', 'praxis', 'motdepasse', 'clinique', 'azerty'],
  ...['contrasena', 'clave', 'clinica'],
];
/** The guesses that a passphrase must withstand; each costs scrypt's 128 MiB and a third of a second. */
const leastGuesses = 1e9;
/** The ways to write names into a passphrase that a guess would try first: which, in what order, how many capitals. */
const waysWithNames = 1000;
/** More would take long to look at, and is strong enough. */
const lookedAt = 64;

const advice = 'Four or more unrelated words make one that is strong and easy to remember.';

/**
 * How long others would guess at a passphrase.
 * @param names the clinic's and the user's, which are guessed first.
 */
export async function passphraseStrength(
  passphrase: string,
  names: readonly string[],
): Promise<PassphraseStrength> {
  const characters = Array.from(passphrase.normalize('NFKC'));
  if (characters.length < passphraseMinLength)
    return weak(0, `Too short: it needs at least ${passphraseMinLength} characters.`);
  if (new Set(characters).size < minDistinct) return weak(1, 'It repeats the same few characters.');
  const nameWords = names.flatMap(words).flatMap(spellings);
  const guessed = [...nameWords, ...commonGuesses];
  const littleMore =
    'It is little more than a name or a common password, which others guess first.';
  const rest = withoutGuessed(guessed, passphrase);
  if (rest !== undefined && rest.length < minRemaining) return weak(1, littleMore);
  const guesser = await loadGuesser();
  const nameless = withoutGuessed(nameWords, passphrase)?.slice(0, lookedAt);
  if (nameless !== undefined && guesser.check(nameless).guesses * waysWithNames < leastGuesses)
    return weak(1, littleMore);
  const looked = characters.slice(0, lookedAt).join('');
  // "pässwort" is no word, but what it is without its marks.
  const ways = isMarked(looked) ? [looked, fold(looked)] : [looked];
  const guesses = Math.min(...ways.map((way) => guesser.check(way, guessed).guesses));
  if (guesses < leastGuesses)
    return weak(1, 'Others would soon guess it: a common password, a word, a name or a date.');
  if (guesses < 10 * leastGuesses)
    return { level: 2, advice: 'Fair. One more word would make it strong.' };
  return guesses < 1e13 ? { level: 3, advice: 'Strong.' } : { level: 4, advice: 'Very strong.' };
}

/** Throws `weak-passphrase`, with advice, for one that a guess would find. */
export async function assertStrong(passphrase: string, names: readonly string[]): Promise<void> {
  const strength = await passphraseStrength(passphrase, names);
  if (strength.level < 2) throw new StoreError('weak-passphrase', strength.advice);
}

const isMarked = (text: string) => fold(text) !== text.toLowerCase();

function weak(level: 0 | 1, what: string): PassphraseStrength {
  return { level, advice: `${what} ${advice}` };
}

/** What is left of it, folded; undefined where it has none of what is guessed first. */
function withoutGuessed(guessed: readonly string[], passphrase: string): string | undefined {
  const longestFirst = guessed
    .filter((guess) => guess.length >= 3)
    .sort((a, b) => b.length - a.length);
  const folded = words(fold(passphrase)).join('');
  const rest = longestFirst.reduce((text, guess) => text.replaceAll(guess, ''), folded);
  return folded === rest ? undefined : rest;
}
