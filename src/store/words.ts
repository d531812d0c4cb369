/** Letters that Unicode does not decompose into a base letter and a mark. */
const undecomposed: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** What is written where the marked letter is lacking, as Germans and as Danes do. */
const umlauts: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe' };
const ring: Readonly<Record<string, string>> = { å: 'aa' };
const digraphs = [{}, umlauts, ring, { ...umlauts, ...ring }];

/** Text without case and diacritics: "Müller" → "muller". */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => undecomposed[letter] ?? letter);
}

/** Each way to fold a word, mostly one: "Søgård" → "sogard", "soegard", "sogaard", "soegaard". */
export function spellings(word: string): string[] {
  const composed = word.normalize('NFC').toLowerCase();
  const written = digraphs.map((letters: Readonly<Record<string, string>>) =>
    fold(composed.replace(/[äöüøå]/g, (letter) => letters[letter] ?? letter)),
  );
  return [...new Set(written)];
}

/** A text's words: runs of letters, marks and digits, not of marks alone. */
export function words(text: string): string[] {
  return (text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).filter((word) => fold(word) !== '');
}

interface Named {
  readonly familyName: string;
  readonly givenName: string;
  readonly recordNumber: string;
}

/**
 * The folded words by which a person is found. "P-0012" is found as "p", as "0012" and as "p0012";
 * "van den Berg" as each of its words, as "vandenberg" and as "denberg"; 李 小龙 as "李小龙" too.
 */
export function indexWords({ familyName, givenName, recordNumber }: Named): string[] {
  const [family, given] = [words(familyName), words(givenName)];
  const chunks = `${familyName} ${givenName} ${recordNumber}`.split(/\s+/);
  const found = [
    ...family,
    ...given,
    ...words(recordNumber),
    ...chunks.map((chunk) => words(chunk).join('')),
    ...family.map((_, index) => family.slice(index).join('')),
    [...family, ...given].join(''),
    [...given, ...family].join(''),
  ].flatMap(spellings);
  return [...new Set(found)].filter((word) => word !== '');
}

/** A word from its end to its beginning. */
export const reversed = (word: string): string => [...word].reverse().join('');
