import fs, { readdirSync, readlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';

/**
 * What reaches the disk from now on, in its order; with `andWrites` also what is written in place and removed, which
 * is not on the disk by that.
 */
export async function watchDisk(folder: string, andWrites = false): Promise<string[]> {
  const seen: string[] = [];
  const nameOf = (descriptor: number) =>
    path.relative(folder, readlinkSync(`/proc/self/fd/${descriptor}`)) || 'folder';
  const { fsyncSync, renameSync, rmSync, writeSync } = fs;
  const probe = await open(folder);
  const handles: FileHandle = Object.getPrototypeOf(probe);
  await probe.close();
  const { sync } = handles;
  vi.spyOn(fs, 'fsyncSync').mockImplementation((descriptor) => {
    seen.push(nameOf(descriptor));
    fsyncSync(descriptor);
  });
  vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
    renameSync(from, to);
    seen.push('renamed');
  });
  vi.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
    seen.push(nameOf(this.fd));
    await sync.call(this);
  });
  if (andWrites) {
    const write = (...given: Parameters<typeof writeSync>) => {
      seen.push(`${nameOf(given[0])} written`);
      return writeSync(...given);
    };
    vi.spyOn(fs, 'writeSync').mockImplementation(write as typeof writeSync);
    vi.spyOn(fs, 'rmSync').mockImplementation((file, options) => {
      rmSync(file, options);
      seen.push(`${path.relative(folder, String(file))} removed`);
    });
  }
  syncBuiltinESMExports();
  onTestFinished(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });
  return seen;
}

/** How many this process has open, on Linux. */
export const openFiles = () => readdirSync('/proc/self/fd').length;

/** Has a function of the file system do something else until the test is done. */
export function replaceInFs(
  name: 'fdatasync' | 'renameSync' | 'statfsSync' | 'writeSync',
  work: (...given: never[]) => unknown,
): void {
  const functions: Record<string, (...given: never[]) => unknown> = fs as never;
  const spy = vi.spyOn(functions, name).mockImplementation(work);
  syncBuiltinESMExports();
  onTestFinished(() => {
    spy.mockRestore();
    syncBuiltinESMExports();
  });
}
