import { expect, test } from 'vitest';
import { unlockClinic } from '../../src/store/index.ts';
import { closing, newClinic, passphrase, userName } from './harness.ts';

test('the wait before the clinic locks itself is kept, and may be none', async () => {
  const { folder, store } = await newClinic();
  expect(store.settings.get()).toEqual({ lockAfterMs: 600_000, impressionFirst: false });
  store.settings.set({ lockAfterMs: null, impressionFirst: true });
  store.close();
  const opened = closing(await unlockClinic(folder, { userName, passphrase }));
  expect(opened.store.settings.get()).toEqual({ lockAfterMs: null, impressionFirst: true });
});

test('when backups are made, and when one is to be proven, is kept', async () => {
  const { folder, store } = await newClinic();
  const chosen = [
    { everyHours: null, onLeaving: true, proofEveryDays: 1 },
    { everyHours: 24, onLeaving: false, proofEveryDays: 365 },
  ];
  for (const schedule of chosen) {
    store.settings.setBackupSchedule(schedule);
    expect(store.settings.backupSchedule()).toEqual(schedule);
  }
  expect(store.settings.get()).toEqual({ lockAfterMs: 600_000, impressionFirst: false });
  store.close();
  const opened = closing(await unlockClinic(folder, { userName, passphrase }));
  expect(opened.store.settings.backupSchedule()).toEqual(chosen[1]);
});
