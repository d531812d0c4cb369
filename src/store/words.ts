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

/** Text without case and diacritics: "Müller" → "muller". */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => undecomposed[letter] ?? letter);
}

/** As `fold`, but umlauts as German writes them without the dots: "Müller" → "mueller". */
function foldGerman(text: string): string {
  return fold(
    text
      .normalize('NFC')
      .toLowerCase()
      .replace(/[äöüø]/g, (letter) => `${fold(letter)}e`),
  );
}

/** Each way to fold a word; mostly one. */
export function spellings(word: string): string[] {
  return [...new Set([fold(word), foldGerman(word)])];
}

/** A text's words: runs of letters, marks and digits. */
export function words(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/**
 * The folded words by which a text is found. "P-0012" is found as "p", as "0012" and as "p0012",
 * "O'Neill" as "neill" and as "oneill".
 */
export function indexWords(text: string): string[] {
  const runsTogether = text.split(/\s+/).map((chunk) => words(chunk).join(''));
  const found = [...words(text), ...runsTogether].flatMap(spellings);
  return [...new Set(found)].filter((word) => word !== '');
}
