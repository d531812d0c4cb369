import { locale } from '../../language/index.ts';

const formats = {
  side: { type: 'unit', style: 'short' },
  and: { type: 'conjunction', style: 'long' },
} as const satisfies Record<string, Intl.ListFormatOptions>;

const joined = (parts: readonly string[], how: keyof typeof formats): string =>
  new Intl.ListFormat(locale(), formats[how]).format(parts);

/** "a, b, c". */
export const listText = (parts: readonly string[]): string => joined(parts, 'side');

/** "a, b and c". */
export const andText = (parts: readonly string[]): string => joined(parts, 'and');
