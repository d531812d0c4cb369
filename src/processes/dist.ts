import { existsSync } from 'node:fs';
import path from 'node:path';

/** The root of the installed product: the nearest folder upwards that holds package.json. */
export const productRoot: string = findRoot(import.meta.dirname);

function findRoot(from: string): string {
  if (existsSync(path.join(from, 'package.json'))) return from;
  const parent = path.dirname(from);
  if (parent === from)
    throw new Error('The program folder is incomplete: package.json is missing.');
  return findRoot(parent);
}

/** A built file, whether asked from a bundle in `dist/` or from source under test. */
export function distFile(...parts: string[]): string {
  return path.join(productRoot, 'dist', ...parts);
}
