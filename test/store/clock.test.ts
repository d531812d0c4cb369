import { expect, test } from 'vitest';
import { isBehind } from '../../src/store/clock.ts';
import { unlockClinic } from '../../src/store/index.ts';
import { closing, details, newClinic, passphrase, userName } from './harness.ts';

const minute = 60_000;

async function reopened(folder: string, now: number) {
  const clock = () => new Date(now);
  const audited = 'session.unlock';
  const { store } = closing(await unlockClinic(folder, { userName, passphrase, clock, audited }));
  return store;
}

test('a clock that was set back is told by the newest records, also after it has made some itself', async () => {
  const { folder, store } = await newClinic();
  store.patients.enrol(details({ familyName: 'Okafor' }));
  expect(store.clockBehind()).toBeNull();
  store.close();
  const newest = Date.now();

  const back = await reopened(folder, newest - 400 * 24 * 60 * minute);
  const recordedAt = back.clockBehind() ?? '';
  expect(newest - Date.parse(recordedAt)).toBeLessThan(minute);
  back.patients.enrol(details({ familyName: 'Lind' }));
  expect(back.clockBehind()).toBe(recordedAt);
  expect(await back.checkAudit()).toMatchObject({ intact: true });
  back.close();

  const right = await reopened(folder, newest + minute);
  expect(right.clockBehind()).toBeNull();
  expect(right.patientList.count({ show: 'current', text: '' })).toBe(2);
});

test('a few minutes, as a time server corrects them, are not told', async () => {
  const { folder, store } = await newClinic();
  store.close();
  expect((await reopened(folder, Date.now() - 4 * minute)).clockBehind()).toBeNull();
});

test('a clock is behind by more than five minutes', () => {
  const recordedAt = '2026-11-28T12:00:00.000Z';
  const told = (behindMs: number) =>
    isBehind(new Date(Date.parse(recordedAt) - behindMs), recordedAt);
  expect([-minute, 0, 5 * minute, 5 * minute + 1].map(told)).toEqual([false, false, false, true]);
});
