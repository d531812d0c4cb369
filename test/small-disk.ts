import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lacks } from './requirements.ts';

/** A real file system of a few MiB, to be filled to the brim. */
export interface SmallDisk {
  readonly folder: string;
  unmount(): void;
}

/** Nothing where this user may not mount one; says so once. */
export function mountSmallDisk(sizeMib: number, suite: string): SmallDisk | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', folder];
  const mounted = process.platform === 'linux' && spawnSync('mount', options).status === 0;
  if (!mounted) {
    rmdirSync(folder);
    lacks('mount', suite);
    return undefined;
  }
  return {
    folder,
    unmount: () => {
      execFileSync('umount', [folder]);
      rmdirSync(folder);
    },
  };
}
