/** The time now; tests give their own. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

/** What time servers and their users correct without anybody noticing. */
const toleranceMs = 5 * 60_000;

/** Whether a clock that says `now` is behind one that has said `recordedAt`. */
export const isBehind = (now: Date, recordedAt: string): boolean =>
  now.getTime() + toleranceMs < Date.parse(recordedAt);

/** In the time zone of the computer, which is where the message is read. */
export function onThisComputer(at: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' });
  return format.format(new Date(at));
}
