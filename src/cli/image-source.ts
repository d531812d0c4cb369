import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { maxFileBytes } from '../clinic/entities/index.ts';
import { readTarEntry, type TarEntry, TarError, tarEntries } from '../interchange/tar.ts';
import { FileError, readImageFile } from './image-file.ts';

/** One image that was found, not yet read. */
export interface SourceImage {
  /** The file's name without folder and extension. */
  readonly imageId: string;
  /** For messages: where it was found. */
  readonly place: string;
  /** @throws FileError, TarError */
  read(): Promise<Uint8Array>;
}

const imageName = /\.(?:jpe?g|png|tiff?|webp|avif|heic|heif|gif)$/i;
const archiveName = /\.tar$/i;

/**
 * The images of a folder (with the folders and tar archives in it), or of one tar archive, in the
 * order of their names. Links to folders are not followed. An archive that turns out to be damaged
 * is told to `onDamage`, and the rest goes on.
 */
export async function* imagesIn(
  place: string,
  onDamage: (message: string) => void,
): AsyncGenerator<SourceImage> {
  if (!(await stat(place)).isDirectory()) {
    yield* imagesInTar(place, onDamage);
    return;
  }
  const entries = await readdir(place, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = path.join(place, entry.name);
    if (entry.isDirectory()) yield* imagesIn(inside, onDamage);
    else if (archiveName.test(inside)) yield* imagesInTar(inside, onDamage);
    else if (imageName.test(inside))
      yield { imageId: imageIdOf(inside), place: inside, read: () => readImageFile(inside) };
  }
}

async function* imagesInTar(
  file: string,
  onDamage: (message: string) => void,
): AsyncGenerator<SourceImage> {
  const archive = await open(file);
  try {
    for await (const entry of tarEntries(archive)) {
      if (!imageName.test(entry.name)) continue;
      const place = `${file}:${entry.name}`;
      yield { imageId: imageIdOf(entry.name), place, read: () => readFromTar(file, entry, place) };
    }
  } catch (error) {
    if (!(error instanceof TarError)) throw error;
    onDamage(`${file}: ${error.message}`);
  } finally {
    await archive.close();
  }
}

async function readFromTar(file: string, entry: TarEntry, place: string): Promise<Uint8Array> {
  if (entry.size > maxFileBytes)
    throw new FileError('image-too-large', `${place} has ${entry.size} bytes.`);
  const archive = await open(file);
  try {
    return await readTarEntry(archive, entry);
  } finally {
    await archive.close();
  }
}

function imageIdOf(name: string): string {
  return path.basename(name).replace(/\.[^.]*$/, '');
}
