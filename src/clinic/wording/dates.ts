import { locale, perLocale, t } from '../../language/index.ts';
import { localDay } from '../entities/days.ts';

/** Instants are stored in UTC and shown in the computer's own zone and language. */
const dateFormat = perLocale((tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium' }));
const dateTimeFormat = perLocale(
  (tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }),
);
const relativeFormat = perLocale((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }));

export const formatDate = (instant: string): string => dateFormat().format(new Date(instant));
export const formatDateTime = (instant: string): string =>
  dateTimeFormat().format(new Date(instant));

/** A camera's clock has no zone: its figures are shown as they are. */
export const formatCameraTime = (localTime: string): string => formatDateTime(localTime);

/** A day in the calendar, not an instant: a birth date, the day on which a lesion was closed. */
export function formatDay(date: string): string {
  return dateFormat().format(calendarDay(date));
}

export function ageInYears(birthDate: string, today = new Date()): number {
  const born = calendarDay(birthDate);
  const hadBirthday =
    today.getMonth() > born.getMonth() ||
    (today.getMonth() === born.getMonth() && today.getDate() >= born.getDate());
  return today.getFullYear() - born.getFullYear() - (hadBirthday ? 0 : 1);
}

function calendarDay(date: string): Date {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(year, month - 1, day);
}

/** Today as `YYYY-MM-DD` where the clinic is. */
export const localToday = (): string => localDay(new Date());

const steps: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "5 minutes ago", "yesterday"; a plain date once it is more than a month. */
export function formatAgo(instant: string, now = Date.now()): string {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  if (seconds < -30 * 86_400) return formatDate(instant);
  for (const [unit, size] of steps)
    if (Math.abs(seconds) >= size) return relativeFormat().format(Math.round(seconds / size), unit);
  return t('just now');
}

/** "12 days", "5 hours": how long it is since then. */
export function formatSpan(instant: string, now = Date.now()): string {
  const seconds = (now - new Date(instant).getTime()) / 1000;
  const [unit, size] = steps.find(([, length]) => seconds >= length) ?? ['minute', 60];
  const count = Math.max(1, Math.round(seconds / size));
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(
    count,
  );
}
