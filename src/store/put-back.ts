import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { type ClinicCopy, clinicCopy } from '../clinic/entities/index.ts';
import { databasePath } from './clinic-file.ts';
import { renameDurably, writeDurably } from './durable-file.ts';
import { notFound, translated } from './errors.ts';
import { copyFile, readCopyNote, setAsideFolder, writeCopyNote } from './set-aside.ts';

/** What is under way, should the computer stop in between. */
const step = z.object({ copyId: z.uuid(), replaced: clinicCopy });
const stepFile = (dataFolder: string) => path.join(dataFolder, 'putting-back.json');

/**
 * Puts a copy that was set aside in the place of the closed clinic, which is set aside in turn. Two
 * renames; a crash between them is made good by `finishPuttingBack`. Throws what the file system may.
 */
export function putBack(
  dataFolder: string,
  clinic: string,
  copyId: string,
  /** Of the clinic that is replaced. */
  described: Pick<ClinicCopy, 'program' | 'database'>,
): void {
  const replaced: ClinicCopy = {
    ...described,
    id: newId(),
    madeAt: new Date().toISOString(),
    why: 'replaced',
    sizeBytes: translated(
      () => statSync(databasePath(clinic), { throwIfNoEntry: false })?.size ?? 0,
    ),
  };
  writeDurably(stepFile(dataFolder), JSON.stringify({ copyId, replaced }));
  finishPuttingBack(dataFolder, clinic);
}

/** Throws `not-found`. */
export function findCopy(dataFolder: string, copyId: string): ClinicCopy {
  const copy = readCopyNote(path.join(setAsideFolder(dataFolder), copyId));
  if (copy) return copy;
  throw notFound('copy of the clinic');
}

/** Finishes what `putBack` began; does nothing where nothing was. */
export function finishPuttingBack(dataFolder: string, clinic: string): void {
  const file = stepFile(dataFolder);
  if (!existsSync(file)) return;
  const { copyId, replaced } = step.parse(JSON.parse(readFileSync(file, 'utf8')));
  const copy = path.join(setAsideFolder(dataFolder), copyId);
  const aside = path.join(setAsideFolder(dataFolder), replaced.id);
  translated(() => {
    if (existsSync(clinic) && existsSync(copy) && !existsSync(aside)) {
      writeCopyNote(clinic, replaced);
      renameDurably(clinic, aside);
    }
    if (existsSync(copy)) renameDurably(copy, clinic);
    rmSync(copyFile(clinic), { force: true });
    rmSync(file);
  });
}
