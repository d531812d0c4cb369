import { access, constants, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** Why nothing was written into a folder that a person chose. Fit to show as it is. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
  readonly code:
    | 'folder-refused'
    | 'medium-full'
    | 'medium-read-only'
    | 'medium-failed'
    | 'cancelled';
  constructor(code: FolderError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Asserts that files can be written into it, and that it is not the clinic's own. Throws FolderError. */
export async function assertWritable(dataFolder: string, folder: string): Promise<void> {
  if (!path.isAbsolute(folder))
    throw new FolderError(
      'folder-refused',
      'Give the whole path of a folder, from the root of its disk.',
    );
  const found = await stat(folder).catch(() => undefined);
  if (!found)
    throw new FolderError(
      'folder-refused',
      `The folder ${folder} is not there. Make it first, or connect the medium.`,
    );
  if (!found.isDirectory())
    throw new FolderError('folder-refused', 'This is a file. Choose a folder.');
  if (await isWithin(dataFolder, await realpath(folder)))
    throw new FolderError(
      'folder-refused',
      'This folder is within the clinic’s own data. Choose another one.',
    );
  await inFolder(() => access(folder, constants.W_OK));
}

/** Whether a folder, followed through its links, is the clinic's own or lies in it. */
export async function isWithin(dataFolder: string, folder: string): Promise<boolean> {
  const own = await realpath(dataFolder).catch(() => dataFolder);
  const way = path.relative(own, folder);
  return way.split(path.sep)[0] !== '..' && !path.isAbsolute(way);
}

/** Has the file system's errors of `work` told as FolderError. */
export async function inFolder<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFolderError(error);
  }
}

function asFolderError(error: unknown): unknown {
  if (error instanceof FolderError || !(error instanceof Error) || !('code' in error)) return error;
  const cause = { cause: error };
  const code = String(error.code);
  if (/^(ENOSPC|EDQUOT)$/.test(code))
    return new FolderError(
      'medium-full',
      'There is no room in this folder. Free some space, or choose another one.',
      cause,
    );
  if (/^(EROFS|EACCES|EPERM)$/.test(code))
    return new FolderError(
      'medium-read-only',
      'This folder cannot be written to. Remove the write protection, or choose another one.',
      cause,
    );
  if (/^(ENOENT|ENOTDIR|EIO|ENODEV|ENXIO|ESTALE|ENOTCONN|EHOSTDOWN)$/.test(code))
    return new FolderError(
      'medium-failed',
      'The medium cannot be reached, or failed. Check that it is connected, then try again.',
      cause,
    );
  return error;
}
