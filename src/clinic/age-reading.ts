import { withAge } from '../snn/index.ts';
import type { ClassProbability, Reading } from './entities/index.ts';
import type { ShippedModel } from './model.ts';

/** What the network's probabilities become together with the patient's age. */
export interface AgeReading {
  readonly years: number;
  /** Most probable first. */
  readonly probabilities: ClassProbability[];
  /** Of the malignant and pre-malignant classes together. */
  readonly malignancy: number;
}

const OLDEST_YEARS = 120;

/**
 * A patient's age on a day, in whole years; both `YYYY-MM-DD`, the latter perhaps with a time behind
 * it. `null` where nobody is that old: a camera's clock is wrong, or a date of birth.
 */
export function ageOn(birthDate: string, day: string): number | null {
  const hadBirthday = day.slice(5, 10) >= birthDate.slice(5, 10);
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (hadBirthday ? 0 : 1);
  return years >= 0 && years <= OLDEST_YEARS ? years : null;
}

/**
 * A reading of the shipped head, with age; it stands beside the reading and has no verdict. `null`
 * where another head made it, or the network came without `age.json`.
 */
export function readWithAge(
  { age, head, headSha256 }: Pick<ShippedModel, 'age' | 'head' | 'headSha256'>,
  reading: Pick<Reading, 'headSha256' | 'probabilities'>,
  years: number,
): AgeReading | null {
  if (!age || reading.headSha256 !== headSha256) return null;
  const of = new Map(reading.probabilities.map(({ code, probability }) => [code, probability]));
  const image = head.classes.map(({ code }) => of.get(code) ?? 0);
  const found = withAge(age, image, years);
  const probabilities = head.classes
    .map((each, index) => ({ ...each, probability: found[index] ?? 0 }))
    .toSorted((a, b) => b.probability - a.probability);
  return { years, probabilities, malignancy: malignancyOf(probabilities) };
}

function malignancyOf(probabilities: readonly ClassProbability[]): number {
  return probabilities.reduce(
    (sum, { gravity, probability }) => (gravity === 'benign' ? sum : sum + probability),
    0,
  );
}
