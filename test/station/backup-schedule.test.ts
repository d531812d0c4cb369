import { expect, test } from 'vitest';
import { nextBackup, reminderOf } from '../../src/station/backup/schedule.ts';

const now = new Date('2026-11-27T12:00:00.000Z');
const ago = (hours: number, ms = 0) =>
  new Date(now.getTime() - hours * 3_600_000 - ms).toISOString();
const schedule = { everyHours: 24, onLeaving: true, proofEveryDays: 30 };
const planned = { schedule, lastAt: ago(10), failedAt: null, now };

test.each([
  ['so long after the last one', {}, ago(-14)],
  ['at once where there is none', { lastAt: null }, now.toISOString()],
  ['a quarter of an hour after a failure', { lastAt: ago(100), failedAt: ago(0.1) }, ago(-0.15)],
  ['no sooner after a failure than planned', { failedAt: ago(2) }, ago(-14)],
  ['after a failure of the first one too', { lastAt: null, failedAt: ago(0.1) }, ago(-0.15)],
  ['never where it is made by hand', { schedule: { ...schedule, everyHours: null } }, null],
])('the next backup is due %s', (_, more, at) => {
  expect(nextBackup({ ...planned, ...more })).toBe(at);
});

const known = {
  schedule,
  hasFolder: true,
  hasFailed: false,
  beganAt: ago(1000),
  lastAt: ago(10),
  lastProofAt: ago(100),
  lastDamageAt: null,
  now,
};
const noFolder = { hasFolder: false, lastAt: null };
const everyThreeDays = { schedule: { ...schedule, everyHours: 72 } };
const byHand = { schedule: { ...schedule, everyHours: null } };
const neverMade = { lastAt: null, lastProofAt: null };
const neverProven = { lastProofAt: null };

test.each([
  ['nothing', {}, null],
  ['a missing folder after three days', { ...noFolder, beganAt: ago(72, 1) }, 'no-folder'],
  ['nothing for three days', { ...noFolder, beganAt: ago(72) }, null],
  ['nothing where the log has not begun', { ...noFolder, beganAt: null }, null],
  ['a failure', { hasFailed: true, lastDamageAt: ago(1) }, 'failed'],
  ['a daily backup after three days, a weekend', { lastAt: ago(72, 1) }, 'late'],
  ['nothing until then', { lastAt: ago(72) }, null],
  ['a rarer one after twice its time', { ...everyThreeDays, lastAt: ago(144, 1) }, 'late'],
  ['none until twice its time', { ...everyThreeDays, lastAt: ago(144) }, null],
  ['none that is made by hand', { ...byHand, lastAt: ago(700), lastProofAt: ago(1) }, null],
  ['the first one as long after the clinic began', neverMade, 'late'],
  ['no first one before', { ...neverMade, beganAt: ago(72) }, null],
  ['damage that was never proven whole since', { lastDamageAt: ago(1) }, 'damaged'],
  ['damage without a proof before', { ...neverProven, lastDamageAt: ago(1) }, 'damaged'],
  ['damage without a backup since', { lastAt: null, lastDamageAt: ago(1) }, 'damaged'],
  ['nothing once a newer backup is made', { lastDamageAt: ago(11) }, null],
  ['nothing by a backup of the same moment', { lastDamageAt: ago(10) }, null],
  ['nothing once one is proven whole', { lastDamageAt: ago(5), lastProofAt: ago(3) }, null],
  ['nothing by a proof of the same moment', { lastDamageAt: ago(3), lastProofAt: ago(3) }, null],
  ['an old proof', { lastProofAt: ago(30 * 24, 1) }, 'proof-late'],
  ['no proof until then', { lastProofAt: ago(30 * 24) }, null],
  ['a proof that never was', neverProven, 'proof-late'],
  ['none in a new clinic', { ...neverProven, beganAt: ago(30 * 24) }, null],
  ['no proof where nothing was backed up', { ...byHand, ...neverMade }, null],
] as const)('reminds of %s', (_, more, what) => {
  expect(reminderOf({ ...known, ...more })?.what ?? null).toBe(what);
});

test('a reminder says since when: of the last backup, the damage, the last proof', () => {
  const since = (more: Partial<Parameters<typeof reminderOf>[0]>) =>
    reminderOf({ ...known, ...more })?.since;
  expect(since({ hasFolder: false })).toBe(known.lastAt);
  expect(since({ hasFailed: true })).toBe(known.lastAt);
  expect(since({ lastAt: ago(80) })).toBe(ago(80));
  expect(since({ lastDamageAt: ago(1) })).toBe(ago(1));
  expect(since({ lastProofAt: ago(800) })).toBe(ago(800));
});
