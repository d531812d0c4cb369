import { locale } from '../../../src/language/index.ts';

export * from '../../../src/clinic/wording/numbers.ts';

/** "214 MB", "3.2 GB". */
export function formatBytes(bytes: number): string {
  const [unit, size] = bytes >= 1e9 ? (['gigabyte', 1e9] as const) : (['megabyte', 1e6] as const);
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit,
    maximumFractionDigits: bytes >= 1e9 ? 1 : 0,
  }).format(Math.max(bytes / size, 1));
}
