import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { maxFileBytes } from '../clinic/entities/index.ts';

export type FileErrorCode = 'not-found' | 'not-a-file' | 'not-readable' | 'image-too-large';

/** A path that does not lead to readable bytes. The message names it. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;
  constructor(code: FileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Opening a named pipe to which nobody writes would otherwise wait for ever. */
const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The bytes of an image file, which may also be gone, a folder, forbidden or endless. */
export async function readImageFile(file: string): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, withoutWaiting);
    const stats = await handle.stat();
    if (!stats.isFile())
      throw new FileError(
        'not-a-file',
        `${file} is ${stats.isDirectory() ? 'a folder' : 'not a regular file'}. Name image files.`,
      );
    if (stats.size > maxFileBytes)
      throw new FileError(
        'image-too-large',
        `${file} is too large: ${Math.ceil(stats.size / 2 ** 20)} MiB. At most ` +
          `${maxFileBytes / 2 ** 20} MiB are read.`,
      );
    return await handle.readFile();
  } catch (error) {
    throw asFileError(file, error);
  } finally {
    await handle?.close();
  }
}

function asFileError(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof FileError) return error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    return new FileError('not-found', `${file} does not exist.`);
  if (error.code === 'EISDIR')
    return new FileError('not-a-file', `${file} is a folder. Name image files.`);
  return new FileError('not-readable', `${file} cannot be read: ${error.message}.`);
}
