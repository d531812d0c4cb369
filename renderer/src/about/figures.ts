import { locale, t } from '../../../src/language/index.ts';
import { fixedText } from '../wording/numbers.ts';

type Interval = readonly [low: number, high: number];

/** A share of 1 in percent. */
export function formatShare(value: number): string {
  return `${fixedText(value * 100, 1)} %`;
}

/** Where a share lies with a chance of 95 %; nothing where that is not known. */
export function formatSpan(interval: Interval | undefined): string {
  if (!interval) return '';
  const [low, high] = interval;
  const percent = (value: number) => fixedText(value * 100, 0);
  return t('{low} to {high} %', { low: percent(low), high: percent(high) });
}

/** A figure of the model card: counts as they are, scores between 0 and 1 as such, shares in percent. */
export function formatFigure(key: string, value: number): string {
  if (Number.isInteger(value) && value > 1) return value.toLocaleString(locale());
  return isScore(key) ? fixedText(value, 3) : formatShare(value);
}

/** Where it lies with a chance of 95 %, in the figure's own kind; nothing where that is not known. */
export function formatFigureSpan(key: string, interval: Interval | undefined): string {
  if (!interval || !isScore(key)) return formatSpan(interval);
  const [low, high] = interval;
  return t('{low} to {high}', { low: fixedText(low, 3), high: fixedText(high, 3) });
}

const isScore = (key: string): boolean => /auc|f1/i.test(key);
