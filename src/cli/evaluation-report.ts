import { verdictKind } from '../clinic/entities/index.ts';
import type { AdviceMetrics } from './advice-metrics.ts';
import type { AgeMetrics } from './age-metrics.ts';
import { confusionMatrix, type Metrics, type Scored } from './metrics.ts';
import type { VerdictMetrics } from './verdict-metrics.ts';

export type Evaluation = Metrics & { readonly verdict: VerdictMetrics } & Partial<AdviceMetrics>;

/** An evaluation in words and tables. */
export function report(
  classes: readonly string[],
  scored: readonly Scored[],
  metrics: Evaluation,
  imagesPerSecond: number,
): string {
  const figure = (value: number | null) => (value === null ? 'undefined' : value.toFixed(4));
  const width = Math.max(6, ...classes.map((code) => code.length + 1));
  const cells = (values: readonly (string | number)[]) =>
    values.map((value) => String(value).padStart(width)).join('');
  const rows = confusionMatrix(classes.length, scored).map((row, truth) => {
    const code = classes[truth] ?? '';
    return `${cells([code, ...row])}   recall ${figure(metrics.recall[code] ?? null)}`;
  });
  return [
    `images             ${metrics.count}`,
    `accuracy           ${figure(metrics.accuracy)}`,
    `balanced accuracy  ${figure(metrics.balancedAccuracy)}`,
    `macro F1           ${figure(metrics.macroF1)}`,
    `macro AUC          ${figure(metrics.macroAuc)}`,
    `ECE (15 bins)      ${figure(metrics.ece)}`,
    ...verdictLines(metrics.verdict, figure),
    ...adviceLines(metrics, figure),
    `images a second    ${imagesPerSecond.toFixed(1)}`,
    '',
    'Rows: the label. Columns: the most probable class.',
    cells(['', ...classes]),
    ...rows,
    '',
    'Rows: the label. Columns: the verdict.',
    ...verdictTable(metrics.verdict, width),
  ].join('\n');
}

/** Figures side by side, a line a group. */
export function groupTable(by: string, groups: Readonly<Record<string, Evaluation>>): string {
  const figure = (value: number | null | undefined) => value?.toFixed(4) ?? 'undefined';
  const width = Math.max(by.length, ...Object.keys(groups).map((group) => group.length), 7) + 2;
  const row = (head: string, cells: readonly string[]) =>
    head.padEnd(width) + cells.map((cell) => cell.padStart(13)).join('');
  return [
    '',
    row(by, [
      'images',
      'accuracy',
      'balanced',
      'melanoma AUC',
      'sensitivity',
      'specificity',
      'coverage',
    ]),
    ...Object.entries(groups).map(([group, { count, verdict, conformal, ...metrics }]) =>
      row(group || 'not said', [
        String(count),
        figure(metrics.accuracy),
        figure(metrics.balancedAccuracy),
        figure(metrics.auc.mel),
        figure(verdict.sensitivity),
        figure(verdict.specificity),
        figure(conformal?.coverage),
      ]),
    ),
  ].join('\n');
}

/** The images whose age is known, without it and with it. */
export function ageTable({ alone, withAge }: AgeMetrics): string {
  const figure = (value: number | null | undefined) => value?.toFixed(4) ?? 'undefined';
  const row = (head: string, cells: readonly string[]) =>
    head.padEnd(13) + cells.map((cell) => cell.padStart(13)).join('');
  const of = (name: string, metrics: Metrics) =>
    row(name, [
      String(metrics.count),
      figure(metrics.accuracy),
      figure(metrics.balancedAccuracy),
      figure(metrics.macroF1),
      figure(metrics.macroAuc),
      figure(metrics.auc.mel),
      figure(metrics.ece),
    ]);
  const columns = [
    'images',
    'accuracy',
    'balanced',
    'macro F1',
    'macro AUC',
    'melanoma AUC',
    'ECE',
  ];
  return ['', row('', columns), of('image alone', alone), of('with age', withAge)].join('\n');
}

function verdictLines(
  { sensitivity, specificity, suspicious }: VerdictMetrics,
  figure: (value: number | null) => string,
): string[] {
  return [
    `verdict            ${figure(sensitivity)} sensitivity, ${figure(specificity)} specificity`,
    `suspicious         ${figure(suspicious.sensitivity)} sensitivity, ${figure(suspicious.specificity)} specificity`,
  ];
}

function verdictTable({ counts }: VerdictMetrics, width: number): string[] {
  const kinds = verdictKind.options;
  const row = (head: string, cells: readonly (string | number)[]) =>
    head.padStart(width) + cells.map((cell) => String(cell).padStart(12)).join('');
  return [
    row('', kinds),
    ...Object.entries(counts).map(([code, of]) =>
      row(
        code,
        kinds.map((kind) => of[kind]),
      ),
    ),
  ];
}

function adviceLines(
  { referral, conformal, outOfDistribution }: Partial<AdviceMetrics>,
  figure: (value: number | null) => string,
): string[] {
  if (!referral || !conformal) return [];
  const lines = [
    `melanoma alone     ${figure(referral.sensitivity)} sensitivity, ${figure(referral.specificity)} specificity`,
    `possible classes   ${figure(conformal.coverage)} coverage, ${figure(conformal.meanSetSize)} on average`,
  ];
  if (!outOfDistribution) return lines;
  const { auroc, rejected, skinLost } = outOfDistribution;
  const told = `${figure(rejected)} rejected, ${figure(skinLost)} of skin`;
  return [...lines, `other pictures     ${figure(auroc)} AUC, ${told}`];
}
