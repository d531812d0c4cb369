import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sharedFile } from '../requirements.ts';
import { drawTestImage } from '../station/harness.ts';

/** Files to import: dermoscopic images where the shared data folder is there, else drawn ones. */
export async function somePictures(folder: string, count: number): Promise<string[]> {
  const originals = sharedFile('data/ham10000/originals');
  try {
    const names = readdirSync(originals).filter((name) => name.endsWith('.jpg'));
    if (names.length >= count)
      return names.slice(0, count).map((name) => path.join(originals, name));
  } catch {}
  await mkdir(folder, { recursive: true });
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const file = path.join(folder, `drawn-${index + 1}.jpg`);
      await writeFile(file, await drawTestImage(index + 1));
      return file;
    }),
  );
}
