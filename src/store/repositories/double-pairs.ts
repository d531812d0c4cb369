import type { GiveWay } from '../give-way.ts';
import { Comparison, likenesses, type Person, type PersonLikeness } from '../person-likeness.ts';
import { fold, words } from '../words.ts';

/** Of so many of one birth date only those are compared whose names begin alike. */
const crowd = 60;

export interface Known extends Person {
  readonly id: string;
}

export interface KnownPair {
  readonly one: Known;
  readonly other: Known;
  readonly likeness: PersonLikeness;
}

/** Who of so many may be one person, the likeliest first. */
export async function pairUp(people: readonly Known[], way: GiveWay): Promise<KnownPair[]> {
  const comparison = new Comparison();
  const seen = new Set<string>();
  const found = new Map(likenesses.map((likeness) => [likeness, [] as KnownPair[]]));
  for (const group of await groupsOf(people, way))
    for (const [at, first] of group.entries())
      for (let next = at + 1; next < group.length; next++) {
        if (way.isDue) await way.toOthers();
        const second = group[next] as Known;
        const [one, other] = first.id < second.id ? [first, second] : [second, first];
        const pair = `${one.id} ${other.id}`;
        if (seen.has(pair)) continue;
        const likeness = comparison.likeness(one, other);
        if (!likeness) continue;
        seen.add(pair);
        found.get(likeness)?.push({ one, other, likeness });
      }
  return [...found.values()].flat();
}

/** Those who are worth comparing: of one birth date, and of the same words in any order. */
async function groupsOf(people: readonly Known[], way: GiveWay): Promise<Known[][]> {
  const groups = new Groups();
  for (const person of people) {
    if (way.isDue) await way.toOthers();
    if (person.birthDate !== null) groups.put(person.birthDate, person);
    const named = wordsOf(person).map(fold);
    if (named.length > 0) groups.put(`of ${named.sort().join(' ')}`, person);
  }
  const found: Known[][] = [];
  for (const group of groups.all)
    found.push(...(group.length <= crowd ? [group] : await byInitials(group, way)));
  return found;
}

/** A clinic that enters one date for "unknown" has a crowd of one birth date. */
async function byInitials(group: readonly Known[], way: GiveWay): Promise<Known[][]> {
  const groups = new Groups();
  for (const person of group) {
    if (way.isDue) await way.toOthers();
    const initials = wordsOf(person).map((word) => fold(word).slice(0, 2));
    groups.put(initials.sort().join(' '), person);
  }
  return groups.all;
}

class Groups {
  readonly #groups = new Map<string, Known[]>();

  get all(): Known[][] {
    return [...this.#groups.values()];
  }

  put(key: string, person: Known): void {
    const group = this.#groups.get(key);
    if (group) group.push(person);
    else this.#groups.set(key, [person]);
  }
}

const wordsOf = ({ familyName, givenName }: Person) => words(`${familyName} ${givenName}`);
