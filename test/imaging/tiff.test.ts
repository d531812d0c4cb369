import { describe, expect, test } from 'vitest';
import { isCameraRaw, mainPage, openTiff } from '../../src/imaging/tiff.ts';

const [text, short, long, rational] = [2, 3, 4, 5];

/** An entry: its value in the directory itself, or where the value lies. */
interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly bytes: readonly number[] | number;
}

/** A TIFF structure of 4 KiB, as a rule: directories where they are asked for, each with the place of the next. */
function tiff(
  directories: Readonly<Record<number, readonly Entry[]>>,
  { next = {} as Readonly<Record<number, number>>, isLittle = true, first = 8, length = 4096 } = {},
) {
  const block = new Uint8Array(length);
  const view = new DataView(block.buffer);
  block.set(isLittle ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, 42, isLittle);
  view.setUint32(4, first, isLittle);
  for (const [place, entries] of Object.entries(directories)) {
    const start = Number(place);
    view.setUint16(start, entries.length, isLittle);
    for (const [index, { tag, type, count, bytes }] of entries.entries()) {
      const at = start + 2 + 12 * index;
      view.setUint16(at, tag, isLittle);
      view.setUint16(at + 2, type, isLittle);
      view.setUint32(at + 4, count, isLittle);
      if (typeof bytes === 'number') view.setUint32(at + 8, bytes, isLittle);
      else block.set(bytes, at + 8);
    }
    view.setUint32(start + 2 + 12 * entries.length, next[start] ?? 0, isLittle);
  }
  return { block, view };
}

const read = (entry: Omit<Entry, 'tag'>, fill?: (view: DataView, block: Uint8Array) => void) => {
  const { block, view } = tiff({ 8: [{ tag: 700, ...entry }] });
  fill?.(view, block);
  const directory = openTiff(block)?.directory(8);
  if (!directory) throw new Error('There is no directory.');
  return directory;
};

describe('the values of an entry', () => {
  test.each([true, false])('are numbers of each type, in either byte order (%o)', (isLittle) => {
    const { block, view } = tiff(
      {
        8: [
          { tag: 1, type: long, count: 1, bytes: 70_000 },
          { tag: 2, type: long, count: 2, bytes: 3000 },
          { tag: 3, type: rational, count: 2, bytes: 3100 },
          { tag: 4, type: short, count: 3, bytes: 3200 },
        ],
      },
      { isLittle },
    );
    for (const [index, value] of [5, 90_000].entries())
      view.setUint32(3000 + 4 * index, value, isLittle);
    for (const [index, value] of [1, 4, 299, 1000].entries())
      view.setUint32(3100 + 4 * index, value, isLittle);
    for (const [index, value] of [7, 8, 60_000].entries())
      view.setUint16(3200 + 2 * index, value, isLittle);
    const directory = openTiff(block)?.directory(8);
    expect([1, 2, 3, 4, 5].map((tag) => directory?.numbers(tag))).toEqual([
      [70_000],
      [5, 90_000],
      [0.25, 0.299],
      [7, 8, 60_000],
      [],
    ]);
    expect([1, 2, 5].map((tag) => directory?.integer(tag))).toEqual([70_000, 5, null]);
    expect([4, 5].map((tag) => directory?.has(tag))).toEqual([true, false]);
  });

  test('stand in the entry itself where four bytes hold them', () => {
    expect(read({ type: short, count: 2, bytes: [1, 0, 2, 1] }).numbers(700)).toEqual([1, 258]);
    expect(read({ type: short, count: 1, bytes: [9, 0, 0, 0] }).numbers(700)).toEqual([9]);
    expect(read({ type: text, count: 4, bytes: [65, 66, 67, 0] }).text(700)).toBe('ABC');
    expect(read({ type: text, count: 4, bytes: [65, 66, 67, 68] }).text(700)).toBe('ABCD');
    const beside = read({ type: text, count: 5, bytes: 3000 }, (_, block) =>
      block.set(Buffer.from('ABCDE'), 3000),
    );
    expect(beside.text(700)).toBe('ABCDE');
  });

  test('are of another type than is wanted, or of none that is known: there are none', () => {
    expect(read({ type: text, count: 2, bytes: [65, 0] }).numbers(700)).toEqual([]);
    expect(read({ type: 1, count: 1, bytes: [65, 0] }).numbers(700)).toEqual([]);
    expect(read({ type: short, count: 1, bytes: [65, 0] }).text(700)).toBeNull();
    expect(read({ type: text, count: 2, bytes: [65, 0] }).text(701)).toBeNull();
  });

  test('are at most 16 numbers and 256 bytes of text', () => {
    expect(read({ type: long, count: 5000, bytes: 2000 }).numbers(700)).toHaveLength(16);
    const filled = (block: Uint8Array) => block.fill(65, 2000, 3000);
    const long256 = read({ type: text, count: 5000, bytes: 2000 }, (_, block) => filled(block));
    expect(long256.text(700)).toBe('A'.repeat(256));
  });

  test('lie in the structure to the last byte, or there are none', () => {
    expect(read({ type: long, count: 2, bytes: 4096 - 8 }).numbers(700)).toEqual([0, 0]);
    expect(read({ type: long, count: 2, bytes: 4096 - 7 }).numbers(700)).toEqual([]);
    expect(read({ type: text, count: 8, bytes: 4096 - 8 }).text(700)).toBe('');
    expect(read({ type: text, count: 8, bytes: 4096 - 7 }).text(700)).toBeNull();
  });

  test('that are text end at a nought, in UTF-8 or as old cameras write', () => {
    const written = (...bytes: number[]) =>
      read({ type: text, count: 40, bytes: 3000 }, (_, block) => block.set(bytes, 3000)).text(700);
    expect(written(...Buffer.from('Zürich\0behind'))).toBe('Zürich');
    expect(written(0x5a, 0xfc, 0x72)).toBe('Zür');
  });
});

describe('a structure', () => {
  test('is one by its mark alone, behind a prefix too', () => {
    const { block } = tiff({ 8: [] });
    expect(openTiff(block)?.firstDirectory).toBe(8);
    expect(openTiff(Buffer.concat([Buffer.from('Exif\0\0'), block]))?.firstDirectory).toBe(8);
    expect(openTiff(block.subarray(0, 8))?.firstDirectory).toBe(8);
    expect(openTiff(block.subarray(0, 7))).toBeNull();
    const other = Uint8Array.from(block);
    other[2] = 43;
    expect(openTiff(other)).toBeNull();
    // One letter of the prefix is none.
    for (const [at, letter] of ['E', 'x'].entries()) {
      const { block: big } = tiff({ 8: [] }, { isLittle: false });
      big.set(Buffer.from(letter), at);
      expect(openTiff(big)?.firstDirectory).toBe(8);
    }
  });

  test('has directories within it alone', () => {
    const { block } = tiff({ 8: [] });
    expect(openTiff(block)?.directory(4094)).not.toBeNull();
    expect(openTiff(block)?.directory(4095)).toBeNull();
    // Its number of entries and no more; so nothing follows.
    expect(openTiff(block)?.directory(4094)?.next).toBe(0);
  });

  test('says of a directory where the next one is, if it holds that', () => {
    const { block } = tiff(
      { 8: [{ tag: 1, type: long, count: 1, bytes: 5 }] },
      { next: { 8: 500 } },
    );
    expect(openTiff(block)?.directory(8)?.next).toBe(500);
    // It is no entry.
    expect(openTiff(block)?.directory(8)?.has(500)).toBe(false);
    const three = [1, 2, 3].map((tag) => ({ tag, type: long, count: 1, bytes: 5 }));
    const { block: larger } = tiff({ 8: three }, { next: { 8: 500 } });
    expect(openTiff(larger)?.directory(8)?.next).toBe(500);
    const end = 8 + 2 + 12;
    expect(openTiff(block.subarray(0, end + 4))?.directory(8)?.next).toBe(500);
    expect(openTiff(block.subarray(0, end + 3))?.directory(8)?.next).toBe(0);
    expect(openTiff(block.subarray(0, end))?.directory(8)?.has(1)).toBe(true);
    expect(
      openTiff(block.subarray(0, end - 1))
        ?.directory(8)
        ?.has(1),
    ).toBe(false);
  });
});

test('a directory is read up to its 512th entry, and the next one is found behind all', () => {
  const entries = Array.from({ length: 513 }, (_, index) => ({
    tag: index + 1,
    type: long,
    count: 1,
    bytes: index,
  }));
  const { block } = tiff({ 8: entries }, { next: { 8: 500 }, length: 8192 });
  const directory = openTiff(block)?.directory(8);
  expect([511, 512, 513].map((tag) => directory?.integer(tag))).toEqual([510, 511, null]);
  expect(directory?.next).toBe(500);
});

const kind = (value: number): Entry => ({ tag: 0xfe, type: long, count: 1, bytes: value });
const sub: Entry = { tag: 0x14a, type: long, count: 1, bytes: 900 };

describe('the pages of a file', () => {
  test('are looked at for the picture itself, behind small copies and masks', () => {
    const pages = (...kinds: number[]) => {
      const places = kinds.map((_, index) => 8 + 100 * index);
      const { block } = tiff(
        Object.fromEntries(kinds.map((value, index) => [places[index] ?? 0, [kind(value)]])),
        { next: Object.fromEntries(places.map((place, index) => [place, places[index + 1] ?? 0])) },
      );
      return mainPage(block)?.index;
    };
    expect([pages(0), pages(1, 0), pages(4, 1, 0), pages(5, 2, 0)]).toEqual([0, 1, 2, 1]);
    // All of them are something else: the first is taken.
    expect(pages(1, 4)).toBe(0);
    expect(mainPage(new Uint8Array(9))).toBeUndefined();
  });

  test('are looked at up to the thousandth', () => {
    const pictureBehind = (copies: number) => {
      const places = Array.from({ length: copies + 1 }, (_, index) => 8 + 18 * index);
      const { block } = tiff(
        Object.fromEntries(places.map((place, index) => [place, [kind(index < copies ? 1 : 0)]])),
        {
          next: Object.fromEntries(places.map((place, index) => [place, places[index + 1] ?? 0])),
          length: 20_000,
        },
      );
      return mainPage(block)?.index;
    };
    expect([998, 999, 1000].map(pictureBehind)).toEqual([998, 999, 0]);
  });

  test('end where the next one would lie outside the file', () => {
    const { block } = tiff({ 8: [kind(1)] }, { next: { 8: 5000 } });
    expect(mainPage(block)?.index).toBe(0);
  });

  test('are not followed in circles', () => {
    const { block } = tiff({ 8: [kind(1)], 108: [kind(1)] }, { next: { 8: 108, 108: 8 } });
    expect(mainPage(block)?.index).toBe(0);
    expect(isCameraRaw(block)).toBe(true);
  });

  test('are a camera’s raw file where the first is a preview of what is beneath, or of nothing', () => {
    const raw = (entries: readonly Entry[], second?: readonly Entry[]) =>
      isCameraRaw(
        tiff({ 8: entries, ...(second && { 500: second }) }, { next: second ? { 8: 500 } : {} })
          .block,
      );
    expect(raw([kind(1)])).toBe(true);
    expect(raw([kind(1), sub], [kind(0)])).toBe(true);
    expect(raw([kind(1)], [kind(0)])).toBe(false);
    expect(raw([kind(0), sub])).toBe(false);
    expect(raw([{ tag: 0xc612, type: long, count: 1, bytes: 1 }], [kind(0)])).toBe(true);
    const canon = tiff({ 16: [kind(0)] }, { first: 16 }).block;
    expect(isCameraRaw(canon)).toBe(false);
    for (const letters of ['CX', 'XR']) {
      canon.set(Buffer.from(letters), 8);
      expect(isCameraRaw(canon), letters).toBe(false);
    }
    canon.set(Buffer.from('CR'), 8);
    expect(isCameraRaw(canon)).toBe(true);
    expect(isCameraRaw(new Uint8Array(9))).toBe(false);
  });
});
