import { beforeEach, expect, test, vi } from 'vitest';
import { Broadcast } from '../../src/station/changes.ts';
import type { Clinics } from '../../src/station/clinics.ts';
import type { Topic } from '../../src/station/contract/index.ts';
import { DataKeyKeeper } from '../../src/station/data-key-keeper.ts';
import type { Work } from '../../src/station/session.ts';
import { type ClinicStore, StoreError } from '../../src/store/index.ts';

const begunAt = '2026-03-01T10:00:00.000Z';
const told: (readonly Topic[])[] = [];
const shares: number[] = [];
let changed: Broadcast<readonly Topic[]>;
let keeper: DataKeyKeeper;
let pending: { begunAt: string } | null;
let finishing: PromiseWithResolvers<void>;
let goOn: (share: number) => void = () => {};
const begin = vi.fn(async () => 'THE-RECOVERY-KEY');
const giveUp = vi.fn(async () => {});
const finish = vi.fn(({ onProgress }: { onProgress: (share: number) => void }) => {
  goOn = onProgress;
  finishing = Promise.withResolvers();
  return finishing.promise;
});
const clinics = { isOpen: true };
const store = {
  dataKeyChange: {
    ...{ begin, finish, giveUp },
    get pending() {
      return pending;
    },
  },
  audit: { last: () => null },
  accounts: { shutOut: () => [] },
} as unknown as ClinicStore;
const work = { store, userId: 'ada', assertOpen: () => {} } as unknown as Work;

beforeEach(() => {
  vi.clearAllMocks();
  changed = new Broadcast();
  keeper = new DataKeyKeeper(Object.assign(clinics, { store }) as unknown as Clinics, changed);
  changed.subscribe((topics) => told.push(topics));
  keeper.progress.subscribe(({ share }) => shares.push(share));
  [told.length, shares.length, clinics.isOpen, pending] = [0, 0, true, { begunAt }];
});

const settle = () => new Promise((resolve) => setImmediate(resolve));
const change = () => keeper.state(store).change;
/** The change that is under way is done, or goes wrong. */
async function over(error?: unknown): Promise<void> {
  if (error === undefined) finishing.resolve();
  else finishing.reject(error);
  await settle();
}

test('a change is begun, goes on beside the screens, which hear how far it is, and ends', async () => {
  expect(await keeper.begin(work)).toBe('THE-RECOVERY-KEY');
  expect(begin).toHaveBeenCalledWith('ada');
  expect([told, change()]).toEqual([[['users']], { begunAt, share: 0, failure: null }]);
  for (const share of [0.501, 0.502, 0.6]) goOn(share);
  expect([shares, change()?.share]).toEqual([[0.501, 0.6], 0.6]);
  pending = null;
  await over();
  expect([told, change()]).toEqual([[['users'], ['users', 'backups']], null]);
  pending = { begunAt };
  await keeper.begin(work);
  expect(change()?.share).toBe(0);
});

test('who was locked while the change was begun is told so, and it rests', async () => {
  const locked = new StoreError('database-in-use', 'Locked.');
  const assertOpen = () => {
    throw locked;
  };
  await expect(keeper.begin({ ...work, assertOpen })).rejects.toBe(locked);
  expect(finish).not.toHaveBeenCalled();
});

test.each([
  ['what the store refuses', new StoreError('disk-full', 'The disk is full.'), 'The disk is full.'],
  ['what is no refusal', new TypeError('x is undefined'), 'It failed inside.'],
  ['what is no error', 'gone', 'It failed inside.'],
  ['that it was stopped, with no word', new DOMException('Stopped.', 'AbortError'), null],
])(
  'a change that stands still says why, in words for people: %s; and is tried again',
  async (_, error, why) => {
    await keeper.begin(work);
    await over(error);
    expect([change()?.failure, told.at(-1)]).toEqual([why, ['users', 'backups']]);
    keeper.goOn(work);
    expect([change()?.failure, finish.mock.calls.length]).toEqual([null, 2]);
  },
);

test('it goes on when the clinic is unlocked, and by nothing else that changes', async () => {
  changed.emit(['users']);
  clinics.isOpen = false;
  changed.emit(['session']);
  expect(finish).not.toHaveBeenCalled();
  clinics.isOpen = true;
  changed.emit(['images', 'session']);
  expect(finish).toHaveBeenCalledTimes(1);
  clinics.isOpen = false;
  told.length = 0;
  await over();
  expect(told).toEqual([]);
});

test('where no change is under way nothing is done and nobody is told', () => {
  pending = null;
  keeper.goOn(work);
  changed.emit(['session']);
  expect([finish.mock.calls, told]).toEqual([[], [['session']]]);
});

test('a change that is given up is told of', async () => {
  await keeper.giveUp(work);
  expect([giveUp.mock.calls, told]).toEqual([[['ada']], [['users']]]);
});
