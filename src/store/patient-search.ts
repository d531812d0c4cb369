import type { Bindings } from './bindings.ts';
import { type DatesInText, type DayRange, findDates, findYears } from './birth-dates.ts';
import { isOneSlipApart } from './likeness.ts';
import { reversed, spellings, words } from './words.ts';

/** No name has more; a longer text is a mistake of the clipboard. */
const maxWords = 16;
/** Shorter words that differ in a letter are other words. */
const minSimilarLength = 4;

/** A word that begins one of the patient's, or a date of birth, which may be a number all the same. */
type Term =
  | { readonly word: string }
  | { readonly ranges: readonly DayRange[]; readonly otherwise: readonly Term[] };

export interface PatientSearch {
  readonly terms: readonly Term[];
  /** All the words as one: "van den berg" finds Vandenberg. */
  readonly joined: string | undefined;
}

/** What is searched for. A text without a letter or a figure finds nobody, an empty one everybody. */
export function readSearch(text: string, now: Date): PatientSearch | 'everybody' | 'nobody' {
  if (text.trim() === '') return 'everybody';
  const all = words(text).slice(0, maxWords);
  if (all.length === 0) return 'nobody';
  const today = now.toISOString().slice(0, 10);
  const terms = toTerms(findDates(text, today), (date) =>
    toTerms(findYears(date, today), (year) => [{ word: year }]),
  );
  return {
    terms: terms.slice(0, maxWords),
    joined: all.length > 1 ? all.join('') : undefined,
  };
}

/** That `column` is the id of a patient who is found; nothing where everybody is. */
export function isFound(
  column: string,
  search: ReturnType<typeof readSearch>,
  bindings: Bindings,
): string[] {
  if (search === 'everybody') return [];
  return [search === 'nobody' ? 'FALSE' : `${column} IN (${selectIds(search, bindings)})`];
}

function toTerms({ dates, rest }: DatesInText, otherwise: (date: string) => Term[]): Term[] {
  return [
    ...dates.map(({ text, ranges }) => ({ ranges, otherwise: otherwise(text) })),
    ...words(rest).map((word) => ({ word })),
  ];
}

/** Indexed words that may have been meant, by the word that was typed. */
export type SimilarWords = ReadonlyMap<string, readonly string[]>;

/** A query for the ids of the patients who are found, by what was typed or by similar words. */
export function selectIds(
  { terms, joined }: PatientSearch,
  bindings: Bindings,
  similar: SimilarWords = new Map(),
): string {
  const [first, ...others] = mostTellingFirst(terms);
  const writer = new TermWriter(bindings, similar);
  const found = first ? [writer.all(first, others)] : [];
  if (joined !== undefined) found.push(writer.ids({ word: joined }));
  return found.join(' UNION ALL ');
}

/** A day tells more than a word, and a long word more than a short one. */
function mostTellingFirst(terms: readonly Term[]): Term[] {
  const telling = (term: Term) => ('word' in term ? term.word.length : Number.POSITIVE_INFINITY);
  return terms.toSorted((one, other) => telling(other) - telling(one));
}

class TermWriter {
  readonly #bindings: Bindings;
  readonly #similar: SimilarWords;

  constructor(bindings: Bindings, similar: SimilarWords) {
    this.#bindings = bindings;
    this.#similar = similar;
  }

  /** A query for the ids of those of whom all is true: looked up by one term, held to the others. */
  all(first: Term, others: readonly Term[]): string {
    const conditions = others.map((term) => ` AND ${this.#isTrue(term)}`);
    return `SELECT id FROM patient WHERE id IN (${this.ids(first)})${conditions.join('')}`;
  }

  ids(term: Term): string {
    if ('word' in term)
      return this.#words(term.word)
        .map((condition) => `SELECT patient_id FROM patient_word WHERE ${condition}`)
        .join(' UNION ALL ');
    const [first, ...others] = mostTellingFirst(term.otherwise);
    const born = this.#born(term).map((condition) => `SELECT id FROM patient WHERE ${condition}`);
    return [...born, ...(first ? [this.all(first, others)] : [])].join(' UNION ALL ');
  }

  #isTrue(term: Term): string {
    if ('word' in term)
      return `EXISTS (SELECT 1 FROM patient_word
        WHERE patient_id = patient.id AND (${this.#words(term.word).join(' OR ')}))`;
    const otherwise = term.otherwise.map((other) => this.#isTrue(other)).join(' AND ');
    return `(${[...this.#born(term), `(${otherwise})`].join(' OR ')})`;
  }

  #words(word: string): string[] {
    const others = this.#similar.get(word) ?? [];
    return [
      ...spellings(word).map((spelling) => `(${this.#bindings.beginning('word', spelling)})`),
      ...others.map((other) => `word = ${this.#bindings.add(other)}`),
    ];
  }

  #born({ ranges }: { readonly ranges: readonly DayRange[] }): string[] {
    return ranges.map(
      ({ from, to }) =>
        `birth_date BETWEEN ${this.#bindings.add(from)} AND ${this.#bindings.add(to)}`,
    );
  }
}

/** The words of a search that similar ones are looked up for. */
export function correctable({ terms }: PatientSearch): string[] {
  return terms.flatMap((term) => ('word' in term && isCorrectable(term.word) ? [term.word] : []));
}

const isCorrectable = (word: string): boolean =>
  [...word].length >= minSimilarLength && !/\p{N}/u.test(word);

/** A word's end first, as the index keeps it; nothing for one that is not taken for another. */
export const reversedForIndex = (word: string): string | null =>
  isCorrectable(word) ? reversed(word) : null;

/**
 * A query for the indexed words that may be `spelling` with one slip: those of the same beginning or
 * of the same end, one of which a slip leaves alone. `isSimilar` tells which of them are.
 */
export function selectCandidates(spelling: string, bindings: Bindings): string {
  const letters = [...spelling];
  const slip = letters.length >> 1;
  const beginning = letters.slice(0, slip).join('');
  const end = letters.slice(slip + 1).join('');
  const from = 'SELECT word FROM patient_word WHERE reversed IS NOT NULL AND';
  return `${from} ${bindings.beginning('word', beginning)}
    UNION ${from} ${bindings.beginning('reversed', reversed(end))}`;
}

export function isSimilar(spelling: string, word: string): boolean {
  return spelling !== word && isOneSlipApart(spelling, word);
}
