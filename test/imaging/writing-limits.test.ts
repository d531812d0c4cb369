import { describe, expect, test } from 'vitest';
import type { RgbImage } from '../../src/imaging/rgb-image.ts';
import { findWriting } from '../../src/imaging/writing.ts';

/** Its rows, `#` where there is ink. */
type Sign = readonly string[];

interface Written {
  readonly sign: Sign;
  /** Free columns before it. */
  readonly gap?: number;
  /** How far its foot is below the line's. */
  readonly below?: number;
  /** How much brighter than the paper it is. */
  readonly ink?: number;
}

const sign = (width: number, height: number, isInk: (x: number, y: number) => boolean): Sign =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (isInk(x, y) ? '#' : ' ')).join(''),
  );

/** A frame: of every row and column but its own sides two strokes. */
const ring = (width: number, height: number, stroke = 2) =>
  sign(width, height, (x, y) => Math.min(x, y, width - 1 - x, height - 1 - y) < stroke);

/** A plain bar, of which `missing` pixels of its foot are left out. */
const bar = (missing: number, height = 14) =>
  sign(4, height, (x, y) => y < height - 1 || x >= missing);

/** A block eight by ten with a slot into its head, so many rows deep; its foot is one-sided. */
const slotted = (depth: number) =>
  sign(8, 10, (x, y) => !((y < depth && (x === 3 || x === 4)) || (y > 7 && x > 4)));

const turned = (of: Sign): Sign =>
  [...(of[0] ?? '')].map((_, x) => of.map((row) => row[x]).join(''));

const paper = 120;

/** Signs side by side on a plain paper, from (`left`, …) on; the line's foot is at `foot`. */
function written(
  lines: readonly { left: number; foot: number; signs: readonly Written[] }[],
  [widthPx, heightPx]: readonly [number, number] = [600, 200],
): RgbImage {
  const pixels = new Uint8Array(3 * widthPx * heightPx).fill(paper);
  for (const { left, foot, signs } of lines) {
    let x0 = left;
    for (const { sign: rows, gap = 0, below = 0, ink = 90 } of signs) {
      x0 += gap;
      const y0 = foot + below - rows.length;
      for (const [y, row] of rows.entries())
        for (const [x, mark] of [...row].entries())
          if (mark === '#') {
            const at = 3 * ((y0 + y) * widthPx + x0 + x);
            pixels.fill(paper + ink, at, at + 3);
          }
      x0 += rows[0]?.length ?? 0;
    }
  }
  return { widthPx, heightPx, pixels };
}

const line = (signs: readonly Written[]) => findWriting(written([{ left: 40, foot: 150, signs }]));
const times = (count: number, one: Written): Written[] => Array.from({ length: count }, () => one);
const isFound = (signs: readonly Written[]) => line(signs).length > 0;

const plain: Written = { sign: ring(14, 14), gap: 8 };

test('a line’s box is that of its ink, to the pixel', () => {
  const signs = [plain, { ...plain, below: -1 }, { sign: ring(14, 18), gap: 8 }, plain];
  expect(line(signs)).toEqual([{ left: 48, top: 132, right: 128, bottom: 150 }]);
  expect(line([...times(4, plain), { ...plain, below: 2 }])).toEqual([
    { left: 48, top: 136, right: 150, bottom: 152 },
  ]);
});

describe('signs are writing, or not,', () => {
  test.each<[string, readonly Written[], readonly Written[]]>([
    ['four, not three', times(4, plain), times(3, plain)],
    [
      '7 pixels high, not 6',
      times(5, { sign: ring(7, 7), gap: 4 }),
      times(5, { sign: ring(7, 6), gap: 4 }),
    ],
    [
      '96 pixels high, not 97',
      times(4, { sign: ring(60, 96, 6), gap: 20 }),
      times(4, { sign: ring(60, 97, 6), gap: 20 }),
    ],
    [
      'up to 1.6 times as wide as high',
      times(5, { sign: ring(16, 10), gap: 8 }),
      times(5, { sign: ring(17, 10), gap: 8 }),
    ],
    [
      'that fill an eighth of their box, not a twelfth',
      times(4, { sign: ring(80, 80, 3), gap: 20 }),
      times(4, { sign: ring(80, 80, 1), gap: 20 }),
    ],
    [
      'that leave a twentieth of their box, not those that fill it',
      [plain, plain, { sign: bar(3), gap: 8 }, { sign: bar(3), gap: 8 }],
      [plain, plain, { sign: bar(2), gap: 8 }, { sign: bar(2), gap: 8 }],
    ],
    [
      'up to one and a half heights apart',
      times(5, { ...plain, gap: 21 }),
      times(5, { ...plain, gap: 22 }),
    ],
    [
      'apart by the height of the taller of two',
      [0, 1, 2, 3, 4].map((at) => ({ sign: ring(10, at % 2 ? 10 : 14), gap: 20 })),
      times(5, { sign: ring(10, 10), gap: 20 }),
    ],
    [
      'two of four that are more than a bar',
      [plain, plain, { sign: bar(3), gap: 8 }, { sign: bar(3), gap: 8 }],
      [plain, ...times(3, { sign: bar(3), gap: 8 })],
    ],
    [
      'two of five, not two of six',
      [plain, plain, ...times(3, { sign: bar(3), gap: 8 })],
      [plain, plain, ...times(4, { sign: bar(3), gap: 8 })],
    ],
    [
      'crossed twice by a fifth of their rows, not by a tenth',
      times(4, { sign: slotted(2), gap: 6 }),
      times(4, { sign: slotted(1), gap: 6 }),
    ],
    [
      'crossed twice by a fifth of their columns, not by a tenth',
      times(4, { sign: turned(slotted(2)), gap: 6 }),
      times(4, { sign: turned(slotted(1)), gap: 6 }),
    ],
    [
      'three of five on one foot, not one',
      [0, 3, 0, -3, 0].map((below) => ({ sign: ring(25, 25), gap: 12, below })),
      [-4, 0, 4, 8, 4].map((below) => ({ sign: ring(25, 25), gap: 12, below: 2 * below })),
    ],
    [
      'small ones a pixel off their foot, not two',
      [0, 0, 1, 2, 2].map((below) => ({ sign: ring(10, 10), gap: 6, below })),
      [0, 0, 2, 4, 4].map((below) => ({ sign: ring(10, 10), gap: 6, below })),
    ],
    [
      'large ones two pixels off their foot, not three',
      [4, 4, 2, 0, 0].map((below) => ({ sign: ring(25, 25), gap: 12, below })),
      [6, 6, 3, 0, 0].map((below) => ({ sign: ring(25, 25), gap: 12, below })),
    ],
  ])('%s', (_, some, others) => {
    expect([isFound(some), isFound(others)]).toEqual([true, false]);
  });
});

describe('a fifth sign belongs to the line', () => {
  const end = (fifth: Written, one = plain) => {
    const [found] = line([...times(4, one), fifth]);
    const without = line(times(4, one))[0];
    return found && without && found.right > without.right;
  };
  const tall: Written = { sign: ring(20, 25), gap: 10 };
  test.each<[string, Written, Written, Written?]>([
    ['if more than half as high', { sign: ring(8, 8), gap: 8 }, { sign: ring(8, 7), gap: 8 }],
    ['if less than twice as high', { sign: ring(20, 27), gap: 8 }, { sign: ring(20, 28), gap: 8 }],
    ['if a little raised', { ...tall, below: -7 }, { ...tall, below: -8 }, tall],
    ['if a little lowered', { ...tall, below: 7 }, { ...tall, below: 8 }, tall],
    ['if about as bright', { ...plain, ink: 65 }, { ...plain, ink: 45 }],
    ['if not much brighter', { ...plain, ink: 80 }, { ...plain, ink: 125 }, { ...plain, ink: 55 }],
    [
      'if of much the same stroke',
      { sign: ring(14, 14, 3), gap: 8 },
      { sign: ring(14, 14, 4), gap: 8 },
    ],
  ])('%s', (_, joins, stays, one) => {
    expect([end(joins, one), end(stays, one)]).toEqual([true, false]);
  });
});

test('signs and lines with one free column or row between them are signs and lines of their own', () => {
  const signs = [{ sign: ring(14, 14) }, ...times(5, { sign: ring(14, 14), gap: 1 })];
  const lines = [
    { left: 40, foot: 100, signs },
    { left: 40, foot: 115, signs },
  ];
  expect(findWriting(written(lines))).toEqual([
    { left: 40, top: 86, right: 129, bottom: 100 },
    { left: 40, top: 101, right: 129, bottom: 115 },
  ]);
});

test('what stands within a sign is no sign of its line', () => {
  const nested = sign(
    30,
    30,
    (x, y) =>
      Math.min(x, y, 29 - x, 29 - y) < 2 ||
      (Math.min(x - 9, y - 6, 20 - x, 23 - y) >= 0 && Math.min(x - 9, y - 6, 20 - x, 23 - y) < 2),
  );
  expect(isFound(times(3, { sign: nested, gap: 12 }))).toBe(false);
});

test('what touches at a corner is one sign', () => {
  const stair = sign(8, 14, (x, y) => x < 4 === y < 7);
  const back = sign(8, 14, (x, y) => x < 4 === y >= 7);
  const signs = [plain, { sign: stair, gap: 8 }, { sign: back, gap: 8 }, plain];
  expect(line(signs)).toEqual([{ left: 48, top: 136, right: 116, bottom: 150 }]);
});

test('lines are found at every edge of a picture, from above to below and from left to right', () => {
  const first: Written = { sign: ring(14, 14) };
  const whole = [first, ...times(5, { sign: ring(14, 14), gap: 6 })];
  const size = [114, 60] as const;
  expect(
    findWriting(
      written(
        [
          { left: 0, foot: 60, signs: whole },
          { left: 0, foot: 14, signs: whole },
        ],
        size,
      ),
    ),
  ).toEqual([
    { left: 0, top: 0, right: 114, bottom: 14 },
    { left: 0, top: 46, right: 114, bottom: 60 },
  ]);
  const short = [first, ...times(3, { sign: ring(14, 14), gap: 6 })];
  const [left, right] = [20, 200];
  expect(
    findWriting(
      written([
        { left: right, foot: 100, signs: short },
        { left, foot: 100, signs: short },
      ]),
    ).map((box) => box.left),
  ).toEqual([left, right]);
});
