import { StoreError } from '../errors.ts';
import { usedBytes } from '../pages.ts';

/** The first byte of a page of a B-tree: an interior or a leaf page, of an index or a table. */
const kinds = { interiorIndex: 2, interiorTable: 5, leafIndex: 10, leafTable: 13 } as const;

const headerAt = (number: number) => (number === 1 ? 100 : 0);

/**
 * The pages of all B-trees; of the leaves none is read, but one a tree to know how deep they are.
 * @param childrenOf as the function has it
 */
export function treePages(
  roots: readonly number[],
  childrenOf: (number: number) => readonly number[] | null,
): number[] {
  const found: number[] = [];
  for (const root of new Set([1, ...roots])) {
    let level: readonly number[] = [root];
    while (level.length > 0) {
      for (const number of level) found.push(number);
      const [first] = level;
      if (first === undefined || !childrenOf(first)) break;
      level = level.flatMap((number) => childrenOf(number) ?? []);
    }
  }
  return found;
}

/**
 * The page with zeroes where nothing is stored: what was moved to another page when a tree was balanced
 * stays there otherwise. Nothing where it is so already.
 */
export function withoutRemains(text: Buffer, number: number): Buffer | undefined {
  const header = headerAt(number);
  const cells = text.readUInt16BE(header + 3);
  const content = text.readUInt16BE(header + 5);
  const pointers = header + (isInterior(text, number) ? 12 : 8) + 2 * cells;
  if (content > usedBytes || pointers > content) throw damaged(number);
  const blank = Buffer.from(text);
  blank.fill(0, pointers, content);
  for (let at = text.readUInt16BE(header + 1); at !== 0; at = text.readUInt16BE(at)) {
    const end = at + text.readUInt16BE(at + 2);
    if (at < content || end > usedBytes) throw damaged(number);
    blank.fill(0, at + 4, end);
  }
  return blank.equals(text) ? undefined : blank;
}

/** The pages that an interior page of a tree leads to; null for a leaf. */
export function childrenOf(text: Buffer, number: number): number[] | null {
  if (!isInterior(text, number)) return null;
  const header = headerAt(number);
  const cells = text.readUInt16BE(header + 3);
  const children = Array.from({ length: cells }, (_, n) =>
    text.readUInt32BE(text.readUInt16BE(header + 12 + 2 * n)),
  );
  return [...children, text.readUInt32BE(header + 8)];
}

function isInterior(text: Buffer, number: number): boolean {
  switch (text[headerAt(number)]) {
    case kinds.interiorIndex:
    case kinds.interiorTable:
      return true;
    case kinds.leafIndex:
    case kinds.leafTable:
      return false;
    default:
      throw damaged(number);
  }
}

function damaged(number: number): StoreError {
  return new StoreError(
    'database-damaged',
    `Page ${number} of clinic.db is not what its tree says. Copy the data folder as it is, then restore it from a backup.`,
  );
}
