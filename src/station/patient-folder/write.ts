import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { type PatientRecord, patientRecord } from '../../clinic/entities/index.ts';
import type { Decoder } from '../../imaging/decoder.ts';
import type { ClinicStore } from '../../store/index.ts';
import { FolderError, inFolder } from '../chosen-folder.ts';
import { asFileName, recordOf, type Taker } from './record.ts';
import { summaryOf } from './summary.ts';

/** As large as a screen shows and paper needs it. */
const picturePx = 1200;
/** What is being written; a crash may leave one, which the next writing into the folder removes. */
const unfinished = '.dermaspike-unfinished-';

interface Writing {
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
  /** Called before the folder appears; what it throws leaves none. */
  readonly enter: () => void;
}

/**
 * Writes all of a patient into a new folder within `parent`, readable by anybody: a summary, the original
 * images, the records. It appears whole or not at all. Returns its path. Throws `not-found`, FolderError.
 */
export async function writePatientFolder(
  { store, decoder }: { readonly store: ClinicStore; readonly decoder: Decoder },
  patientId: string,
  parent: string,
  taker: Taker,
  { signal, onProgress, enter }: Writing,
): Promise<string> {
  const record = recordOf(store, patientId, taker);
  return inFolder(async () => {
    await removeUnfinished(parent);
    const aside = path.join(parent, `${unfinished}${newId()}`);
    try {
      await mkdir(aside, { mode: 0o700 });
      for (const folder of ['images', 'pictures']) await mkdir(path.join(aside, folder));
      const write = (name: string, content: Uint8Array | string) =>
        writeFile(path.join(aside, name), content, { flag: 'wx', mode: 0o600, flush: true });
      const images = [
        ...record.lesions
          .flatMap((lesion) => lesion.images)
          .map((each) => ({ each, of: store.images })),
        ...record.overviews.map((each) => ({ each, of: store.overviews })),
      ];
      for (const [done, { each, of }] of images.entries()) {
        assertGoesOn(signal);
        const { id, file, fileName } = each;
        const original = of.original(id);
        await write(file, original);
        const picture = await decoder
          .render(original, { fileName, maxSidePx: picturePx, signal })
          .then(({ bytes }) => bytes)
          .catch(() => {
            // After a lock the store is closed.
            assertGoesOn(signal);
            return of.thumbnail(id);
          });
        await write(pictureOf(file), picture);
        onProgress((done + 1) / (images.length + 1));
      }
      await write('records.json', `${JSON.stringify(record, null, 2)}\n`);
      await write('records.schema.json', `${JSON.stringify(recordSchema(), null, 2)}\n`);
      await write('summary.html', summaryOf(record, pictureOf));
      assertGoesOn(signal);
      enter();
      const folder = await freeName(parent, record);
      await rename(aside, folder);
      onProgress(1);
      return folder;
    } catch (error) {
      await rm(aside, { recursive: true, force: true });
      throw error;
    }
  });
}

/** What `records.json` is, for those who write programs. */
export const recordSchema = () =>
  z.toJSONSchema(patientRecord, { io: 'output', unrepresentable: 'any' });

const pictureOf = (file: string) => file.replace(/^images\/(.*)\.[^.]*$/, 'pictures/$1.jpg');

async function freeName(parent: string, { patient, madeAt }: PatientRecord): Promise<string> {
  const { familyName, givenName } = patient;
  const name = asFileName(`${familyName} ${givenName} ${madeAt.slice(0, 10)}`.slice(0, 120));
  for (let n = 1; ; n++) {
    const folder = path.join(parent, n === 1 ? name : `${name} (${n})`);
    const isThere = await stat(folder).catch(() => undefined);
    if (!isThere) return folder;
  }
}

async function removeUnfinished(parent: string): Promise<void> {
  for (const name of await readdir(parent))
    if (name.startsWith(unfinished))
      await rm(path.join(parent, name), { recursive: true, force: true });
}

function assertGoesOn(signal: AbortSignal): void {
  if (signal.aborted)
    throw new FolderError('cancelled', 'Stopped before it was done. No folder was left.');
}
