import { locale } from '../../../src/language/index.ts';
/** "5 days", "3 months", "2.5 years". */
export function pauseText(days: number): string {
  const said = (value: number, unit: string) =>
    value.toLocaleString(locale(), {
      style: 'unit',
      unit,
      unitDisplay: 'long',
      maximumFractionDigits: 1,
    });
  if (days < 45) return said(days, 'day');
  if (days < 700) return said(Math.round(days / 30.44), 'month');
  return said(Math.round((days / 365.25) * 2) / 2, 'year');
}
