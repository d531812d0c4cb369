import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { keepBackupFolder } from '../../src/station/backup/folder.ts';
import { Clinics } from '../../src/station/clinics.ts';
import { Session } from '../../src/station/session.ts';
import { setAsideFolder } from '../../src/store/index.ts';
import { testPassphrase } from './harness.ts';

vi.mock('node:fs', { spy: true });

let root: string;
/** Two clinics that were made once, locked: each test begins with a copy of them. */
let made: string;
let dataFolder: string;
let clinics: Clinics;
let session: Session;
const demo = ['Demo clinician', testPassphrase] as const;
const tester = ['Tester', testPassphrase] as const;
const noWork = async () => {};
const makeDemo = (fill: Parameters<Session['makeDemo']>[3] = noWork) =>
  session.makeDemo(...demo, () => new Date(), fill);

function open(folder: string): void {
  dataFolder = folder;
  clinics = new Clinics(folder);
  session = new Session(clinics);
}
beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'dermaspike-session-'));
  made = path.join(root, 'made');
  open(made);
  await session.create('Test clinic', ...tester);
  session.lock();
  await makeDemo();
  session.leaveDemo();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  const folder = mkdtempSync(path.join(root, 'data-'));
  cpSync(made, folder, { recursive: true });
  open(folder);
});
afterEach(() => {
  clinics.lockAll();
  vi.useRealTimers();
});

const databases = (clinic: string) => path.join(dataFolder, clinic);
/** The clinic in the state of `before` once more, after something was done in it. */
async function olderThanItWas(clinic: string, unlock: () => Promise<void>): Promise<void> {
  const before = path.join(dataFolder, 'before');
  cpSync(databases(clinic), before, { recursive: true });
  await unlock();
  session.store.audit.append({ userId: session.user.id, action: 'test', subject: 'of:test' });
  session.lock();
  for (const name of readdirSync(databases(clinic)))
    if (name !== 'clinic.json') rmSync(path.join(databases(clinic), name));
  rmSync(path.join(before, 'clinic.json'));
  cpSync(before, databases(clinic), { recursive: true });
}

test('a screen is at no clinic, then at one that is locked, then unlocked by a user, and at its own, no demo', async () => {
  expect(session.state()).toEqual({
    ...{ state: 'locked', clinicName: 'Test clinic', demo: false, userNames: ['Tester'] },
  });
  expect([session.isUnlocked, session.userId]).toEqual([false, undefined]);
  expect(() => session.begin()).toThrow(expect.objectContaining({ code: 'locked' }));
  await session.unlock(...tester);
  expect(session.state()).toMatchObject({
    ...{ state: 'unlocked', clinicName: 'Test clinic', demo: false, user: { name: 'Tester' } },
  });
  expect([session.isUnlocked, session.userId]).toEqual([true, session.user.id]);
  session.lock();
  rmSync(databases('clinic'), { recursive: true });
  expect(session.state()).toEqual({ state: 'no-clinic' });
});

test('a new clinic is one’s own, and no demo', async () => {
  open(path.join(root, 'new'));
  await session.create('New clinic', ...tester);
  expect(session.state()).toMatchObject({ state: 'unlocked', demo: false });
});

test('what was begun before a lock is over, also where the same user unlocks the clinic again', async () => {
  await session.unlock(...tester);
  const work = session.begin();
  expect([work.userId, work.untilLocked.aborted]).toEqual([session.userId, false]);
  work.assertOpen();
  session.lock();
  expect(work.untilLocked.aborted).toBe(true);
  await session.unlock(...tester);
  expect(() => work.assertOpen()).toThrow(expect.objectContaining({ code: 'locked' }));
  session.begin().assertOpen();
});

test('a locked screen waits for nobody, and a lock is told once', async () => {
  await session.unlock(...tester);
  const told = vi.fn();
  clinics.onLock(told);
  const warned = vi.fn();
  session.idleLock.warnings.subscribe(warned);
  vi.useFakeTimers();
  session.idleLock.active(60_000);
  session.lock();
  session.lock();
  vi.advanceTimersByTime(120_000);
  expect([told.mock.calls.length, warned.mock.calls.length]).toEqual([1, 0]);
  vi.useRealTimers();
  await session.unlock(...tester);
  vi.useFakeTimers();
  session.idleLock.active(60_000);
  vi.advanceTimersByTime(60_000);
  expect([session.isUnlocked, told.mock.calls.length]).toEqual([false, 2]);
});

test.runIf(process.platform === 'linux')(
  'a clinic on another computer’s disk is told of as one',
  () => {
    expect(session.surroundings()).toEqual({ share: null, clockBehind: null });
    const type = 0x6969;
    vi.mocked(statfsSync).mockReturnValueOnce({ type } as ReturnType<typeof statfsSync>);
    expect(session.surroundings().share).toEqual({ kind: 'NFS', folder: dataFolder });
  },
);

test('of one’s own clinic that is older than it was it is said what the backups have, where there is a place for them; of the demo never', async () => {
  const told = async (unlock: () => Promise<void>) => {
    const error = await unlock().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'database-older' });
    return error instanceof Error ? error.message : '';
  };
  const unlock = () => session.unlock(...tester);
  await olderThanItWas('clinic', unlock);
  expect(await told(unlock)).not.toMatch(/backups? (of|in)/);
  const medium = path.join(root, 'medium');
  mkdirSync(medium);
  keepBackupFolder(dataFolder, medium);
  expect(await told(unlock)).toContain(`No backup in ${medium}`);

  rmSync(path.join(dataFolder, 'before'), { recursive: true });
  const openDemo = () => session.openDemo(...demo);
  await olderThanItWas('demo', openDemo);
  // The start screen offers the demo clinic, as it was open last.
  expect(session.state()).toMatchObject({ state: 'locked', demo: true });
  expect(await told(() => session.unlock(...demo))).not.toContain(medium);
});

test('a demo clinic that a crash left half made is made anew, and stays locked until it is opened', async () => {
  const demoFolder = databases('demo');
  rmSync(demoFolder, { recursive: true });
  mkdirSync(`${demoFolder}.new`);
  writeFileSync(path.join(`${demoFolder}.new`, 'clinic.json'), 'half');
  expect(session.hasDemo).toBe(false);
  const fill = vi.fn(async ({ store }: { store: typeof session.store }) => {
    expect([session.isDemo, session.hasDemo, store]).toEqual([true, false, session.store]);
  });
  await makeDemo(fill);
  expect(fill).toHaveBeenCalledTimes(1);
  expect([session.hasDemo, session.isUnlocked, clinics.isOpen]).toEqual([true, false, false]);
  expect(existsSync(`${demoFolder}.new`)).toBe(false);
  expect(session.state()).toMatchObject({ state: 'locked', clinicName: 'Test clinic' });
  await session.openDemo(...demo);
  expect(session.state()).toMatchObject({ clinicName: 'Demo clinic', demo: true });
  session.leaveDemo();
  expect(session.state()).toMatchObject({ state: 'locked', clinicName: 'Test clinic' });
});

test.each([
  [
    'goes wrong',
    async () => Promise.reject(new Error('The decoder ended.')),
    { message: /decoder/ },
  ],
  ['is overtaken by a lock', async () => session.lock(), { code: 'locked' }],
])(
  'a demo clinic whose making %s is not there, and one’s own is on the start screen again',
  async (_, fill, error) => {
    rmSync(databases('demo'), { recursive: true });
    await expect(makeDemo(fill)).rejects.toMatchObject(error);
    expect([session.hasDemo, session.isUnlocked, clinics.isOpen]).toEqual([false, false, false]);
    expect(session.state()).toMatchObject({ state: 'locked', clinicName: 'Test clinic' });
  },
);

test('no demo clinic is made while another screen is in one’s own, which stays unlocked', async () => {
  rmSync(databases('demo'), { recursive: true });
  const other = new Session(clinics);
  await other.unlock(...tester);
  await expect(makeDemo()).rejects.toMatchObject({ code: 'not-allowed' });
  expect([other.isUnlocked, session.hasDemo]).toEqual([true, false]);
});

test('a copy is put back under the entry that says so, and not in the demo clinic', async () => {
  await session.unlock(...tester);
  const copy = await session.setAside('1.0.0', () => {});
  const { id: copyId = '' } = copy ?? {};
  session.putBack(copyId, '1.0.0');
  expect(session.isUnlocked).toBe(false);
  await session.unlock(...tester);
  const [replaced = ''] = readdirSync(setAsideFolder(dataFolder));
  session.putBack(replaced, '1.0.0');
  await session.unlock(...tester);
  const actions = session.store.audit.list(3).map(({ action, subject }) => `${action} ${subject}`);
  expect(actions.slice(1)).toEqual([`clinic.put-back copy:${copyId}`, expect.anything()]);
  session.lock();
  await session.openDemo(...demo);
  expect(() => session.putBack(copyId, '1.0.0')).toThrow(
    expect.objectContaining({ code: 'not-allowed', message: expect.stringContaining('no copies') }),
  );
  expect(session.isUnlocked).toBe(true);
});

test('what a crash broke off while a copy was put back is finished before anybody unlocks the clinic', async () => {
  await session.unlock(...tester);
  const copy = await session.setAside('1.0.0', () => {});
  session.lock();
  const replaced = { ...copy, id: '019e0000-0000-7000-8000-000000000001', why: 'replaced' };
  const step = path.join(dataFolder, 'putting-back.json');
  writeFileSync(step, JSON.stringify({ copyId: copy?.id, replaced }));
  expect(session.state()).toMatchObject({ state: 'locked', clinicName: 'Test clinic' });
  expect(existsSync(step)).toBe(false);
  expect(readdirSync(setAsideFolder(dataFolder))).toEqual([replaced.id]);
});
