import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { User } from '../../src/clinic/entities/index.ts';
import { Clinics } from '../../src/station/clinics.ts';
import { IdleLock } from '../../src/station/idle-lock.ts';
import type { ClinicStore } from '../../src/store/index.ts';

let folder: string;
let clinics: Clinics;
/** What befalls the clinic and those who are told of it, in order. */
const told: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-clinics-'));
  clinics = new Clinics(folder);
  clinics.onDemo((isOpen) => told.push(isOpen ? 'demo' : 'no demo'));
  clinics.onLock(() => told.push('locked'));
});
afterEach(() => {
  told.length = 0;
  rmSync(folder, { recursive: true, force: true });
});

/** As much of a store as a clinic is opened and closed by. */
const storeOf = (name: string) =>
  ({
    accounts: { leave: (userId: string) => told.push(`${userId} left`) },
    close: () => told.push(`${name} closed`),
  }) as unknown as ClinicStore;

/** A screen that counts, at which users come into the clinics. */
function screen() {
  const locks = vi.fn();
  const idleLock = new IdleLock(() => {});
  const waits = vi.spyOn(idleLock, 'active').mockImplementation(() => {});
  const member = {
    userId: undefined as string | undefined,
    idleLock,
    get isUnlocked() {
      return member.userId !== undefined;
    },
    lock() {
      locks();
      const { userId } = member;
      member.userId = undefined;
      if (userId !== undefined) clinics.left(userId);
    },
  };
  clinics.add(member);
  const enter = (
    userId: string,
    given: { folder?: string; isAdmitted?: boolean; meanwhile?: () => void; fails?: boolean } = {},
  ) => {
    const { folder = clinics.ownFolder, isAdmitted = true, meanwhile = () => {}, fails } = given;
    const user = { id: userId } as User;
    const come = async <T>(result: T) => {
      meanwhile();
      if (fails) throw new Error('refused');
      return result;
    };
    return clinics.enter(folder, {
      open: () => come({ store: storeOf(path.basename(folder)), user }),
      join: () => come(user),
      admit: () => {
        if (isAdmitted) member.userId = userId;
        return isAdmitted;
      },
    });
  };
  return { member, locks, waits, enter };
}

test('a clinic is open from the first screen that unlocks it to the last one that is locked, and what waits for its end hears of it', async () => {
  const [one, two] = [screen(), screen()];
  expect([clinics.isOpen, clinics.isDemo]).toEqual([false, false]);
  await one.enter('ada');
  const { store, untilClosed } = clinics;
  await two.enter('ben');
  expect(clinics.store).toBe(store);
  one.member.lock();
  expect([clinics.isOpen, untilClosed.aborted]).toEqual([true, false]);
  expect(() => clinics.assertOpen(store)).not.toThrow();
  two.member.lock();
  expect([clinics.isOpen, untilClosed.aborted]).toEqual([false, true]);
  expect(told).toEqual(['ada left', 'locked', 'clinic closed', 'locked']);
  expect(() => clinics.store).toThrow(expect.objectContaining({ code: 'locked' }));
  await one.enter('ada');
  expect(clinics.untilClosed.aborted).toBe(false);
  expect(() => clinics.assertOpen(store)).toThrow(expect.objectContaining({ code: 'locked' }));
});

test('a user’s keys go when they are at no screen any longer, and not before', async () => {
  const [one, two, three] = [screen(), screen(), screen()];
  await one.enter('ada');
  await two.enter('ada');
  await three.enter('ben');
  one.member.lock();
  expect(told).toEqual(['locked']);
  two.member.lock();
  expect(told).toEqual(['locked', 'ada left', 'locked']);
});

test('the demo clinic is told of when it opens, and before it is closed', async () => {
  const { member, enter } = screen();
  await enter('demo', { folder: clinics.demoFolder });
  expect(clinics.isDemo).toBe(true);
  member.lock();
  expect(clinics.isDemo).toBe(false);
  expect(told).toEqual(['demo', 'no demo', 'demo closed', 'locked']);
  expect(clinics.hasHeldRecords).toBe(false);
  clinics.leaveDemo();
  await enter('ada');
  expect(clinics.hasHeldRecords).toBe(true);
  member.lock();
  expect(told.slice(4)).toEqual(['clinic closed', 'locked']);
});

test('the demo clinic is left neither for another clinic nor for none while a screen has it open', async () => {
  const [one, two] = [screen(), screen()];
  await one.enter('demo', { folder: clinics.demoFolder });
  const refused = { code: 'not-allowed', message: expect.stringContaining('another screen') };
  expect(() => clinics.leaveDemo()).toThrow(expect.objectContaining(refused));
  await expect(two.enter('ada')).rejects.toMatchObject(refused);
  expect([clinics.folder, clinics.isDemo]).toEqual([clinics.demoFolder, true]);
  one.member.lock();
  clinics.leaveDemo();
  expect(clinics.folder).toBe(clinics.ownFolder);
});

test('a screen that was locked while its key was derived is not let in, and leaves nothing open', async () => {
  const [one, two] = [screen(), screen()];
  const refused = { code: 'locked', message: expect.stringContaining('Unlock it again') };
  await expect(one.enter('ada', { isAdmitted: false })).rejects.toMatchObject(refused);
  expect([clinics.isOpen, told]).toEqual([false, ['clinic closed']]);
  await one.enter('ada');
  const { store } = clinics;
  await expect(two.enter('ben', { isAdmitted: false })).rejects.toMatchObject(refused);
  expect(told.slice(1)).toEqual(['ben left']);
  await expect(two.enter('ada', { isAdmitted: false })).rejects.toMatchObject(refused);
  expect(told.slice(2)).toEqual([]);
  expect(clinics.store).toBe(store);
});

test('who joins a clinic that is closed before their key is derived is told that, whatever else went wrong', async () => {
  const [one, two] = [screen(), screen()];
  const meanwhile = () => one.member.lock();
  for (const fails of [true, false]) {
    await one.enter('ada');
    await expect(two.enter('ben', { meanwhile, fails })).rejects.toMatchObject({ code: 'locked' });
    expect([two.member.isUnlocked, clinics.isOpen]).toEqual([false, false]);
  }
  await one.enter('ada');
  await expect(two.enter('ben', { fails: true })).rejects.toThrow('refused');
  expect(clinics.isOpen).toBe(true);
});

test('all screens are locked, or those of one user, and only open ones wait anew', async () => {
  const [one, two, three, gone] = [screen(), screen(), screen(), screen()];
  clinics.end(gone.member);
  await one.enter('ada');
  await two.enter('ben');
  clinics.awaitIdle(60_000);
  expect([one, two, three, gone].map(({ waits }) => waits.mock.calls)).toEqual([
    ...[[[60_000]], [[60_000]], [], []],
  ]);
  clinics.lockUser('ben');
  expect([one, two].map(({ member }) => member.isUnlocked)).toEqual([true, false]);
  clinics.lockAll();
  expect([one, two, three, gone].map(({ locks }) => locks.mock.calls.length)).toEqual([1, 2, 1, 1]);
});

test('what needs the clinic closed is done after what was begun before, and refused while a screen has it open', async () => {
  const { member, enter } = screen();
  const order: string[] = [];
  const work = async () => {
    order.push('work');
    return 1;
  };
  const entering = enter('ada', { meanwhile: () => order.push('entering') });
  await expect(clinics.whileClosed(work)).rejects.toMatchObject({ code: 'not-allowed' });
  await entering;
  member.lock();
  const { promise, resolve } = Promise.withResolvers<void>();
  const long = clinics.whileClosed(() => promise.then(work));
  const after = enter('ada', { meanwhile: () => order.push('entering') });
  resolve();
  expect(await long).toBe(1);
  await after;
  expect(order).toEqual(['entering', 'work', 'entering']);
});

test('one copy is made at a time, and the next one after it, also where it failed', async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const first = clinics.copying(() => promise);
  const second = clinics.copying(async () => {});
  await expect(second).rejects.toMatchObject({ code: 'not-allowed' });
  reject(new Error('The disk is full.'));
  await expect(first).rejects.toThrow('The disk is full.');
  expect(await clinics.copying(async () => 3)).toBe(3);
});
