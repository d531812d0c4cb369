import { spellings, words } from './words.ts';

/** Shorter words that differ in a letter are other words. */
const minSlipLength = 3;

/** Whether two texts are the same but for one letter wrong, missing, too many, or two exchanged. */
export function isOneSlipApart(one: string, other: string): boolean {
  const [a, b] = [[...one], [...other]];
  let from = 0;
  while (from < a.length && a[from] === b[from]) from += 1;
  const rest = (letters: readonly string[], skipped: number) =>
    letters.slice(from + skipped).join('');
  if (a.length !== b.length)
    return a.length < b.length ? rest(a, 0) === rest(b, 1) : rest(a, 1) === rest(b, 0);
  const isExchanged = a[from] === b[from + 1] && a[from + 1] === b[from];
  return rest(a, 1) === rest(b, 1) || (isExchanged && rest(a, 2) === rest(b, 2));
}

/** Found out at once of most: a slip leaves one of the ends as it is, and hardly changes the length. */
const mayBeOneSlipApart = (one: string, other: string): boolean =>
  Math.abs(one.length - other.length) <= 2 && (one[0] === other[0] || one.at(-1) === other.at(-1));

/** How alike two names are, without regard to case, marks, blanks and hyphens. */
export function nameLikeness(one: string, other: string): NameLikeness {
  return writtenLikeness(waysToWrite(one), waysToWrite(other));
}

export type NameLikeness = 'same' | 'similar' | 'different';

/** Each way to write a name, folded: what is worth keeping where many are compared. */
export const waysToWrite = (name: string): string[] => spellings(words(name).join(''));

/** As `nameLikeness`, of names whose ways to be written are known. */
export function writtenLikeness(ways: readonly string[], theirs: readonly string[]): NameLikeness {
  let isSimilar = false;
  for (const mine of ways) {
    if (theirs.includes(mine)) return 'same';
    isSimilar ||= theirs.some(
      (their) =>
        Math.min(mine.length, their.length) >= minSlipLength &&
        mayBeOneSlipApart(mine, their) &&
        isOneSlipApart(mine, their),
    );
  }
  return isSimilar ? 'similar' : 'different';
}

/** Whether two dates, `YYYY-MM-DD`, differ in one figure, or in the order of day and month. */
export function isDateSlip(one: string, other: string): boolean {
  const [year, month, day] = one.split('-');
  if (other === `${year}-${day}-${month}`) return true;
  return [...one].filter((figure, index) => figure !== other[index]).length === 1;
}
