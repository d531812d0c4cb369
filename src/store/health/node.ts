import { usedBytes } from '../pages.ts';

/** The first byte of a page of a B-tree. */
const kinds = { interiorIndex: 2, interiorTable: 5, leafIndex: 10, leafTable: 13 } as const;

/** What an overflow page holds, behind the number of the next one. */
export const overflowBytes = usedBytes - 4;

/** Of a table's row or an index's entry. */
interface Cell {
  /** Of a table's. */
  readonly rowid?: number;
  /** Where the rest of it is. */
  readonly overflow?: { readonly page: number; readonly bytes: number };
}

export interface Node {
  readonly isIndex: boolean;
  readonly isLeaf: boolean;
  readonly cells: readonly Cell[];
  readonly children: readonly number[];
}

/** A page of a B-tree; what is wrong with it, where it is none. https://sqlite.org/fileformat2.html#b_tree_pages */
export function readNode(text: Buffer, number: number): Node | string {
  const header = number === 1 ? 100 : 0;
  const kind = text[header];
  const isLeaf = kind === kinds.leafIndex || kind === kinds.leafTable;
  const isIndex = kind === kinds.leafIndex || kind === kinds.interiorIndex;
  if (!isLeaf && !isIndex && kind !== kinds.interiorTable) return 'is no page of a tree';
  const count = text.readUInt16BE(header + 3);
  const content = text.readUInt16BE(header + 5);
  const pointers = header + (isLeaf ? 8 : 12);
  if (pointers + 2 * count > content || content > usedBytes) return 'has no room for its entries';
  const cells: Cell[] = [];
  const children: number[] = [];
  let taken = 0;
  for (let n = 0; n < count; n++) {
    const at = text.readUInt16BE(pointers + 2 * n);
    const read = at >= content && readCell(text, at, { isIndex, isLeaf });
    if (!read) return `has an entry beyond its end`;
    taken += read.bytes;
    cells.push(read.cell);
    if (!isLeaf) children.push(text.readUInt32BE(at));
  }
  if (!isLeaf) children.push(text.readUInt32BE(header + 8));
  const free = freeBytes(text, header, content);
  if (free === undefined || taken + free !== usedBytes - content) return 'has entries that overlap';
  return { isIndex, isLeaf, cells, children };
}

/** Nothing where it reaches beyond the page. */
function readCell(
  text: Buffer,
  start: number,
  { isIndex, isLeaf }: { isIndex: boolean; isLeaf: boolean },
): { cell: Cell; bytes: number } | undefined {
  let at = isLeaf ? start : start + 4;
  const varint = () => {
    const read = readVarint(text, at);
    at += read.bytes;
    return read.value;
  };
  const payload = isIndex || isLeaf ? varint() : 0;
  const rowid = isIndex ? undefined : varint();
  const local = localBytes(payload, isIndex);
  const hasMore = local < payload;
  const end = at + local + (hasMore ? 4 : 0);
  if (!(end <= usedBytes)) return undefined;
  const cell = {
    ...(rowid !== undefined && { rowid }),
    ...(hasMore && { overflow: { page: text.readUInt32BE(at + local), bytes: payload - local } }),
  };
  // A cell takes four bytes at least.
  return { cell, bytes: Math.max(4, end - start) };
}

/** How much of a payload is in the page itself: all of what fits, else what whole overflow pages leave over. */
function localBytes(payload: number, isIndex: boolean): number {
  const most = isIndex ? Math.floor(((usedBytes - 12) * 64) / 255) - 23 : usedBytes - 35;
  const least = Math.floor(((usedBytes - 12) * 32) / 255) - 23;
  const rest = least + ((payload - least) % overflowBytes);
  return rest <= most ? rest : least;
}

/** Between a page's entries; nothing where its list of free blocks is none. */
function freeBytes(text: Buffer, header: number, content: number): number | undefined {
  let free = text[header + 7] ?? 0;
  let last = content - 1;
  for (let at = text.readUInt16BE(header + 1); at !== 0; at = text.readUInt16BE(at)) {
    if (at <= last || at + 4 > usedBytes) return undefined;
    const bytes = text.readUInt16BE(at + 2);
    last = at + bytes - 1;
    if (bytes < 4 || last >= usedBytes) return undefined;
    free += bytes;
  }
  return free;
}

/** Up to nine bytes, seven bits each, and eight in the last. Beyond the page it is not a number. */
function readVarint(text: Buffer, at: number): { value: number; bytes: number } {
  let value = 0n;
  for (let n = 0; ; n++) {
    const byte = text[at + n];
    if (byte === undefined) return { value: Number.NaN, bytes: n };
    if (n === 8) value = (value << 8n) | BigInt(byte);
    else value = (value << 7n) | BigInt(byte & 0x7f);
    if (n === 8 || byte < 0x80) return { value: Number(BigInt.asIntN(64, value)), bytes: n + 1 };
  }
}
