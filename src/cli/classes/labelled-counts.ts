import { readFile } from 'node:fs/promises';
import { type LabelRow, LabelsError, readLabelRows } from '../../interchange/labels.ts';
import type { Terminal } from '../command.ts';
import { type CountingNetwork, countImages } from './image-counts.ts';

/** An image, what it is, and what the network counted of it. */
export interface CountedImage extends LabelRow {
  readonly counts: Int32Array;
}

/**
 * The images of these classes of which there are counts. Throws LabelsError where a class has none,
 * unless `some` of them are enough.
 */
export async function labelledCounts(
  source: {
    readonly images: string | undefined;
    readonly labels: string;
    readonly column: string;
    readonly kept: string | undefined;
  },
  codes: readonly string[],
  network: CountingNetwork,
  terminal: Terminal,
  folds?: readonly string[],
  wantedClasses: 'all' | 'some' = 'all',
): Promise<CountedImage[]> {
  const rows = readLabelRows(await readFile(source.labels, 'utf8'), source.column).filter(
    ({ label, fold }) => codes.includes(label) && (!folds || folds.includes(fold)),
  );
  const wanted = new Set(rows.map(({ imageId }) => imageId));
  const counts = await countImages(source.images, wanted, network, source.kept, terminal);
  const found = rows.flatMap((row) => {
    const own = counts.get(row.imageId);
    return own ? [{ ...row, counts: own }] : [];
  });
  const missing = codes.find((code) => found.every(({ label }) => label !== code));
  if (missing !== undefined && (wantedClasses === 'all' || found.length === 0))
    throw new LabelsError(`There is no image of "${missing}".`);
  return found;
}
