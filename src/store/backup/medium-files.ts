import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

// A medium may be slow or hang: nothing here waits for it on the program's loop.

/** Writes `file` whole on the medium: it is there with all of `text`, or as it was. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const fresh = `${file}.tmp`;
  try {
    const handle = await open(fresh, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await removeIfThere(fresh);
    throw error;
  }
}

/** Everything up to the first line's end. */
export async function readFirstLine(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const parts: Buffer[] = [];
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(2 ** 16), 0, 2 ** 16);
      const part = buffer.subarray(0, bytesRead);
      const end = part.indexOf('\n');
      parts.push(end < 0 ? part : part.subarray(0, end));
      if (end >= 0 || bytesRead === 0) return Buffer.concat(parts).toString('utf8');
    }
  } finally {
    await handle.close();
  }
}

/** None where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export const makeFolder = (folder: string) => mkdir(folder, { recursive: true, mode: 0o700 });

/** Where the medium is gone, its next backup removes what is left. */
export async function removeIfThere(file: string): Promise<void> {
  await rm(file, { force: true, recursive: true }).catch(() => {});
}

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Not every medium's file system can: then its own order of writing has to do. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!/^(EINVAL|ENOTSUP|EOPNOTSUPP|EISDIR|EPERM)$/.test(code)) throw error;
  } finally {
    await handle.close();
  }
}
