import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  assertUsable,
  keepBackupFolder,
  readBackupFolder,
} from '../../src/station/backup/folder.ts';
import { assertWritable, FolderError, inFolder } from '../../src/station/chosen-folder.ts';

// A test that runs as root may write wherever it wants.
vi.mock('node:fs/promises', { spy: true });

let root: string;
let dataFolder: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'dermaspike-chosen-'));
  dataFolder = path.join(root, 'data');
  mkdirSync(dataFolder);
});
afterEach(() => {
  vi.mocked(access).mockReset();
  rmSync(root, { recursive: true, force: true });
});

/** A folder of this path under the test's own, made. */
function made(...names: string[]): string {
  const folder = path.join(root, ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}
function file(): string {
  const place = path.join(root, 'file');
  writeFileSync(place, '');
  return place;
}
function linkTo(target: string): string {
  const link = path.join(root, 'link');
  symlinkSync(target, link, 'dir');
  return link;
}
const failing = (code: string) => Object.assign(new Error(`${code}: it went wrong`), { code });

const refused: readonly [what: string, folder: () => string, why: RegExp][] = [
  ['that is no whole path', () => 'backups', /whole path/],
  ['that is a file', file, /This is a file/],
  ['that is the clinic’s own', () => dataFolder, /clinic’s own data/],
  ['in the clinic’s own', () => made('data', 'aside'), /clinic’s own data/],
  ['there with a name that begins with dots', () => made('data', '..aside'), /clinic’s own data/],
  ['that leads into the clinic’s own', () => path.join(linkTo(dataFolder), ''), /own data/],
];
const accepted: readonly [what: string, folder: () => string][] = [
  ['beside the clinic’s own', () => made('medium')],
  ['around the clinic’s own', () => root],
  ['with the beginning of its name', () => made('data-medium')],
  ['behind a link', () => linkTo(made('medium'))],
];

describe('a folder to write into', () => {
  test.each(refused)('%s is refused', async (_, folder, why) => {
    const refusal = { code: 'folder-refused', message: expect.stringMatching(why) };
    await expect(assertWritable(dataFolder, folder())).rejects.toMatchObject(refusal);
  });

  test('that is not there is refused by name', async () => {
    const folder = path.join(root, 'missing');
    const refusal = { code: 'folder-refused', message: expect.stringContaining(folder) };
    await expect(assertWritable(dataFolder, folder)).rejects.toMatchObject(refusal);
  });

  test.each(accepted)('%s is taken', async (_, folder) => {
    await assertWritable(dataFolder, folder());
  });

  test('is taken before there is a clinic', async () => {
    rmSync(dataFolder, { recursive: true });
    await assertWritable(dataFolder, made('medium'));
  });

  test('that is write-protected is refused', async () => {
    vi.mocked(access).mockRejectedValueOnce(failing('EROFS'));
    const refusal = { code: 'medium-read-only' };
    await expect(assertWritable(dataFolder, made('medium'))).rejects.toMatchObject(refusal);
  });

  test.each([
    ['medium-full', /no room/, ['ENOSPC', 'EDQUOT']],
    ['medium-read-only', /write protection/, ['EROFS', 'EACCES', 'EPERM']],
    [
      'medium-failed',
      /connected/,
      ['ENOENT', 'ENOTDIR', 'EIO', 'ENODEV', 'ENXIO', 'ESTALE', 'ENOTCONN', 'EHOSTDOWN'],
    ],
  ])('whose system says so is told of as %s, with what it said', async (code, words, all) => {
    for (const each of all) {
      const cause = failing(each);
      const told = await inFolder(() => Promise.reject(cause)).catch((error: unknown) => error);
      expect(told).toBeInstanceOf(FolderError);
      expect(told).toMatchObject({ code, cause, message: expect.stringMatching(words) });
    }
  });

  test('passes on what its system does not say, and what was done there', async () => {
    expect(await inFolder(async () => 7)).toBe(7);
    for (const error of [
      new FolderError('cancelled', 'Stopped.'),
      failing('EMFILE'),
      new TypeError('no code'),
      'no error',
    ])
      await expect(inFolder(() => Promise.reject(error))).rejects.toBe(error);
  });
});

describe('a folder to back up to', () => {
  test.each(refused)('%s is refused', async (_, folder, why) => {
    const refusal = { code: 'backup-place', message: expect.stringMatching(why) };
    await expect(assertUsable(dataFolder, folder())).rejects.toMatchObject(refusal);
  });

  test('may be made there yet, but its medium has to be there', async () => {
    await assertUsable(dataFolder, path.join(root, 'new'));
    const refusal = {
      code: 'backup-place',
      message: expect.stringContaining('Connect the medium'),
    };
    const missing = path.join(root, 'missing', 'new');
    await expect(assertUsable(dataFolder, missing)).rejects.toMatchObject(refusal);
  });

  test.each(accepted)('%s is taken', async (_, folder) => {
    await assertUsable(dataFolder, folder());
  });

  test('is to be written into where it is there, else where it would be made', async () => {
    const folder = made('medium');
    await assertUsable(dataFolder, folder);
    await assertUsable(dataFolder, path.join(root, 'new'));
    expect(vi.mocked(access).mock.calls.map(([place]) => place)).toEqual([folder, root]);
    vi.mocked(access).mockRejectedValueOnce(failing('EROFS'));
    await expect(assertUsable(dataFolder, folder)).rejects.toMatchObject({
      code: 'medium-read-only',
    });
  });

  test('is remembered beside the clinic, and is none where the note is damaged', () => {
    const data = path.join(root, 'new data');
    expect(readBackupFolder(data)).toBeNull();
    keepBackupFolder(data, '/medium/backups');
    expect(readBackupFolder(data)).toBe('/medium/backups');
    for (const text of ['{"folder":', '{"folder":""}', '{}']) {
      writeFileSync(path.join(data, 'backup.json'), text);
      expect(readBackupFolder(data)).toBeNull();
    }
  });

  test('that cannot be remembered is said to be, with the place', () => {
    const note = path.join(dataFolder, 'backup.json');
    mkdirSync(`${note}.tmp/in-the-way`, { recursive: true });
    expect(() => keepBackupFolder(dataFolder, '/medium/backups')).toThrow(
      expect.objectContaining({ code: 'not-saved', message: expect.stringContaining(note) }),
    );
    expect(readBackupFolder(dataFolder)).toBeNull();
  });
});
