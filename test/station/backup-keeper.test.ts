import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keepBackupFolder, readBackupFolder } from '../../src/station/backup/folder.ts';
import { foundBackups } from '../../src/station/backup/found.ts';
import { BackupKeeper } from '../../src/station/backup/keeper.ts';
import { Broadcast } from '../../src/station/changes.ts';
import type { Clinics } from '../../src/station/clinics.ts';
import type { Topic } from '../../src/station/contract/index.ts';
import { StationError } from '../../src/station/errors.ts';
import { type Work, workUntil } from '../../src/station/session.ts';
import {
  type Backup,
  BackupError,
  type BackupResult,
  type ClinicStore,
  lookAtMedium,
  proveBackup,
  type UnreadableBackup,
} from '../../src/store/index.ts';

vi.mock('../../src/store/index.ts', { spy: true });

type Given = Parameters<ClinicStore['backUp']>[2];

const start = new Date('2026-11-27T12:00:00.000Z');
const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000).toISOString();
const id = '019430aa-7f3c-7d10-9c5e-2b1f4a6c8d00';
const made = { id } as BackupResult;

let root: string;
let dataFolder: string;
let medium: string;
let keeper: BackupKeeper;
let locking: AbortController;
let schedule = { everyHours: 24 as number | null, onLeaving: true, proofEveryDays: 30 };
/** The newest entry first. */
let log: { userId: string | null; action: string; subject: string; at: string }[];
let backing: PromiseWithResolvers<BackupResult>;
let given: Given | undefined;
const told: (readonly Topic[])[] = [];
const shares: { what: string; share: number }[] = [];

const backUp = vi.fn((_folder: string, _program: string, more?: Given) => {
  given = more;
  backing = Promise.withResolvers();
  given?.signal?.addEventListener('abort', () =>
    backing.reject(new BackupError('cancelled', 'Stopped.')),
  );
  return backing.promise;
});
const append = (entry: { userId: string | null; action: string; subject: string }) =>
  log.unshift({ ...entry, at: new Date().toISOString() });
const store = {
  backUp,
  now: () => new Date(),
  settings: { backupSchedule: () => schedule },
  accounts: { get: (userId: string) => ({ name: `Dr ${userId}` }) },
  audit: {
    append,
    list: (limit: number) => log.slice(0, limit),
    beganAt: () => at(-100_000),
    lastBackup: (what: string) => log.find(({ action }) => action === `backup.${what}`)?.at ?? null,
  },
} as unknown as ClinicStore;
const clinics = {
  ...{ isOpen: true, isDemo: false, store, untilClosed: new AbortController().signal },
  assertOpen: () => {
    if (!clinics.isOpen) throw new StationError('locked', 'The clinic was locked.');
  },
};

beforeEach(() => {
  vi.useFakeTimers({ now: start, toFake: ['Date', 'setInterval', 'clearInterval', 'setTimeout'] });
  root = mkdtempSync(path.join(tmpdir(), 'dermaspike-keeper-'));
  [dataFolder, medium] = [path.join(root, 'data'), path.join(root, 'medium')];
  mkdirSync(dataFolder);
  mkdirSync(medium);
  keepBackupFolder(dataFolder, medium);
  [clinics.isOpen, clinics.isDemo, log, locking] = [true, false, [], new AbortController()];
  schedule = { everyHours: 24, onLeaving: true, proofEveryDays: 30 };
  const changed = new Broadcast<readonly Topic[]>();
  changed.subscribe((topics) => told.push(topics));
  keeper = new BackupKeeper(clinics as unknown as Clinics, dataFolder, '1.2.3', changed);
  keeper.progress.subscribe((progress) => shares.push(progress));
});
afterEach(() => {
  keeper.close();
  vi.useRealTimers();
  backUp.mockClear();
  vi.mocked(proveBackup).mockReset();
  vi.mocked(lookAtMedium).mockReset();
  [told.length, shares.length] = [0, 0];
  rmSync(root, { recursive: true, force: true });
});

const work = (): Work => workUntil(locking.signal, store, 'ada');
const settle = () => new Promise((resolve) => setImmediate(resolve));
const entries = () => log.map(({ userId, action, subject }) => `${userId} ${action} ${subject}`);
const trouble = (message = 'The medium is full.') => new BackupError('medium-full', message);
/** Makes a backup that goes wrong so. */
async function failing(error: unknown): Promise<void> {
  const making = keeper.make(work());
  backing.reject(error);
  await expect(making).rejects.toBe(error);
}
async function making(): Promise<void> {
  const done = keeper.make(work());
  backing.resolve(made);
  await done;
}

describe('a backup', () => {
  test('is made to the chosen folder, tells how far it is in half percents, and is entered by who began it', async () => {
    const done = keeper.make(work());
    expect(backUp.mock.calls[0]?.slice(0, 2)).toEqual([medium, '1.2.3']);
    expect((await keeper.state(work())).running).toEqual({ what: 'make', share: 0 });
    for (const share of [0.001, 0.501, 0.502, 0.51]) given?.onProgress?.(share);
    expect(shares).toEqual([
      { what: 'make', share: 0.501 },
      { what: 'make', share: 0.51 },
    ]);
    expect((await keeper.state(work())).running?.share).toBe(0.51);
    expect(told).toEqual([['backups']]);
    backing.resolve(made);
    expect(await done).toBe(made);
    expect(entries()).toEqual([`ada backup.make backup:${id}`]);
    expect(told).toEqual([['backups'], ['backups']]);
    expect((await keeper.state(work())).running).toBeNull();
  });

  test('that outlasts the screen it was begun at is entered in nobody’s name, and not at all in a closed clinic', async () => {
    const first = keeper.make(work());
    locking.abort();
    backing.resolve(made);
    await first;
    expect(entries()).toEqual([`null backup.make backup:${id}`]);
    const second = keeper.make(work());
    clinics.isOpen = false;
    backing.resolve(made);
    await expect(second).rejects.toMatchObject({ code: 'locked' });
    expect(log).toHaveLength(1);
  });

  test('is made one at a time, and can be stopped', async () => {
    const first = keeper.make(work());
    const refused = expect.objectContaining({ code: 'not-allowed' });
    expect(() => keeper.make(work())).toThrow(refused);
    expect(() => keeper.prove(work(), id, 'x')).toThrow(refused);
    keeper.stop();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    keeper.stop();
    await making();
  });

  test('needs a folder, and a clinic of one’s own', () => {
    rmSync(path.join(dataFolder, 'backup.json'));
    const needed = { code: 'backup-place', message: expect.stringContaining('first') };
    expect(() => keeper.make(work())).toThrow(expect.objectContaining(needed));
    expect(() => keeper.prove(work(), id, 'x')).toThrow(expect.objectContaining(needed));
    clinics.isDemo = true;
    expect(() => keeper.make(work())).toThrow(expect.objectContaining({ code: 'not-allowed' }));
  });

  test.each([
    ['what the medium says', trouble(), 'The medium is full.'],
    ['what is no refusal', new TypeError('x is undefined'), 'It failed inside.'],
    ['what is no error', 'gone', 'It failed inside.'],
    ['not that it was stopped', new BackupError('cancelled', 'Stopped.'), null],
    ['not that the clinic was locked', new StationError('locked', 'Locked.'), null],
    ['not a change meanwhile', new StationError('changed-meanwhile', 'Changed.'), null],
    ['not a wrong passphrase', new StationError('wrong-passphrase', 'Wrong.'), null],
  ])(
    'that goes wrong leaves why, to be shown and reminded of until the next one is made: %s',
    async (_, error, message) => {
      await failing(error);
      const { failure } = await keeper.state(work());
      expect(failure).toEqual(message === null ? null : { at: at(0), message });
      expect(keeper.reminder()?.what).toBe(message === null ? 'late' : 'failed');
      expect(told.at(-1)).toEqual(['backups']);
      await making();
      expect([(await keeper.state(work())).failure, keeper.reminder()?.what]).toEqual([
        ...[null, 'proof-late'],
      ]);
    },
  );
});

describe('what is kept on the medium', () => {
  const backup = (minutes: number) =>
    ({ id, madeAt: at(minutes), sizeBytes: 7, proof: null }) as unknown as Backup;
  const unreadable = (minutes: number, code: 'backup-damaged' | 'backup-newer') =>
    ({ id, madeAt: at(minutes), reason: new BackupError(code, 'x') }) satisfies UnreadableBackup;

  test('is shown with what of it cannot be read, and the newest that can counts, or what the log knows of', async () => {
    vi.mocked(lookAtMedium).mockResolvedValue([
      ...[unreadable(-10, 'backup-damaged'), unreadable(-20, 'backup-newer'), backup(-30)],
    ]);
    const state = await keeper.state(work());
    expect(state.kept).toEqual([
      { id, madeAt: at(-10), unreadable: 'damaged', sizeBytes: 0, proof: null },
      { id, madeAt: at(-20), unreadable: 'newer', sizeBytes: 0, proof: null },
      { id, madeAt: at(-30), unreadable: null, sizeBytes: 7, proof: null },
    ]);
    expect(state).toMatchObject({ folder: medium, problem: null, lastAt: at(-30) });
    expect(state.nextAt).toBe(at(24 * 60 - 30));
    await making();
    expect(await keeper.state(work())).toMatchObject({ lastAt: at(0), nextAt: at(24 * 60) });
    vi.mocked(lookAtMedium).mockResolvedValue([backup(5)]);
    expect((await keeper.state(work())).lastAt).toBe(at(5));
    vi.mocked(lookAtMedium).mockResolvedValue([]);
    expect((await keeper.state(work())).lastAt).toBe(at(0));
  });

  test('is nothing where no folder is chosen, and a problem where the medium does not answer', async () => {
    vi.mocked(lookAtMedium).mockRejectedValueOnce(trouble('Connect the medium.'));
    expect(await keeper.state(work())).toMatchObject({ kept: [], problem: 'Connect the medium.' });
    vi.mocked(lookAtMedium).mockReturnValueOnce(new Promise(() => {}));
    const waiting = keeper.state(work());
    vi.advanceTimersByTime(5000);
    expect(await waiting).toMatchObject({ kept: [], problem: /does not answer/ });
    rmSync(path.join(dataFolder, 'backup.json'));
    expect(await keeper.state(work())).toMatchObject({
      ...{ folder: null, problem: null, kept: [], lastAt: null, nextAt: null },
    });
  });

  test('is told to nobody who was locked meanwhile', async () => {
    const waiting = keeper.state(work());
    locking.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'locked' });
  });

  test('brings back its newest that can be read, and of none says why or that there is none', () => {
    const found = (...backups: (Backup | UnreadableBackup)[]) =>
      foundBackups(dataFolder, medium, backups);
    expect(() => found()).toThrow(
      expect.objectContaining({ code: 'backup-none', message: expect.stringContaining(medium) }),
    );
    const [newer, damaged] = [unreadable(0, 'backup-newer'), unreadable(-9, 'backup-damaged')];
    expect(() => found(newer, damaged)).toThrow(newer.reason);
    const keys = JSON.stringify({ version: 1 });
    expect(() => found({ ...backup(0), clinicName: 'Am See', keys })).not.toThrow(BackupError);
  });
});

describe('a proof', () => {
  const prove = () => keeper.prove(work(), id, 'the passphrase');

  test('restores it aside by a user’s passphrase, is entered, and leaves nothing of it, nor of one that a crash broke off', async () => {
    mkdirSync(path.join(dataFolder, 'proof', 'left'), { recursive: true });
    vi.mocked(proveBackup).mockImplementationOnce(async (folder, scratch, more) => {
      expect([folder, path.dirname(scratch)]).toEqual([medium, path.join(dataFolder, 'proof')]);
      expect(more).toMatchObject({
        ...{ id, access: { userName: 'Dr ada', passphrase: 'the passphrase' } },
      });
      expect(existsSync(path.join(dataFolder, 'proof', 'left'))).toBe(false);
      mkdirSync(scratch, { recursive: true });
      more.onProgress?.(0.5);
      return { auditIntact: true } as Awaited<ReturnType<typeof proveBackup>>;
    });
    await prove();
    expect([entries(), shares]).toEqual([
      [`ada backup.prove backup:${id}`],
      [{ what: 'prove', share: 0.5 }],
    ]);
    expect(existsSync(path.join(dataFolder, 'proof'))).toBe(false);
  });

  test.each([
    [
      'damage is entered',
      new BackupError('backup-damaged', 'x'),
      [`ada backup.damaged backup:${id}`],
    ],
    ['a wrong passphrase is not', new StationError('wrong-passphrase', 'x'), []],
    ['a medium that failed is not', trouble(), []],
  ])('that goes wrong leaves nothing of the restored clinic; %s', async (_, error, entered) => {
    vi.mocked(proveBackup).mockImplementationOnce(async (_folder, scratch) => {
      mkdirSync(scratch, { recursive: true });
      throw error;
    });
    await expect(prove()).rejects.toBe(error);
    expect([entries(), existsSync(path.join(dataFolder, 'proof'))]).toEqual([entered, false]);
  });

  test('of a backup whose log does not fit its records is damage', async () => {
    vi.mocked(proveBackup).mockResolvedValueOnce({ auditIntact: false } as never);
    await expect(prove()).rejects.toMatchObject({ code: 'backup-damaged' });
    expect(entries()).toEqual([`ada backup.damaged backup:${id}`]);
  });
});

/** What each clinic is that no backup is made of, and how it comes to be so. */
const notToBackUp: readonly [what: string, make: () => void][] = [
  [
    'is locked',
    () => {
      clinics.isOpen = false;
    },
  ],
  [
    'is the demo',
    () => {
      clinics.isDemo = true;
    },
  ],
  ['has no folder for it', () => rmSync(path.join(dataFolder, 'backup.json'))],
];

describe('by itself', () => {
  const halfMinutes = (count: number) => vi.advanceTimersByTime(count * 30_000);

  test('a backup is made as soon as it is due, looked for twice a minute, and none while one is made', async () => {
    halfMinutes(1);
    expect(backUp).toHaveBeenCalledTimes(1);
    halfMinutes(2);
    expect(backUp).toHaveBeenCalledTimes(1);
    backing.resolve(made);
    await settle();
    expect(entries()).toEqual([`null backup.make backup:${id}`]);
    const dueAt = Date.parse(log[0]?.at ?? '') + 24 * 3_600_000;
    vi.setSystemTime(dueAt - 1);
    keeper.look();
    expect(backUp).toHaveBeenCalledTimes(1);
    vi.setSystemTime(dueAt);
    keeper.look();
    expect(backUp).toHaveBeenCalledTimes(2);
  });

  test('one that failed is tried again a quarter of an hour later', async () => {
    keeper.look();
    backing.reject(trouble());
    await settle();
    halfMinutes(29);
    expect(backUp).toHaveBeenCalledTimes(1);
    halfMinutes(1);
    expect(backUp).toHaveBeenCalledTimes(2);
  });

  test.each([
    ...notToBackUp,
    [
      'is backed up by hand',
      () => {
        schedule.everyHours = null;
      },
    ],
  ])('none is made of a clinic that %s', (_, make) => {
    make();
    halfMinutes(4);
    expect(backUp).not.toHaveBeenCalled();
  });

  test('none is begun once the station ends, which stops the one that is made', async () => {
    keeper.look();
    const stopped = expect(backing.promise).rejects.toMatchObject({ code: 'cancelled' });
    keeper.close();
    await stopped;
    await settle();
    vi.advanceTimersByTime(48 * 3_600_000);
    expect(backUp).toHaveBeenCalledTimes(1);
  });
});

describe('before leaving', () => {
  const notNeeded = { outcome: 'not-needed', message: null };
  const leave = () => keeper.beforeLeaving();

  test.each([
    ...notToBackUp,
    [
      'is not to be',
      () => {
        schedule.onLeaving = false;
      },
    ],
    [
      'was backed up as the last thing',
      () => void append({ userId: null, action: 'backup.make', subject: '' }),
    ],
  ])('a clinic that %s is not backed up', async (_, make) => {
    make();
    expect(await leave()).toEqual(notNeeded);
    expect(backUp).not.toHaveBeenCalled();
  });

  test('one in which something was done since is, in the program’s name', async () => {
    append({ userId: null, action: 'backup.make', subject: '' });
    append({ userId: 'ada', action: 'patient.update', subject: '' });
    const left = leave();
    await settle();
    backing.resolve(made);
    expect(await left).toEqual({ outcome: 'made', message: null });
    expect(entries()[0]).toBe(`null backup.make backup:${id}`);
  });

  test('what is being made is waited for, and what is being proven is stopped', async () => {
    const first = keeper.make(work());
    const left = leave();
    await settle();
    expect(backUp).toHaveBeenCalledTimes(1);
    backing.resolve(made);
    await first;
    expect(await left).toEqual({ outcome: 'made', message: null });
    append({ userId: 'ada', action: 'patient.update', subject: '' });

    vi.mocked(proveBackup).mockImplementationOnce(
      (_folder, _scratch, { signal }) =>
        new Promise((_, reject) =>
          signal?.addEventListener('abort', () => reject(new BackupError('cancelled', 'x'))),
        ),
    );
    const proving = keeper.prove(work(), id, 'x');
    const stopped = expect(proving).rejects.toMatchObject({ code: 'cancelled' });
    while (vi.mocked(proveBackup).mock.calls.length === 0) await settle();
    const again = leave();
    await stopped;
    while (backUp.mock.calls.length < 2) await settle();
    backing.resolve(made);
    expect(await again).toEqual({ outcome: 'made', message: null });
  });

  test.each([
    ['in words for people', trouble(), 'The medium is full.'],
    ['without a word of what is no refusal', new TypeError('x is undefined'), null],
    ['without a word of what is no error', 'gone', null],
  ])('it is told that it failed, %s', async (_, error, message) => {
    const left = leave();
    await settle();
    backing.reject(error);
    expect(await left).toEqual({ outcome: 'failed', message });
  });
});

describe('a folder', () => {
  const other = () => path.join(root, 'other');

  test('is chosen for this computer, ends what had failed, and is entered and told of', async () => {
    await failing(trouble());
    told.length = 0;
    await keeper.choose(work(), `${other()}/`);
    expect(readBackupFolder(dataFolder)).toBe(other());
    expect([entries(), told]).toEqual([['ada backup.folder of:this-computer'], [['backups']]]);
    expect((await keeper.state(work())).failure).toBeNull();
  });

  test('that cannot be used, by whom was locked meanwhile, or for the demo, is not', async () => {
    writeFileSync(other(), '');
    await expect(keeper.choose(work(), other())).rejects.toMatchObject({ code: 'backup-place' });
    const choosing = keeper.choose(work(), path.join(root, 'third'));
    locking.abort();
    await expect(choosing).rejects.toMatchObject({ code: 'locked' });
    clinics.isDemo = true;
    await expect(keeper.choose(work(), other())).rejects.toMatchObject({ code: 'not-allowed' });
    expect([readBackupFolder(dataFolder), log, keeper.reminder()]).toEqual([medium, [], null]);
  });

  test('that is missing is reminded of', () => {
    rmSync(path.join(dataFolder, 'backup.json'));
    expect(keeper.reminder()?.what).toBe('no-folder');
  });
});
