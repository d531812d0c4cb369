import { chmod, copyFile, link, rename, rm } from 'node:fs/promises';
import { UpdateError } from '../../src/interchange/updates/manifest.ts';
import { sha256Of, type UpdateFile } from '../../src/interchange/updates/update-file.ts';

/** Where the version before stands, beside the one in use. */
export const previousOf = (image: string): string => `${image}.previous`;

/**
 * Puts the package of `update` in the place of the AppImage at `image`, which stays beside it as
 * `.previous`. At each moment there is a whole program at `image`.
 */
export async function replaceImage(
  update: UpdateFile,
  image: string,
  onProgress: (share: number) => void,
): Promise<void> {
  const fresh = `${image}.new`;
  try {
    await update.unpack(fresh, onProgress);
    await chmod(fresh, 0o755);
    await keepAs(image, previousOf(image));
    await rename(fresh, image);
  } finally {
    await rm(fresh, { force: true });
  }
}

/** Throws UpdateError unless the AppImage before has the SHA-256 that it had when it was replaced. */
export async function assertPrevious(image: string, formerSha256: string | null): Promise<void> {
  const previous = previousOf(image);
  if ((await sha256Of(previous)) === formerSha256) return;
  throw new UpdateError(
    'tampered',
    `${previous} is not the program that was replaced: it was changed or damaged. Nothing was changed.`,
  );
}

/** Exchanges the AppImage with the one before. */
export async function exchangeImages(image: string): Promise<void> {
  const newer = `${image}.newer`;
  await keepAs(image, newer);
  await rename(previousOf(image), image);
  await rename(newer, previousOf(image));
}

/** Has `file` also under another name, in place of what was there. */
async function keepAs(file: string, other: string): Promise<void> {
  const half = `${other}.half`;
  await rm(half, { force: true });
  try {
    await link(file, half);
  } catch {
    // A file system without links, such as a USB stick's.
    await copyFile(file, half);
  }
  await rename(half, other);
}
