import { fold } from './words.ts';

/** From the first day to the last, `YYYY-MM-DD`, both within. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** What dates of birth a search names, each with what it may mean, and the text without them. */
export interface DatesInText {
  readonly dates: readonly { readonly text: string; readonly ranges: readonly DayRange[] }[];
  readonly rest: string;
}

/** Whose month names are understood, long and short. */
const languages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'da', 'sv', 'nb', 'fi', 'pl', 'cs'];
const firstYear = 1890;

/**
 * Understood are days (1961-03-14, 14.3.1961, 14/3/61, 3/14/1961, 14031961, 14 March 1961,
 * March 14, 1961, 1961年3月14日), months (1961-03, 3/1961, March 1961) and years.
 */
export function findDates(text: string, today: string): DatesInText {
  return takeOut(text, today, [...dayForms, ...monthForms, yearForm]);
}

/** The years alone. */
export function findYears(text: string, today: string): DatesInText {
  return takeOut(text, today, [yearForm]);
}

function takeOut(text: string, today: string, forms: readonly Form[]): DatesInText {
  const dates: { text: string; ranges: DayRange[] }[] = [];
  let rest = text;
  for (const { pattern, read } of forms)
    rest = rest.replace(pattern, (whole: string, ...parts: string[]) => {
      const ranges = read(parts, today).filter(({ from }) => from <= today);
      if (ranges.length === 0) return whole;
      dates.push({ text: whole, ranges });
      return ' ';
    });
  return { dates, rest };
}

interface Form {
  readonly pattern: RegExp;
  readonly read: (parts: readonly string[], today: string) => DayRange[];
}

const alone = (inner: string) =>
  new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])${inner}(?![\\p{L}\\p{M}\\p{N}])`, 'gu');
const between = '\\s?[-./]\\s?';

const dayForms: readonly Form[] = [
  { pattern: /(\d{4})年(\d{1,2})月(\d{1,2})日/gu, read: ([y, m, d]) => day(y, m, d) },
  {
    pattern: alone(`(\\d{4})${between}(\\d{1,2})${between}(\\d{1,2})`),
    read: ([y, m, d]) => day(y, m, d),
  },
  {
    pattern: alone(`(\\d{1,2})${between}(\\d{1,2})${between}(\\d{4}|\\d{2})`),
    read: ([a, b, y = ''], today) =>
      years(y, today).flatMap((year) => [...day(year, b, a), ...(a === b ? [] : day(year, a, b))]),
  },
  {
    pattern: alone('(\\d{8})'),
    read: ([figures = '']) => {
      const [head, middle, tail] = [figures.slice(0, 2), figures.slice(2, 4), figures.slice(4)];
      return [
        ...day(figures.slice(0, 4), figures.slice(4, 6), figures.slice(6)),
        ...day(tail, middle, head),
        ...(head === middle ? [] : day(tail, head, middle)),
      ];
    },
  },
  {
    pattern: alone(
      '(\\d{1,2})(?:st|nd|rd|th|er|º)?[-.\\s]\\s?(?:de )?(\\p{L}+)[-.,\\s]\\s?(?:de )?(\\d{4})',
    ),
    read: ([d, name, y]) => day(y, monthNumber(name), d),
  },
  {
    pattern: alone('(\\p{L}+)\\.?\\s(\\d{1,2})(?:st|nd|rd|th)?,?\\s(\\d{4})'),
    read: ([name, d, y]) => day(y, monthNumber(name), d),
  },
];

const monthForms: readonly Form[] = [
  {
    pattern: alone('(\\p{L}+)\\.?,?\\s(\\d{4})'),
    read: ([name, y]) => month(y, monthNumber(name)),
  },
  { pattern: alone(`(\\d{4})${between}(\\d{1,2})`), read: ([y, m]) => month(y, m) },
  { pattern: alone(`(\\d{1,2})${between}(\\d{4})`), read: ([m, y]) => month(y, m) },
];

const yearForm: Form = {
  pattern: alone('(\\d{4})'),
  read: ([y = '']) => (isYear(y) ? [{ from: `${y}-01-01`, to: `${y}-12-31` }] : []),
};

type Figures = string | undefined;

const two = (figures: string) => figures.padStart(2, '0');
const isYear = (year: string) => Number(year) >= firstYear;

function day(year: Figures, monthOfYear: Figures, dayOfMonth: Figures): DayRange[] {
  if (!year || !monthOfYear || !dayOfMonth || !isYear(year)) return [];
  const date = `${year}-${two(monthOfYear)}-${two(dayOfMonth)}`;
  const instant = new Date(`${date}T00:00:00Z`);
  const isReal = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date);
  return isReal ? [{ from: date, to: date }] : [];
}

function month(year: Figures, monthOfYear: Figures): DayRange[] {
  const [first] = day(year, monthOfYear, '1');
  if (!first) return [];
  const next = new Date(`${first.from}T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1, 0);
  return [{ from: first.from, to: next.toISOString().slice(0, 10) }];
}

/** Two figures may be of this century and of the last. */
function years(typed: string, today: string): string[] {
  if (typed.length !== 2) return [typed];
  const century = Number(today.slice(0, 2));
  return [`${century}${typed}`, `${century - 1}${typed}`];
}

let monthNumbers: ReadonlyMap<string, string> | undefined;

function monthNumber(name: Figures): Figures {
  monthNumbers ??= new Map(
    languages.flatMap((language) =>
      Array.from({ length: 12 }, (_, index) => {
        const date = new Date(Date.UTC(2000, index));
        return (['long', 'short'] as const).map((style): [string, string] => {
          const format = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' });
          return [fold(format.format(date)).replace('.', ''), String(index + 1)];
        });
      }).flat(),
    ),
  );
  return name && monthNumbers.get(fold(name));
}
