import type { TemplatePlace } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';

/** The fields that a wording is offered beside. */
export const templatePlaceNames: Record<TemplatePlace, string> = {
  review: t('Note of a review'),
  question: t('Question to a colleague'),
  opinion: t('Note of a second opinion'),
  'follow-up': t('Why a follow-up ends'),
  histology: t('Report of the pathologist'),
};

/** What may stand in braces in a wording, and what is filled in for it. */
export const factNames = {
  patient: t('the patient’s name'),
  age: t('their age in years'),
  lesion: t('the lesion’s label'),
  site: t('its site'),
  date: t('today’s date'),
  longAxis: t('its long axis, where the image is calibrated'),
  verdict: t('what the network’s reading comes to'),
} as const;
export type Fact = keyof typeof factNames;

/** What a wording is filled from: `null` is left out, what is not told is not known here. */
export type Facts = Readonly<Partial<Record<Fact, string | null>>>;

const isFact = (name: string): name is Fact => Object.hasOwn(factNames, name);
const inBraces = /\{([^{}]*)\}/g;

/** A wording with its places filled; one that nobody knows of, or that is not known here, stays as typed. */
export const filled = (wording: string, facts: Facts): string =>
  wording.replace(inBraces, (typed, name: string) => {
    const fact = isFact(name) ? facts[name] : undefined;
    return fact === undefined ? typed : (fact ?? '');
  });

/** What stands in braces and is never filled. */
export const unknownPlaces = (wording: string): string[] => [
  ...new Set(
    Array.from(wording.matchAll(inBraces))
      .filter(([, name = '']) => !isFact(name))
      .map(([typed]) => typed),
  ),
];
