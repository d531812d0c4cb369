import { accessSync, constants, lstatSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';

/** What is in the way of which file, told from a file system's error; undefined for any other. */
export function accessProblem(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const file = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  return file && problem(String(error.code), path.resolve(file));
}

/** Fails like the file system does unless `file` is one that this user may read and write. */
export function assertReadableAndWritable(file: string): void {
  accessSync(file, constants.R_OK | constants.W_OK);
}

function problem(code: string, file: string): string | undefined {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `This user may not ${forbidden(file)}. Give this user the right to, or start Dermaspike as the user whom it belongs to.`;
    case 'EROFS':
      return `The disk that holds ${file} may only be read. Make it writable, or move the data folder to another.`;
    case 'ENOENT':
    case 'ELOOP':
      return danglingLink(file);
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
      return (
        danglingLink(file) ??
        `There is a file where a folder should be, or a folder where a file should be, at ${file}. Move it away, then try again.`
      );
    case 'EIO':
      return `The disk failed at ${file}. Check it and its connection, then try again.`;
    default:
      return undefined;
  }
}

/** The uppermost folder that is closed to this user, or else the file. */
function forbidden(file: string): string {
  const folder = path.dirname(file);
  const closed = upTo(folder).find((each) => !succeeds(() => accessSync(each, constants.X_OK)));
  if (closed) return `enter the folder ${closed}`;
  if (!succeeds(() => lstatSync(file))) return `write to the folder ${folder}`;
  if (!succeeds(() => accessSync(file, constants.R_OK))) return `read ${file}`;
  if (!succeeds(() => accessSync(file, constants.W_OK))) return `write to ${file}`;
  return `write to the folder ${folder}`;
}

function danglingLink(file: string): string | undefined {
  const link = upTo(file).find(
    (each) => succeeds(() => readlinkSync(each)) && !succeeds(() => statSync(each)),
  );
  return (
    link &&
    `${link} is a link to ${readlinkSync(link)}, which is not there. Connect the disk that holds it, or correct the link.`
  );
}

/** The folders above `file` from the root down, and `file`. */
function upTo(file: string): string[] {
  const folder = path.dirname(file);
  return folder === file ? [file] : [...upTo(folder), file];
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
