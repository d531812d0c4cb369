import { locale } from '../../language/index.ts';

/** With so many digits behind the point. */
export const fixedText = (value: number, digits: number): string =>
  value.toLocaleString(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
