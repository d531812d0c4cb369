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
  /** Whether it is so in blue alone. */
  readonly inBlue?: boolean;
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

/** A frame that leans to the right by half its height. */
const italic = sign(16, 16, (x, y) => {
  const inFrame = x - ((15 - y) >> 1);
  return Math.min(inFrame, y, 8 - inFrame, 15 - y) < 2 && inFrame >= 0 && inFrame <= 8;
});

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
    for (const { sign: rows, gap = 0, below = 0, ink = 90, inBlue } of signs) {
      x0 += gap;
      const y0 = foot + below - rows.length;
      for (const [y, row] of rows.entries())
        for (const [x, mark] of [...row].entries())
          if (mark === '#') {
            const at = 3 * ((y0 + y) * widthPx + x0 + x);
            pixels.fill(paper + ink, inBlue ? at + 2 : at, at + 3);
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
      'that fill twelve of a hundred of their box, not less',
      times(4, { sign: ring(25, 46, 1), gap: 20 }),
      times(4, { sign: ring(25, 47, 1), gap: 20 }),
    ],
    [
      'that leave a twentieth of their box, not less',
      [plain, plain, { sign: bar(2, 10), gap: 8 }, { sign: bar(2, 10), gap: 8 }],
      [plain, plain, { sign: bar(1, 10), gap: 8 }, { sign: bar(1, 10), gap: 8 }],
    ],
    [
      'slanted ones whose boxes overlap by a quarter of their height, not by more',
      times(5, { sign: italic, gap: -4 }),
      times(5, { sign: italic, gap: -5 }),
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
      'three of five on one foot, wherever they are among them',
      [4, 4, 0, 0, 4].map((below) => ({ sign: ring(25, 25), gap: 12, below })),
      [8, 8, 4, 0, 4].map((below) => ({ sign: ring(25, 25), gap: 12, below })),
    ],
    [
      'small ones two pixels off their foot where a large one is among them',
      [2, 2, 0, -2, -2].map((below, at) => ({ sign: ring(14, at ? 14 : 25), gap: 12, below })),
      [2, 2, 0, -2, -2].map((below) => ({ sign: ring(14, 14), gap: 12, below })),
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
      'if of a stroke up to 1.8 times as wide',
      { sign: sign(5, 13, (x, y) => x !== 2 || y === 0 || y === 12), gap: 8 },
      { sign: ring(10, 13, 2), gap: 8 },
      { sign: ring(10, 13, 1), gap: 8 },
    ],
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
  const signs = [12, 14, 12, 14, 12, 14].map((height, at) => ({
    sign: ring(14, height),
    gap: at ? 1 : 0,
  }));
  const lines = [
    { left: 40, foot: 100, signs },
    { left: 40, foot: 115, signs },
  ];
  expect(findWriting(written(lines))).toEqual([
    { left: 40, top: 86, right: 129, bottom: 100 },
    { left: 40, top: 101, right: 129, bottom: 115 },
  ]);
});

test('a sign may stand out by three fifths of what the next one does, not by less', () => {
  // Each in a square of its own in a picture of their height, of which 148 or 74 of 592 pixels are ink.
  const wide = sign(19, 16, (x, y) => Math.min(x, y, 18 - x, 15 - y) < 2 || x === 9 || x === 10);
  const small = sign(11, 11, (x, y) => {
    return Math.min(x, y, 10 - x, 10 - y) < 2 || (x === 2 && y > 3 && y < 6);
  });
  const rightOf = (ink: number) => {
    const signs = [...times(4, { sign: wide, gap: 18, ink }), { sign: small, gap: 18, ink: 80 }];
    return findWriting(written([{ left: 0, foot: 16, signs }], [195, 16]))[0]?.right;
  };
  // 56 · 444 / 592 is three fifths of 80 · 518 / 592.
  expect([rightOf(56), rightOf(55)]).toEqual([177, 148]);
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
  const first: Written = { sign: ring(14, 13) };
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

/**
 * In a picture as high as its signs, which come again after 37 columns as the square does that a pixel is compared
 * with: 148 of 703 pixels are ink, so that all of it stands out by 555 / 703 of what it is brighter than the paper.
 */
const even = (ink: number) => {
  const signs = times(8, { sign: ring(22, 19), gap: 15, ink });
  return findWriting(written([{ left: 3, foot: 19, signs }], [317, 19]));
};

test('signs are found where they are 30 brighter or darker than what is around them, not below', () => {
  const whole = [{ left: 18, top: 0, right: 299, bottom: 19 }];
  expect([38, -38].map(even)).toEqual([whole, whole]);
  expect([37, -37].map(even)).toEqual([[], []]);
});

test('what stands out in blue alone is found, once', () => {
  expect(line(times(4, { ...plain, inBlue: true }))).toEqual(line(times(4, plain)));
  expect(line(times(4, plain))).toHaveLength(1);
});

type Place = Readonly<{ left: number; foot: number }>;

// The boxes of the first two touch.
describe.each<[string, Place, Place]>([
  ['above', { left: 20, foot: 60 }, { left: 20, foot: 74 }],
  ['left of', { left: 20, foot: 60 }, { left: 114, foot: 60 }],
  ['right of and above', { left: 60, foot: 60 }, { left: 20, foot: 90 }],
])(
  'two lines are told from above to below, from left to right: one %s the other',
  (_, ...places) => {
    test.each([
      ['the first light, the second dark', 90],
      ['the first dark, the second light', -90],
    ])('%s', (_, ink) => {
      const six = (ink: number) => [
        { sign: ring(14, 14), ink },
        ...times(5, { sign: ring(14, 14), gap: 2, ink }),
      ];
      const lines = places.map((place, at) => ({ ...place, signs: six(at === 0 ? ink : -ink) }));
      const found = findWriting(written(lines)).map(({ left, bottom }) => ({ left, foot: bottom }));
      expect(found).toEqual(places);
    });
  },
);

describe('a sign at a picture’s edge is whole', () => {
  const size = [14 * 4 + 6 * 3, 14] as const;
  const sides: readonly (readonly [string, Sign, number])[] = [
    ['left', sign(14, 14, (x, y) => x === 0 || y === 0 || y === 13), 0],
    [
      'left, with no more than its tip',
      sign(14, 14, (x, y) => x === (y === 7 ? 0 : 1) || (x > 1 && y % 13 === 0)),
      0,
    ],
    ['right', sign(14, 14, (x, y) => x === 13 || y === 0 || y === 13), 3],
    ['upper', sign(14, 14, (x, y) => y === 0 || x === 0 || x === 13), 1],
    ['lower', sign(14, 14, (x, y) => y === 13 || x === 0 || x === 13), 2],
  ];
  test.each(sides)('%s', (_, open, place) => {
    const signs = [0, 1, 2, 3].map((at) => ({
      sign: at === place ? open : ring(14, 14, 1),
      gap: at ? 6 : 0,
    }));
    expect(findWriting(written([{ left: 0, foot: 14, signs }], size))).toEqual([
      { left: 0, top: 0, right: size[0], bottom: size[1] },
    ]);
  });
});
