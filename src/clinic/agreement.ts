import type { Agreement, SecondOpinion } from './entities/index.ts';
import { rateOf } from './rates.ts';

/** What two readers said of one image, in any categories. */
export interface Pair {
  readonly first: string;
  readonly second: string;
}

/**
 * How often two agree, and Cohen's κ (Educ Psychol Meas 1960; 20:37–46): the agreement beyond what chance
 * would give, of the most that is possible beyond it. Its interval of 95 % is that of the agreement
 * (Wilson), with chance as it was found, so that it is right for few and for perfect agreement too. Null
 * where chance alone would have them agree always, or there is no pair.
 */
export function agreementOf(pairs: readonly Pair[]): Agreement {
  const of = pairs.length;
  const agreed = rateOf(pairs.filter(({ first, second }) => first === second).length, of);
  const share = (side: keyof Pair, category: string) =>
    pairs.filter((pair) => pair[side] === category).length / of;
  const categories = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))];
  const chance = categories.reduce(
    (sum, category) => sum + share('first', category) * share('second', category),
    0,
  );
  if (agreed.value === null || chance >= 1) return { agreed, kappa: null };
  const beyond = (agreement: number) => (agreement - chance) / (1 - chance);
  return {
    agreed,
    kappa: {
      value: beyond(agreed.value),
      low: Math.max(-1, beyond(agreed.low)),
      high: Math.min(1, beyond(agreed.high)),
    },
  };
}

/** A second opinion that was given, with what stands beside it. */
export interface GivenOpinion extends Pick<SecondOpinion, 'isBlind'> {
  readonly first: Said;
  readonly second: Said;
  readonly consensus: Said | null;
}

interface Said {
  readonly impression: string;
  readonly decision: string;
  /** `null` where the impression names no class. */
  readonly isSuspicious: boolean | null;
}

/** How second opinions compare with what they were asked about. */
export function opinionsOf(given: readonly GivenOpinion[]) {
  const blind = given.filter(({ isBlind }) => isBlind);
  const settled = given.flatMap(({ first, second, consensus }) =>
    consensus ? [{ first, second, consensus }] : [],
  );
  const isSame = (one: Said, other: Said) =>
    one.impression === other.impression && one.decision === other.decision;
  const toFirst = settled.filter(({ first, consensus }) => isSame(first, consensus)).length;
  const toSecond = settled.filter(({ second, consensus }) => isSame(second, consensus)).length;
  return {
    blind: {
      impression: agreementOf(pairsOf(blind, ({ impression }) => impression)),
      suspicion: agreementOf(
        pairsOf(
          blind.filter(
            ({ first, second }) => first.isSuspicious !== null && second.isSuspicious !== null,
          ),
          ({ isSuspicious }) => String(isSuspicious),
        ),
      ),
      decision: agreementOf(pairsOf(blind, ({ decision }) => decision)),
    },
    /** Where the first was seen: agreement would say little. */
    notBlind: given.length - blind.length,
    differed: given.filter(({ first, second }) => !isSame(first, second)).length,
    settled: {
      count: settled.length,
      toFirst,
      toSecond,
      toNeither: settled.length - toFirst - toSecond,
    },
  };
}

const pairsOf = (given: readonly GivenOpinion[], category: (said: Said) => string): Pair[] =>
  given.map(({ first, second }) => ({ first: category(first), second: category(second) }));
