import fs, { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { writeWhole } from '../../src/store/backup/medium-files.ts';
import { writeDurably } from '../../src/store/durable-file.ts';
import { temporaryFolder } from './harness.ts';

/** What reaches the disk from now on, in its order. */
async function watchDisk(folder: string): Promise<string[]> {
  const seen: string[] = [];
  const nameOf = (descriptor: number) =>
    path.relative(folder, readlinkSync(`/proc/self/fd/${descriptor}`)) || 'folder';
  const { fsyncSync, renameSync } = fs;
  const probe = await open(folder);
  const handles: FileHandle = Object.getPrototypeOf(probe);
  await probe.close();
  const { sync } = handles;
  const spies = [
    vi.spyOn(fs, 'fsyncSync').mockImplementation((descriptor) => {
      seen.push(nameOf(descriptor));
      fsyncSync(descriptor);
    }),
    vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      renameSync(from, to);
      seen.push('renamed');
    }),
    vi.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
      seen.push(nameOf(this.fd));
      await sync.call(this);
    }),
  ];
  syncBuiltinESMExports();
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
    syncBuiltinESMExports();
  });
  return seen;
}

const openFiles = () => readdirSync('/proc/self/fd').length;

describe.skipIf(process.platform !== 'linux').each([
  ['the clinic’s folder', writeDurably, ['a.json.tmp', 'renamed', 'folder']],
  // Its rename is not seen here.
  ['a medium', writeWhole, ['a.json.tmp', 'folder']],
] as const)('a file in %s', (_, write, order) => {
  test('is on the disk before it takes the old one’s place, and so is the folder after it', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'a.json');
    await write(file, 'old');
    const seen = await watchDisk(folder);
    await write(file, 'new');
    expect(seen).toEqual(order);
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  test('that cannot be put there leaves nothing behind', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'a.json');
    mkdirSync(path.join(file, 'in the way'), { recursive: true });
    await expect((async () => write(file, 'new'))()).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  test('is closed again', async () => {
    const file = path.join(temporaryFolder(), 'a.json');
    await write(file, 'old');
    const before = openFiles();
    for (let n = 0; n < 5; n++) await write(file, `${n}`);
    expect(openFiles()).toBe(before);
  });
});
