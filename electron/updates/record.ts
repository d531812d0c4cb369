import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { packageKinds, programVersion } from '../../src/interchange/updates/manifest.ts';
import { writeDurably } from '../../src/store/durable-file.ts';

const side = z.object({ version: programVersion, database: z.int() });

/** The last update: what the step back needs to know. */
const updateRecord = z.object({
  at: z.iso.datetime(),
  kind: z.enum(packageKinds),
  from: side,
  to: side,
  /** The copy of the clinic that was set aside first; null where there was no clinic. */
  copyId: z.uuid().nullable(),
  /** Of the AppImage that was replaced. */
  formerSha256: z.string().nullable(),
});
export type UpdateRecord = z.infer<typeof updateRecord>;

const recordFile = (folder: string) => path.join(folder, 'last.json');

export function readRecord(folder: string): UpdateRecord | undefined {
  try {
    return updateRecord.parse(JSON.parse(readFileSync(recordFile(folder), 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeRecord(folder: string, record: UpdateRecord): void {
  writeDurably(recordFile(folder), `${JSON.stringify(record, null, 2)}\n`);
}
