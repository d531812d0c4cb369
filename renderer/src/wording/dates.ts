/** Instants are stored in UTC and shown in the computer's own zone and language. */
const dateFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const dateTimeFormat = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'short',
});
const relativeFormat = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export const formatDate = (instant: string): string => dateFormat.format(new Date(instant));
export const formatDateTime = (instant: string): string => dateTimeFormat.format(new Date(instant));

/** A camera's clock has no zone: its figures are shown as they are. */
export const formatCameraTime = (localTime: string): string => formatDateTime(localTime);

/** A birth date is a day in the calendar, not an instant. */
export function formatBirthDate(date: string): string {
  return dateFormat.format(calendarDay(date));
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
    if (Math.abs(seconds) >= size) return relativeFormat.format(Math.round(seconds / size), unit);
  return 'just now';
}
