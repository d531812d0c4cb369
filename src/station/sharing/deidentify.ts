import { randomInt } from 'node:crypto';
import { daysAfter } from '../../clinic/entities/days.ts';

/** Every date of a case goes back by as many days, so that what lies between them stays. */
export type Shift = (day: string) => string;

/** Between a quarter and four years: nobody finds the day of a visit by it. */
export function randomShift(): Shift {
  const days = randomInt(90, 1461);
  return (day) => daysAfter(day, -days);
}

export const noShift: Shift = (day) => day;

/** Of a camera's clock the day is shifted; of a de-identified case the hour is left out. */
export function shiftedTime(time: string | null, shift: Shift, keepsHour: boolean): string | null {
  if (time === null) return null;
  const [day = '', hour] = time.split('T');
  return keepsHour && hour !== undefined ? `${shift(day)}T${hour.slice(0, 8)}` : shift(day);
}
