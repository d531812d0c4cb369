import type { GiveWay } from '../give-way.ts';
import { waysToWrite } from '../likeness.ts';
import { Comparison, likenesses, type Person, type PersonLikeness } from '../person-likeness.ts';

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

/** Those who are worth comparing: of one birth date, and of the same names, however written and in either order. */
async function groupsOf(people: readonly Known[], way: GiveWay): Promise<Known[][]> {
  const groups = new Groups();
  for (const person of people) {
    if (way.isDue) await way.toOthers();
    if (person.birthDate !== null) groups.put(person.birthDate, person);
    for (const names of writings(person)) if (names.trim()) groups.put(`of ${names}`, person);
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
    for (const initials of writings(person, 2)) groups.put(initials, person);
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

/** Both names, or their first letters, in each way to write them, each once: who has one in common is alike. */
function writings({ familyName, givenName }: Person, letters?: number): ReadonlySet<string> {
  const [family, given] = [familyName, givenName].map((name) =>
    waysToWrite(name).map((way) => way.slice(0, letters)),
  ) as [string[], string[]];
  return new Set(family.flatMap((one) => given.map((other) => [one, other].sort().join(' '))));
}
