import { t } from '../../language/index.ts';
import {
  abcd,
  type ChecklistDetails,
  type ChecklistKind,
  type Criterion,
  menzies,
  scoreOf,
  sevenPoint,
} from '../entities/index.ts';

export const checklistOf = { 'seven-point': sevenPoint, abcd, menzies } as const;

export const checklistNames: Record<ChecklistKind, string> = {
  'seven-point': sevenPoint.name,
  abcd: abcd.name,
  menzies: menzies.name,
};

/** The criteria that are ticked, of those lists that have such. */
export function criteriaOf(kind: Exclude<ChecklistKind, 'abcd'>): readonly Criterion[] {
  return kind === 'seven-point' ? sevenPoint.criteria : [...menzies.negative, ...menzies.positive];
}

/** "5 points of 3: suspicious of melanoma". */
export function scoreText(details: ChecklistDetails): string {
  const { score, says } = scoreOf(details);
  switch (details.kind) {
    case 'seven-point':
      return t('{score} {value}, limit {limit}: {value2}', {
        score,
        value: score === 1 ? 'point' : 'points',
        limit: sevenPoint.limit,
        value2: says === 'benign' ? t('below the limit') : t('melanoma suspected'),
      });
    case 'abcd': {
      const [from, above] = abcd.limits;
      const meaning = {
        benign: t('below {from}', { from }),
        suspicious: t('from {from} to {above}: suspicious', { from, above }),
        'highly-suspicious': t('above {above}: highly suspicious of melanoma', { above }),
      }[says];
      return t('Total dermoscopy score {score}, {meaning}', { score: score.toFixed(1), meaning });
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
      colours: colours.join(', '),
      structures: structures.join(', '),
    });
  }
  const names = criteriaOf(details.kind)
    .filter(({ code }) => details.found.some((each) => each.code === code))
    .map(({ name }) => name);
  return names.length > 0 ? names.join(', ') : t('None of the criteria');
}
