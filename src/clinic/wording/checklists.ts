import { locale, t } from '../../language/index.ts';
import {
  abcd,
  type ChecklistDetails,
  type ChecklistKind,
  type Criterion,
  menzies,
  scoreOf,
  sevenPoint,
} from '../entities/index.ts';
import { listText } from './lists.ts';
import { fixedText } from './numbers.ts';

export const checklistOf = { 'seven-point': sevenPoint, abcd, menzies } as const;

export const checklistNames: Record<ChecklistKind, string> = {
  'seven-point': t('7-point checklist'),
  abcd: t('ABCD rule'),
  menzies: t('Menzies’ method'),
};

const criterionNames = {
  'seven-point': {
    network: t('Atypical pigment network'),
    veil: t('Blue-whitish veil'),
    vessels: t('Atypical vascular pattern'),
    streaks: t('Irregular streaks'),
    dots: t('Irregular dots or globules'),
    blotches: t('Irregular blotches'),
    regression: t('Regression structures'),
  },
  menzies: {
    symmetry: t('Symmetry of pattern'),
    'one-colour': t('A single colour'),
    veil: t('Blue-white veil'),
    'brown-dots': t('Multiple brown dots'),
    pseudopods: t('Pseudopods'),
    radial: t('Radial streaming'),
    scar: t('Scar-like depigmentation'),
    peripheral: t('Peripheral black dots or globules'),
    colours: t('Five or six colours'),
    'grey-dots': t('Multiple blue or grey dots'),
    'broad-network': t('Broadened network'),
  },
} satisfies Record<Exclude<ChecklistKind, 'abcd'>, Record<string, string>>;

export const colourNames: Record<(typeof abcd.colours)[number], string> = {
  white: t('white'),
  red: t('red'),
  'light brown': t('light brown'),
  'dark brown': t('dark brown'),
  'blue-grey': t('blue-grey'),
  black: t('black'),
};

export const structureNames: Record<(typeof abcd.structures)[number], string> = {
  network: t('network'),
  'structureless areas': t('structureless areas'),
  'branched streaks': t('branched streaks'),
  dots: t('dots'),
  globules: t('globules'),
};

interface NamedCriterion extends Criterion {
  readonly name: string;
}

/** The criteria that are ticked, of those lists that have such. */
export function criteriaOf(kind: Exclude<ChecklistKind, 'abcd'>): readonly NamedCriterion[] {
  const names: Readonly<Record<string, string>> = criterionNames[kind];
  const worth = (points: number) => (code: string) => ({ code, points });
  const criteria: readonly Criterion[] =
    kind === 'seven-point'
      ? sevenPoint.criteria
      : [...menzies.negative.map(worth(0)), ...menzies.positive.map(worth(1))];
  return criteria.map((each) => ({ ...each, name: names[each.code] ?? each.code }));
}

/** "5 points of 3: suspicious of melanoma". */
export function scoreText(details: ChecklistDetails): string {
  const { score, says } = scoreOf(details);
  switch (details.kind) {
    case 'seven-point':
      return says === 'benign'
        ? t('{score, plural, one {# point} other {# points}}, limit {limit}: below the limit', {
            score,
            limit: sevenPoint.limit,
          })
        : t('{score, plural, one {# point} other {# points}}, limit {limit}: melanoma suspected', {
            score,
            limit: sevenPoint.limit,
          });
    case 'abcd': {
      const [from = '', above = ''] = abcd.limits.map((limit) => limit.toLocaleString(locale()));
      const values = { score: fixedText(score, 1), from, above };
      return {
        benign: t('Total dermoscopy score {score}, below {from}', values),
        suspicious: t('Total dermoscopy score {score}, from {from} to {above}: suspicious', values),
        'highly-suspicious': t(
          'Total dermoscopy score {score}, above {above}: highly suspicious of melanoma',
          values,
        ),
      }[says];
    }
    case 'menzies':
      return says === 'benign'
        ? score === 0
          ? t('No positive feature: no melanoma by this method')
          : t('A negative feature is there: no melanoma by this method')
        : t('No negative and {score} positive: melanoma suspected', { score });
  }
}

/** What was found, in words: for reports and former lists. */
export function foundText(details: ChecklistDetails): string {
  if (details.kind === 'abcd') {
    const { asymmetry, border, colours, structures } = details;
    return t('Asymmetry {asymmetry}, border {border}, {colours}; {structures}', {
      asymmetry,
      border,
      colours: listText(colours.map((each) => colourNames[each])),
      structures: listText(structures.map((each) => structureNames[each])),
    });
  }
  const names = criteriaOf(details.kind)
    .filter(({ code }) => details.found.some((each) => each.code === code))
    .map(({ name }) => name);
  return names.length > 0 ? listText(names) : t('None of the criteria');
}
