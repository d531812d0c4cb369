import { usedBytes } from '../../src/store/pages.ts';

/** The first byte of a page of a B-tree. https://sqlite.org/fileformat2.html#b_tree_pages */
export const kinds = { interiorIndex: 2, interiorTable: 5, leafIndex: 10, leafTable: 13 } as const;

export function varint(value: number | bigint): Buffer {
  let left = BigInt.asUintN(64, BigInt(value));
  // The ninth byte has eight bits of the number, each before it seven.
  const bytes = left >> 56n === 0n ? [] : [Number(left & 0xffn)];
  if (bytes.length > 0) left >>= 8n;
  const isLong = bytes.length > 0;
  do {
    bytes.unshift(Number(left & 0x7fn) | (bytes.length > 0 ? 0x80 : 0));
    left >>= 7n;
  } while (isLong ? bytes.length < 9 : left > 0n);
  return Buffer.from(bytes);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** An entry whose payload is all in the page. */
export const row = (rowid: number | bigint, payloadBytes = 10) =>
  Buffer.concat([varint(payloadBytes), varint(rowid), Buffer.alloc(payloadBytes, 0xaa)]);
export const indexEntry = (payloadBytes = 10) =>
  Buffer.concat([varint(payloadBytes), Buffer.alloc(payloadBytes, 0xaa)]);
export const tableChild = (page: number, rowid: number) =>
  Buffer.concat([u32(page), varint(rowid)]);
export const indexChild = (page: number, payloadBytes = 10) =>
  Buffer.concat([u32(page), indexEntry(payloadBytes)]);

interface Laid {
  readonly kind: (typeof kinds)[keyof typeof kinds];
  /**
   * From the page's end on: entries, in their order, and how many bytes are free between them, of which four and
   * more are a block in the page's list and fewer are fragments.
   */
  readonly parts?: readonly (Buffer | number)[];
  /** The rightmost child. */
  readonly right?: number;
  readonly number?: number;
}

/** A page as SQLite lays one out; `0xee` wherever nothing is said. */
export function treePage({ kind, parts = [], right, number = 2 }: Laid): Buffer {
  const text = Buffer.alloc(usedBytes, 0xee);
  const header = number === 1 ? 100 : 0;
  let content = usedBytes;
  let fragments = 0;
  let nextFree = 0;
  const entries: number[] = [];
  for (const part of parts) {
    const bytes = typeof part === 'number' ? part : Math.max(4, part.length);
    content -= bytes;
    if (typeof part !== 'number') {
      text.set(part, content);
      entries.push(content);
    } else if (bytes < 4) fragments += bytes;
    else {
      text.writeUInt16BE(nextFree, content);
      text.writeUInt16BE(bytes, content + 2);
      nextFree = content;
    }
  }
  text[header] = kind;
  text.writeUInt16BE(nextFree, header + 1);
  text.writeUInt16BE(entries.length, header + 3);
  text.writeUInt16BE(content, header + 5);
  text[header + 7] = fragments;
  if (right !== undefined) text.writeUInt32BE(right, header + 8);
  for (const [n, at] of entries.entries())
    text.writeUInt16BE(at, header + (right === undefined ? 8 : 12) + 2 * n);
  return text;
}
