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
      return `${score} ${score === 1 ? 'point' : 'points'}, limit ${sevenPoint.limit}: ${
        says === 'benign' ? 'below the limit' : 'melanoma suspected'
      }`;
    case 'abcd': {
      const [from, above] = abcd.limits;
      const meaning = {
        benign: `below ${from}`,
        suspicious: `from ${from} to ${above}: suspicious`,
        'highly-suspicious': `above ${above}: highly suspicious of melanoma`,
      }[says];
      return `Total dermoscopy score ${score.toFixed(1)}, ${meaning}`;
    }
    case 'menzies':
      return says === 'benign'
        ? score === 0
          ? 'No positive feature: no melanoma by this method'
          : 'A negative feature is there: no melanoma by this method'
        : `No negative and ${score} positive: melanoma suspected`;
  }
}

/** What was found, in words: for reports and former lists. */
export function foundText(details: ChecklistDetails): string {
  if (details.kind === 'abcd') {
    const { asymmetry, border, colours, structures } = details;
    return `Asymmetry ${asymmetry}, border ${border}, ${colours.join(', ')}; ${structures.join(', ')}`;
  }
  const names = criteriaOf(details.kind)
    .filter(({ code }) => details.found.some((each) => each.code === code))
    .map(({ name }) => name);
  return names.length > 0 ? names.join(', ') : 'None of the criteria';
}
