import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pageBytes } from '../../src/store/connection.ts';
import { Pages } from '../../src/store/pages.ts';

/** Every file below a folder, the database in the clear as well. */
export function filesOf(folder: string, key: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    if (!statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    files.set(name, bytes);
    if (name.endsWith('clinic.db')) files.set(`${name} in the clear`, inTheClear(bytes, key));
  }
  return files;
}

function inTheClear(bytes: Buffer, key: Buffer): Buffer {
  const pages = new Pages(key, bytes);
  return Buffer.concat(
    Array.from({ length: bytes.length / pageBytes }, (_, n) => {
      const page = pages.open(bytes.subarray(n * pageBytes, (n + 1) * pageBytes), n + 1);
      if (!page) throw new Error(`page ${n + 1} is not authentic`);
      return page;
    }),
  );
}

/** Which of the needles are in which file. */
export const holding = (files: ReadonlyMap<string, Buffer>, needles: readonly Buffer[]) =>
  [...files].flatMap(([name, bytes]) =>
    needles.filter((needle) => bytes.includes(needle)).map((needle) => `${name}: ${needle}`),
  );
