import { readFileSync } from 'node:fs';
import { access, constants, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { makePrivateFolder, writeDurably } from '../../store/durable-file.ts';
import { BackupError } from '../../store/index.ts';
import { isWithin } from '../chosen-folder.ts';
import { StationError } from '../errors.ts';

/** Where disks are, is this computer's affair: it lies beside the clinic, not in it. */
const fileIn = (dataFolder: string) => path.join(dataFolder, 'backup.json');
const choice = z.object({ folder: z.string().min(1) });

/** Null where none was chosen, or the file is damaged. */
export function readBackupFolder(dataFolder: string): string | null {
  try {
    return choice.parse(JSON.parse(readFileSync(fileIn(dataFolder), 'utf8'))).folder;
  } catch {
    return null;
  }
}

/** @throws StationError `not-saved` */
export function keepBackupFolder(dataFolder: string, folder: string): void {
  try {
    makePrivateFolder(dataFolder);
    writeDurably(fileIn(dataFolder), `${JSON.stringify({ folder }, null, 2)}\n`);
  } catch (error) {
    throw new StationError(
      'not-saved',
      `The choice was not saved in ${fileIn(dataFolder)}: ${error instanceof Error ? error.message : error} See that this user may write there.`,
    );
  }
}

/** Asserts that a folder can be backed up to: its parent is there, and it is not beside the clinic. */
export async function assertUsable(dataFolder: string, folder: string): Promise<void> {
  const refuse = (message: string) => new BackupError('backup-place', message);
  if (!path.isAbsolute(folder))
    throw refuse('Give the whole path of a folder, from the root of its disk.');
  const parent = await realpath(path.dirname(folder)).catch(() => undefined);
  if (parent === undefined)
    throw refuse(`The folder ${path.dirname(folder)} is not there. Connect the medium first.`);
  const made = path.join(parent, path.basename(folder));
  const whole = await realpath(folder).catch(() => made);
  if (await isWithin(dataFolder, whole))
    throw refuse('This folder is within the clinic’s own data and would be lost with it.');
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory()) throw refuse('This is a file. Choose a folder.');
  await access(found ? folder : parent, constants.W_OK).catch((error: unknown) => {
    throw new BackupError(
      'medium-read-only',
      'This folder cannot be written to. Remove the write protection, or choose another one.',
      { cause: error },
    );
  });
}
