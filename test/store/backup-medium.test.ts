import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { holdsErased } from '../../src/store/backup/erased.ts';
import { asBackupError, assertGoesOn, BackupError } from '../../src/store/backup/errors.ts';
import {
  assertOwn,
  findBackup,
  listBackups,
  lookAtMedium,
  manifestFile,
  namesInBackup,
  packFile,
  prune,
} from '../../src/store/backup/medium.ts';
import {
  isMissing,
  makeFolder,
  namesIn,
  readFirstLine,
  removeIfThere,
  writeWhole,
} from '../../src/store/backup/medium-files.ts';
import { noteRestored, tellRestored } from '../../src/store/backup/restored.ts';
import { kept } from '../../src/store/backup/retention.ts';
import { BackupKeys } from '../../src/store/backup/seal.ts';
import { temporaryFolder, userName } from './harness.ts';
import { clinicText, madeMedium } from './made-medium.ts';
import { openFiles } from './watched-disk.ts';

let text: string;
let otherText: string;
beforeAll(async () => {
  text = await clinicText();
  otherText = await clinicText();
});
afterEach(() => void vi.restoreAllMocks());

const onDay = (day: number) => new Date(Date.UTC(2026, 2, day, 10)).toISOString();
const coded = (code: string) => Object.assign(new Error(code), { code });

describe('what lies on a medium', () => {
  test('is listed by the time that it was made, the newest first, and found by its id or as the newest', async () => {
    const { folder, clinic, put } = madeMedium(text);
    const second = await put({ madeAt: onDay(2), whole: true });
    const third = await put({ madeAt: onDay(3), whole: false });
    const first = await put({ madeAt: onDay(1) });
    writeFileSync(path.join(folder, 'photo.backup'), 'no id');
    const backups = await listBackups(folder);
    expect(backups.map(({ id }) => id)).toEqual([third, second, first]);
    expect(backups.map(({ proof }) => proof)).toEqual([
      { at: onDay(3), whole: false },
      { at: onDay(2), whole: true },
      null,
    ]);
    expect(backups[0]).toMatchObject({ clinicId: clinic.clinicId, clinicName: clinic.clinicName });
    expect(backups.map(namesInBackup)).toEqual([[userName], [userName], [userName]]);
    expect((await findBackup(folder)).id).toBe(third);
    expect((await findBackup(folder, first)).id).toBe(first);
    await expect(findBackup(folder, 'else')).rejects.toMatchObject({ code: 'backup-none' });
    await expect(findBackup(`${folder}-away`)).rejects.toMatchObject({ code: 'backup-none' });
  });

  test('with a list that cannot be read is told of by the time in its id, and not taken for another', async () => {
    const { folder, put } = madeMedium(text);
    const id = '019a2b3c-4d5e-7000-8000-000000000001';
    const sound = await put({ madeAt: onDay(1) });
    writeFileSync(manifestFile(folder, id), 'damaged');
    const madeAt = new Date(0x019a2b3c4d5e).toISOString();
    expect(await lookAtMedium(folder)).toMatchObject([
      { id: sound },
      { id, madeAt, reason: { code: 'backup-damaged' } },
    ]);
    expect((await listBackups(folder)).map((backup) => backup.id)).toEqual([sound]);
    await expect(findBackup(folder, id)).rejects.toMatchObject({ code: 'backup-damaged' });
    expect((await findBackup(folder)).id).toBe(sound);
  });

  test('of a medium that fails is not called gone', async () => {
    const { folder, put } = madeMedium(text);
    const id = await put();
    renameSync(manifestFile(folder, id), `${manifestFile(folder, id)}-away`);
    mkdirSync(manifestFile(folder, id));
    await expect(listBackups(folder)).rejects.toMatchObject({ code: 'EISDIR' });
    const { keys } = madeMedium(text);
    await expect(prune(folder, keys)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  test('is of one clinic', async () => {
    const { folder, clinic, put } = madeMedium(text);
    await put();
    await expect(assertOwn(folder, clinic.clinicId)).resolves.toBeUndefined();
    await put({ text: otherText });
    await expect(assertOwn(folder, clinic.clinicId)).rejects.toMatchObject({
      code: 'backup-other-clinic',
      message: expect.stringContaining(clinic.clinicName),
    });
  });
});

describe('what is let go of', () => {
  const ids = (names: readonly string[], end: string) =>
    names.filter((name) => name.endsWith(end)).map((name) => name.slice(0, -end.length));
  const pack = (n: number) => `01980000-0000-7000-8000-00000000000${n}`;

  test('are backups that are not kept with their proofs, the blocks that none needs, and what a crash left; nothing else', async () => {
    const { folder, keys, put } = madeMedium(text);
    // Four of one day: the newest three are kept.
    const oldest = await put({ madeAt: onDay(1), packs: [pack(1), pack(2)], whole: false });
    const left: string[] = [];
    for (const n of [3, 4, 5])
      left.push(await put({ madeAt: `2026-03-01T1${n}:00:00.000Z`, packs: [pack(2), pack(n)] }));
    writeFileSync(packFile(folder, pack(9)), 'of nobody');
    for (const name of ['a.blocks.half', 'b.backup.tmp', 'notes.txt', 'half', 'tmp'])
      writeFileSync(path.join(folder, name), name);
    await prune(folder, keys);
    const names = readdirSync(folder).sort();
    expect(ids(names, '.backup')).toEqual(left.toSorted());
    expect(ids(names, '.proof')).not.toContain(oldest);
    expect(ids(names, '.blocks')).toEqual([2, 3, 4, 5].map(pack));
    expect(names).toEqual(expect.arrayContaining(['half', 'notes.txt', 'tmp']));
    expect(names.filter((name) => /^[ab]\./.test(name))).toEqual([]);
    await prune(folder, keys);
    expect(readdirSync(folder).sort()).toEqual(names);
  });

  test('are no blocks where a list cannot be read, whose they may be', async () => {
    const { folder, keys, put } = madeMedium(text);
    await put({ packs: [pack(1)] });
    writeFileSync(packFile(folder, pack(9)), 'of nobody that is known');
    const damaged = manifestFile(folder, pack(8));
    writeFileSync(damaged, 'damaged');
    await prune(folder, keys);
    expect(existsSync(packFile(folder, pack(9)))).toBe(true);
    expect(existsSync(damaged)).toBe(true);
  });

  test('are the others when one is to be the only one, damaged ones and those of a former key among them', async () => {
    const { folder, keys, clinic, put } = madeMedium(text);
    const former = new BackupKeys(clinic.clinicId, randomBytes(32));
    await put({ packs: [pack(1)], keys: former });
    await put({ packs: [pack(2)], whole: true });
    writeFileSync(manifestFile(folder, pack(8)), 'damaged');
    const only = await put({ packs: [pack(3)], whole: true });
    await prune(folder, keys, only);
    expect(readdirSync(folder).sort()).toEqual(
      [`${only}.backup`, `${only}.proof`, `${pack(3)}.blocks`].sort(),
    );
  });

  test('are none of the blocks that a list of a former key needs, nor those of the first lists, which did not name them', async () => {
    const { folder, keys, clinic, put } = madeMedium(text);
    const former = new BackupKeys(clinic.clinicId, randomBytes(32));
    await put({ packs: [pack(1)], keys: former });
    const first = await put({ packs: [pack(2), pack(3)] });
    const file = manifestFile(folder, first);
    // A first list, sealed about a head that names no packs.
    const [head = ''] = readFileSync(file, 'utf8').split('\n');
    const { check: _, packs: __, ...said } = JSON.parse(head);
    const line = JSON.stringify(said);
    const body = {
      contents: {
        ...{ patients: 0, lesions: 0, images: 0, readings: 0, reviews: 0, auditEntries: 0 },
        ...{ auditHead: '', commits: 1 },
      },
      packs: [pack(2), pack(3)],
      blocks: '',
    };
    const sealed = keys.seal(Buffer.from(JSON.stringify(body)), Buffer.from(line));
    writeFileSync(file, `${line}\n${sealed.toString('base64')}\n`);
    writeFileSync(packFile(folder, pack(9)), 'of nobody');
    await prune(folder, keys);
    expect(ids(readdirSync(folder), '.blocks').sort()).toEqual([1, 2, 3].map(pack));
  });
});

describe('of backups on every day', () => {
  const dayMs = 86_400_000;
  const daily = (newest: string, count: number, proven?: string) =>
    Array.from({ length: count }, (_, n) => {
      const madeAt = new Date(Date.parse(`${newest}T20:00:00.000Z`) - n * dayMs).toISOString();
      const id = madeAt.slice(0, 10);
      return { id, madeAt, proof: proven === undefined ? null : { whole: id === proven } };
    });
  const months = [
    ...['2026-10-31', '2026-09-30', '2026-08-31', '2026-07-31', '2026-06-30', '2026-05-31'],
    ...['2026-04-30', '2026-03-31', '2026-02-28', '2026-01-31', '2025-12-31'],
  ];

  test.each([
    ['2026-11-29', ['28', '27', '26', '25', '24', '23', '22', '15', '08', '01']],
    ['2026-11-25', ['24', '23', '22', '21', '20', '19', '15', '08', '01']],
    ['2026-11-30', ['29', '28', '27', '26', '25', '24', '22', '15', '08']],
  ])(
    'up to %s the last of seven days, of five weeks to their Sunday and of twelve months are kept',
    (newest, days) => {
      const wanted = [newest, ...days.map((day) => `2026-11-${day}`), ...months];
      expect([...kept(daily(newest, 800))].sort()).toEqual(wanted.sort());
    },
  );

  test('the newest that was proven whole is kept, however old, and none that was found damaged', () => {
    const all = daily('2026-11-29', 800, '2025-03-03');
    expect(kept(all)).toContain('2025-03-03');
    expect(kept(all)).toHaveProperty('size', kept(daily('2026-11-29', 800)).size + 1);
    expect(kept(daily('2026-11-29', 800, 'none')).size).toBe(kept(daily('2026-11-29', 800)).size);
  });

  test('three of one day are kept, and of few all', () => {
    const hourly = Array.from({ length: 6 }, (_, n) => {
      const madeAt = `2026-11-29T${20 - n}:00:00.000Z`;
      return { id: `${n}`, madeAt, proof: null };
    });
    expect([...kept(hourly)].sort()).toEqual(['0', '1', '2']);
    expect([...kept(hourly.slice(0, 1))]).toEqual(['0']);
    expect(kept([]).size).toBe(0);
  });
});

describe('whether a backup may hold what was erased', () => {
  const last = { finishedAt: onDay(5), commits: 50 };
  test.each([
    [49, onDay(9), true],
    [50, onDay(1), false],
    [51, onDay(1), false],
  ])('goes by the commits of one whose list opens: %i', async (commits, madeAt, wanted) => {
    const { folder, keys, put } = madeMedium(text);
    await put({ commits: 60, madeAt: onDay(20) });
    await put({ commits, madeAt });
    expect(await holdsErased(folder, keys, last)).toBe(wanted);
    expect(await holdsErased(folder, keys, undefined)).toBe(false);
  });

  test.each([
    ['2026-03-05T09:59:59.999Z', true],
    [onDay(5), true],
    ['2026-03-05T10:00:00.001Z', false],
  ])('goes by the time of one of a former key: %s', async (madeAt, wanted) => {
    const { folder, keys, clinic, put } = madeMedium(text);
    await put({ madeAt, commits: 60, keys: new BackupKeys(clinic.clinicId, randomBytes(32)) });
    expect(await holdsErased(folder, keys, last)).toBe(wanted);
  });
});

describe('what a medium’s file system says', () => {
  test.each([
    ...['ENOSPC', 'EDQUOT'].map((code) => [code, 'medium-full'] as const),
    ...['EROFS', 'EACCES', 'EPERM'].map((code) => [code, 'medium-read-only'] as const),
    ...['ENOENT', 'ENOTDIR', 'EIO', 'ENODEV', 'ENXIO', 'ESTALE', 'ENOTCONN', 'EHOSTDOWN'].map(
      (code) => [code, 'medium-failed'] as const,
    ),
  ])('is told as what to do: %s', (code, wanted) => {
    const cause = coded(code);
    const told = asBackupError(cause);
    expect(told).toMatchObject({ name: 'BackupError', code: wanted, cause });
    expect(told).toHaveProperty('message', expect.stringMatching(/medium .*\. .*\./));
  });

  test('is passed on where it is something else', () => {
    const plain = new Error('plain');
    for (const error of [
      plain,
      coded('EINVAL'),
      coded('XENOSPC'),
      { code: 'ENOSPC' },
      'ENOSPC',
      null,
      new BackupError('backup-none', 'ENOSPC'),
    ])
      expect(asBackupError(error)).toBe(error);
  });

  test('goes on until it is stopped', () => {
    const stop = new AbortController();
    expect(() => assertGoesOn(undefined)).not.toThrow();
    expect(() => assertGoesOn(stop.signal)).not.toThrow();
    stop.abort();
    expect(() => assertGoesOn(stop.signal)).toThrow(expect.objectContaining({ code: 'cancelled' }));
  });
});

describe('files on a medium', () => {
  test('a first line is read up to its end, however long, and without one all of it', async () => {
    const file = path.join(temporaryFolder(), 'list');
    const before = openFiles();
    for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
      const line = 'é'.repeat(length / 2) + 'x'.repeat(length % 2);
      for (const rest of ['', '\n', '\nmore\nand more'])
        for (const [first, after] of [
          [line, rest],
          ['', `\n${line}${rest}`],
        ] as const) {
          writeFileSync(file, first + after);
          expect((await readFirstLine(file)) === first, `${length} and ${rest}`).toBe(true);
        }
    }
    if (process.platform === 'linux') expect(openFiles()).toBe(before);
  });

  test('of a folder that is not there are none; one that is no folder is told of', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    expect(await namesIn(folder)).toEqual(['file']);
    expect(await namesIn(path.join(folder, 'away'))).toEqual([]);
    await expect(namesIn(file)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  test('a folder is made with its parents, for this user alone; what is removed may be a folder, or not there', async () => {
    const folder = path.join(temporaryFolder(), 'a', 'b');
    await makeFolder(folder);
    await makeFolder(folder);
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
    writeFileSync(path.join(folder, 'file'), '');
    await removeIfThere(path.dirname(folder));
    expect(existsSync(folder)).toBe(false);
    await removeIfThere(folder);
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await removeIfThere(path.join(file, 'below'));
    expect(existsSync(file)).toBe(true);
  });

  test('missing is what the file system calls so', () => {
    expect(isMissing(coded('ENOENT'))).toBe(true);
    for (const other of [coded('EIO'), new Error('ENOENT'), { code: 'ENOENT' }, undefined])
      expect(isMissing(other)).toBe(false);
  });

  test.skipIf(process.platform === 'win32').each([
    [coded('EINVAL'), true],
    [coded('ENOTSUP'), true],
    [coded('EOPNOTSUPP'), true],
    [coded('EISDIR'), true],
    [coded('EPERM'), true],
    [coded('EIO'), false],
    [new Error('EPERM'), false],
    ['EPERM', false],
  ])(
    'where folders cannot be synchronized its own order of writing has to do, and no other failure is passed over: %s',
    async (error, isWritten) => {
      const folder = temporaryFolder();
      const file = path.join(folder, 'list');
      const probe = await open(folder);
      const handles: FileHandle = Object.getPrototypeOf(probe);
      await probe.close();
      const before = openFiles();
      const { sync } = handles;
      let calls = 0;
      vi.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
        calls += 1;
        // The file's own comes first.
        if (calls === 2) throw error;
        await sync.call(this);
      });
      const writing = writeWhole(file, 'text');
      if (isWritten) await expect(writing).resolves.toBeUndefined();
      else await expect(writing).rejects.toBe(error);
      expect(readFileSync(file, 'utf8')).toBe('text');
      expect(calls).toBe(2);
      expect(openFiles()).toBe(before);
    },
  );
});

test('that a clinic was restored is entered once, and of a note that is damaged that it was', () => {
  const clinic = temporaryFolder();
  const id = '01980000-0000-7000-8000-000000000001';
  const entered: string[] = [];
  const tell = () => tellRestored(clinic, (backupId) => void entered.push(backupId));
  tell();
  expect(entered).toEqual([]);
  noteRestored(clinic, id);
  tell();
  tell();
  expect(entered).toEqual([id]);
  for (const damaged of ['', '{"backupId": 5}']) {
    writeFileSync(path.join(clinic, 'restored.json'), damaged);
    tell();
  }
  tell();
  expect(entered).toEqual([id, 'unknown', 'unknown']);
  // Not said yet: the next time.
  noteRestored(clinic, id);
  expect(() =>
    tellRestored(clinic, () => {
      throw new Error('The disk is full.');
    }),
  ).toThrow();
  tell();
  expect(entered).toHaveLength(4);
});
