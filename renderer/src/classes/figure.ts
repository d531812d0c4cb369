import type { Measured } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { fixedText } from '../wording/numbers.ts';

/** "74 % (62 to 84)": a share of 1 with its 95 % interval. */
export function shareText(figure: Measured | null): string {
  if (!figure) return '–';
  const percent = (value: number) => Math.round(value * 100);
  return t('{value} % ({low} to {high})', each(figure, percent));
}

/** ".84 (.79 to .90)" */
export function areaText(figure: Measured | null): string {
  if (!figure) return '–';
  return t(
    '{value} ({low} to {high})',
    each(figure, (value) => fixedText(value, 2)),
  );
}

/** "−2.4 (−5.0 to +0.1)": points of a difference. */
export function pointsText(figure: Measured | null): string {
  if (!figure) return '–';
  const points = (value: number) => {
    const text = fixedText(Math.abs(value * 100), 1);
    return value < 0 ? `−${text}` : `+${text}`;
  };
  return t('{value} ({low} to {high})', each(figure, points));
}

const each = <T>({ value, low, high }: Measured, text: (value: number) => T) => ({
  value: text(value),
  low: text(low),
  high: text(high),
});
