import { lstat, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * Writes a result. A file appears whole or not at all, where a link leads to if there is one; a device
 * or a pipe is written into, never replaced.
 */
export async function writeOutput(file: string, bytes: Uint8Array): Promise<void> {
  const place = await placeOf(file);
  if (place === undefined) {
    await writeFile(file, bytes);
    return;
  }
  const fresh = `${place}.${process.pid}.tmp`;
  try {
    await writeFile(fresh, bytes, { flush: true });
    await rename(fresh, place);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** What may be replaced by a new file; nothing for what is no file, or a link to none. */
async function placeOf(file: string): Promise<string | undefined> {
  try {
    const place = await realpath(file);
    return (await stat(place)).isFile() ? place : undefined;
  } catch {
    const isLink = await lstat(file).then(
      () => true,
      () => false,
    );
    return isLink ? undefined : file;
  }
}
