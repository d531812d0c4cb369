import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Clinics } from '../../src/station/clinics.ts';
import { Retirement } from '../../src/station/retirement.ts';
import { Session } from '../../src/station/session.ts';
import { testPassphrase } from './harness.ts';

let folder: string;
let session: Session;
let retirement: Retirement;
const retire = vi.fn();
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-retirement-'));
  start();
});
afterEach(() => {
  session.lock();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** As a station that is started on the folder, in place of a former one. */
function start(): void {
  vi.clearAllTimers();
  const clinics = new Clinics(folder);
  session = new Session(clinics);
  retire.mockClear();
  retirement = new Retirement(clinics, retire);
  clinics.onLock(() => retirement.look());
}

/** How often it was to end, a second later. */
function retired(): number {
  vi.advanceTimersByTime(1000);
  return retire.mock.calls.length;
}
const create = () => session.create('Test clinic', 'Tester', testPassphrase);

test('a station that held records ends when its last screen is locked, once nothing was asked for a moment', async () => {
  await create();
  retirement.look();
  expect(retired()).toBe(0);
  session.lock();
  vi.advanceTimersByTime(10);
  const answered = retirement.begin();
  expect(retired()).toBe(0);
  const alsoAnswered = retirement.begin();
  answered();
  expect(retired()).toBe(0);
  alsoAnswered();
  vi.advanceTimersByTime(10);
  retirement.look();
  expect(retired()).toBe(1);
});

test('a station that is unlocked again in time goes on', async () => {
  await create();
  session.lock();
  const answered = retirement.begin();
  await session.unlock('Tester', testPassphrase);
  answered();
  expect(retired()).toBe(0);
});

test('a station whose passphrase was typed wrong ends, as it may hold most of the right one', async () => {
  await create();
  session.lock();
  start();
  retirement.begin()();
  expect(retired()).toBe(0);
  const answered = retirement.begin();
  await expect(session.unlock('Tester', 'not the passphrase')).rejects.toMatchObject({
    code: 'wrong-passphrase',
  });
  answered();
  expect(retired()).toBe(1);
});

test('a station whose screen is locked while somebody unlocks it has the clinic closed, and ends', async () => {
  await create();
  session.lock();
  start();
  const answered = retirement.begin();
  const unlocking = session.unlock('Tester', testPassphrase);
  session.lock();
  await expect(unlocking).rejects.toMatchObject({ code: 'locked' });
  answered();
  expect(retired()).toBe(1);
});

test('leaving the demo clinic, which holds nobody’s records, ends no station', async () => {
  const work = async () => {};
  await session.makeDemo('Demo clinician', testPassphrase, () => new Date(), work);
  await session.openDemo('Demo clinician', testPassphrase);
  session.leaveDemo();
  expect(retired()).toBe(0);
});
