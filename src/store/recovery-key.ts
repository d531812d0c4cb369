import { randomBytes } from 'node:crypto';
import { StoreError } from './errors.ts';

/** Crockford's base 32: no I, L, O or U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const symbolCount = 30;
const groupSize = 5;

/**
 * A new recovery key as it is printed: 29 random symbols (145 bits) and a check symbol, in six
 * groups of five.
 */
export function newRecoveryKey(): string {
  const random = Array.from(randomBytes(symbolCount - 1), (byte) => byte & 31);
  const symbols = [...random, multiplyByAlpha(remainder(random))];
  const text = symbols.map((symbol) => alphabet.charAt(symbol)).join('');
  return (text.match(new RegExp(`.{${groupSize}}`, 'g')) ?? []).join('-');
}

/**
 * The key's symbols without groups, from what a person typed: case, blanks and dashes do not
 * matter, and O, I and L are read as the digits that they look like. Throws `wrong-recovery-key`
 * when it cannot be a key.
 */
export function parseRecoveryKey(typed: string): string {
  const text = typed
    .toUpperCase()
    .replace(/[\s\p{Pd}_.]/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  const symbols = Array.from(text, (character) => alphabet.indexOf(character));
  if (symbols.length !== symbolCount || symbols.includes(-1))
    throw new StoreError(
      'wrong-recovery-key',
      `A recovery key has ${symbolCount} letters and digits in six groups of five. Compare what you typed with the printed sheet.`,
    );
  if (remainder(symbols) !== 0)
    throw new StoreError(
      'wrong-recovery-key',
      'The recovery key has a typing error. Compare each group with the printed sheet.',
    );
  return text;
}

/**
 * The symbols as a polynomial over GF(32), evaluated at α (Horner's rule). A key is valid when this
 * is 0: a Reed–Solomon code with one check symbol, which finds every single wrong symbol and every
 * exchange of two.
 */
function remainder(symbols: readonly number[]): number {
  return symbols.reduce((sum, symbol) => multiplyByAlpha(sum) ^ symbol, 0);
}

/** In GF(32) = GF(2)[x] / (x⁵ + x² + 1), where α = x is primitive. */
function multiplyByAlpha(value: number): number {
  const shifted = value << 1;
  return shifted & 32 ? shifted ^ 0b100101 : shifted;
}
