import type { Patient, PossibleDouble } from '../clinic/entities/index.ts';
import { isDateSlip, type NameLikeness, waysToWrite, writtenLikeness } from './likeness.ts';
import { words } from './words.ts';

/** What a person is told by. */
export type Person = Pick<Patient, 'familyName' | 'givenName' | 'birthDate'>;
export type PersonLikeness = PossibleDouble['likeness'];

/** The likeliest first. */
export const likenesses: readonly PersonLikeness[] = [
  'same',
  'names-exchanged',
  'similar-name',
  'similar-date',
  'date-missing',
];

/** The likeliest first. */
export const byLikeness = (
  one: { likeness: PersonLikeness },
  other: { likeness: PersonLikeness },
) => likenesses.indexOf(one.likeness) - likenesses.indexOf(other.likeness);

/** Tells how alike people are; what it has worked out of a name once it remembers while it is kept. */
export class Comparison {
  readonly #ways = new Map<string, readonly string[]>();
  readonly #firsts = new Map<string, string | undefined>();

  /** Nothing where they are two people as far as one can tell. */
  likeness(one: Person, other: Person): PersonLikeness | undefined {
    const names = this.#names(one, other);
    if (names === undefined) return undefined;
    if (one.birthDate !== null && one.birthDate === other.birthDate) return names;
    if (names === 'similar-name') return undefined;
    if (one.birthDate === null || other.birthDate === null) return 'date-missing';
    return isDateSlip(one.birthDate, other.birthDate) ? 'similar-date' : undefined;
  }

  #names(one: Person, other: Person): 'same' | 'names-exchanged' | 'similar-name' | undefined {
    const family = this.#name(one.familyName, other.familyName);
    if (family !== 'different') {
      const given = this.#given(one.givenName, other.givenName);
      if (family === 'same' && given === 'same') return 'same';
      if (given !== 'different') return this.#areExchanged(one, other) ?? 'similar-name';
    }
    const crossed = this.#name(one.familyName, other.givenName);
    if (crossed === 'different') return undefined;
    const back = this.#name(one.givenName, other.familyName);
    if (crossed === 'same' && back === 'same') return 'names-exchanged';
    return back === 'different' ? undefined : 'similar-name';
  }

  #areExchanged(one: Person, other: Person): 'names-exchanged' | undefined {
    const both = [
      this.#name(one.familyName, other.givenName),
      this.#name(one.givenName, other.familyName),
    ];
    return both.every((likeness) => likeness === 'same') ? 'names-exchanged' : undefined;
  }

  /** Of two people one may be entered without a given name, or without the second one. */
  #given(one: string, other: string): NameLikeness {
    const whole = this.#name(one, other);
    if (whole !== 'different') return whole;
    const [mine, theirs] = [this.#firstOf(one), this.#firstOf(other)];
    if (mine === undefined || theirs === undefined) return 'similar';
    return this.#name(mine, theirs) === 'same' ? 'similar' : 'different';
  }

  #name(one: string, other: string): NameLikeness {
    return writtenLikeness(this.#waysOf(one), this.#waysOf(other));
  }

  #firstOf(name: string): string | undefined {
    if (!this.#firsts.has(name)) this.#firsts.set(name, words(name)[0]);
    return this.#firsts.get(name);
  }

  #waysOf(name: string): readonly string[] {
    const known = this.#ways.get(name) ?? waysToWrite(name);
    this.#ways.set(name, known);
    return known;
  }
}
