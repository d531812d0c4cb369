import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { translated } from './errors.ts';

/** Replaces `file` whole: after a crash it holds the old text or the new, never a part. */
export function writeDurably(file: string, text: string): void {
  const fresh = `${file}.tmp`;
  translated(() => {
    try {
      const descriptor = openSync(fresh, 'w', 0o600);
      try {
        writeFileSync(descriptor, text);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameDurably(fresh, file);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
  });
}

/** Renames within one folder, and returns when the folder says so on the disk. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(path.dirname(to));
}

/** Makes a folder for this user only, and its parents. */
export function makePrivateFolder(folder: string): void {
  translated(() => mkdirSync(folder, { recursive: true, mode: 0o700 }));
}

/** Has what was made, renamed or removed in the folder on the disk. */
export function syncFolder(folder: string): void {
  // Windows has no handle on a folder to synchronize; NTFS journals the rename itself.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
