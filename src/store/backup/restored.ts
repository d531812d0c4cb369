import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../durable-file.ts';

/** Lies in the folder of a clinic that was restored, until its audit log says so. */
const fileIn = (clinic: string) => path.join(clinic, 'restored.json');
const note = z.object({ backupId: z.uuid() });

export function noteRestored(clinic: string, backupId: string): void {
  writeDurably(fileIn(clinic), JSON.stringify({ backupId }));
}

/** Has `enter` put into the audit log that the clinic was restored, where it was and is not said yet. */
export function tellRestored(clinic: string, enter: (backupId: string) => void): void {
  const file = fileIn(clinic);
  if (!existsSync(file)) return;
  const said = note.safeParse(parseJson(readFileSync(file, 'utf8')));
  enter(said.success ? said.data.backupId : 'unknown');
  rmSync(file, { force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
