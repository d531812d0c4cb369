import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Broadcast } from '../../src/station/changes.ts';
import { Clinics } from '../../src/station/clinics.ts';
import type { Topic } from '../../src/station/contract/index.ts';
import { HealthKeeper } from '../../src/station/health-keeper.ts';
import { Session } from '../../src/station/session.ts';
import type { ClinicStore, HealthVerdict } from '../../src/store/index.ts';
import { testPassphrase } from './harness.ts';

let folder: string;
let session: Session;
let keeper: HealthKeeper;
const told: (readonly Topic[])[] = [];
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-health-'));
  session = new Session(new Clinics(folder));
  told.length = 0;
  const changed = new Broadcast<readonly Topic[]>();
  changed.subscribe((topics) => told.push(topics));
  keeper = new HealthKeeper(changed);
  await session.create('Test clinic', 'Tester', testPassphrase);
});
afterEach(() => {
  session.lock();
  rmSync(folder, { recursive: true, force: true });
});

const sound: HealthVerdict = {
  ...{ ok: true, isSound: true, pages: 9, rows: 9, problems: [], problemsInAll: 0, audit: null },
};

/** Has a store's check wait for the test to say what it found. */
function looking(store: ClinicStore) {
  const { promise, resolve: found } = Promise.withResolvers<HealthVerdict>();
  const checkHealth = vi.spyOn(store, 'checkHealth').mockReturnValue(promise);
  const goOn = (share: number) => checkHealth.mock.calls[0]?.[0]?.onProgress?.(share);
  return { checkHealth, goOn, found };
}

test('whoever asks while the clinic is looked through joins, and the log counts what was found in pages, rows and log', async () => {
  const { store } = session;
  const { checkHealth, goOn, found } = looking(store);
  const shares: number[] = [];
  keeper.progress.subscribe(({ share }) => shares.push(share));
  expect(keeper.state(store)).toEqual({ last: null, running: null });
  const [one, other] = [keeper.check(session.begin()), keeper.check(session.begin())];
  expect(told).toEqual([['health']]);
  goOn(0.501);
  goOn(0.502);
  expect(shares).toEqual([0.501]);
  expect(keeper.state(store).running).toEqual({ share: 0.501 });
  const audit = { ...(await store.checkAudit()), problemsInAll: 3 };
  found({ ...sound, ok: false, problemsInAll: 2, audit });
  expect(await one).toBe(await other);
  expect(checkHealth).toHaveBeenCalledOnce();
  expect(told).toEqual([['health'], ['health']]);
  expect(keeper.state(store)).toMatchObject({ last: { problems: 5 }, running: null });
});

test('a look that a lock broke off is nobody’s, and does not end the one that was begun after it', async () => {
  const before = looking(session.store);
  const first = keeper.check(session.begin());
  before.goOn(0.7);
  session.lock();
  await session.unlock('Tester', testPassphrase);
  const { store } = session;
  expect(keeper.state(store).running).toBeNull();
  const { checkHealth, found } = looking(store);
  const second = keeper.check(session.begin());
  expect(keeper.state(store).running).toEqual({ share: 0 });
  before.found(sound);
  await expect(first).rejects.toMatchObject({ code: 'locked' });
  expect(keeper.state(store).running).toEqual({ share: 0 });
  const third = keeper.check(session.begin());
  found({ ...sound, problemsInAll: 4 });
  expect(await second).toBe(await third);
  expect(checkHealth).toHaveBeenCalledOnce();
  expect(keeper.state(store)).toMatchObject({ last: { problems: 4 }, running: null });
});
