import { describe, expect, test } from 'vitest';
import { BmpError, decodeBmp, readBmpHeader } from '../../src/imaging/bmp.ts';
import { type Bitmap, bmp, bmpRows } from './bitmaps.ts';
import { type Colour, seededRandom } from './pictures.ts';

const [black, red, tan, white]: readonly [Colour, Colour, Colour, Colour] = [
  [0, 0, 0],
  [255, 0, 0],
  [200, 150, 120],
  [255, 255, 255],
];
const palette = [black, red, tan, white];
/** What each picture shows: two rows of three pixels, from the top. */
const shown = [tan, red, white, black, white, tan];

function word(
  [r, g, b]: Colour,
  [red, green, blue]: readonly [number, number, number] = [16, 8, 0],
) {
  return r * 2 ** red + g * 2 ** green + b * 2 ** blue;
}

function decoded(bitmap: Bitmap) {
  const file = bmp(bitmap);
  const { widthPx, heightPx, pixels } = decodeBmp(file, readBmpHeader(file));
  const at = (pixel: number) => [...pixels.subarray(pixel * 3, pixel * 3 + 3)];
  return { size: [widthPx, heightPx], colours: shown.map((_, pixel) => at(pixel)) };
}

/** The shown picture's rows from the bottom, each pixel as `of` gives it. */
function upwards(of: (colour: Colour) => number) {
  return [shown.slice(3).map(of), shown.slice(0, 3).map(of)];
}

const size = { width: 3, height: 2 };
const bits5 = (value: number) => Math.round((value * 31) / 255);
const bits6 = (value: number) => Math.round((value * 63) / 255);
const index = (colour: Colour) => palette.indexOf(colour);

describe('a BMP shows the colours that it was made of', () => {
  test.each<[string, Bitmap]>([
    [
      '24 bits',
      {
        ...size,
        bits: 24,
        data: bmpRows(
          upwards((each) => word(each)),
          3,
        ),
      },
    ],
    [
      '32 bits',
      {
        ...size,
        bits: 32,
        data: bmpRows(
          upwards((each) => word(each)),
          4,
        ),
      },
    ],
    [
      'rows from the top',
      { ...size, height: -2, bits: 24, data: bmpRows(upwards((each) => word(each)).reverse(), 3) },
    ],
    [
      'masks in another order',
      {
        ...size,
        bits: 32,
        compression: 3,
        masks: [0xff, 0xff00, 0xff000000],
        data: bmpRows(
          upwards((each) => word(each, [0, 8, 24])),
          4,
        ),
      },
    ],
    ['8 bits', { ...size, bits: 8, palette, data: bmpRows(upwards(index), 1) }],
    [
      '4 bits',
      { ...size, bits: 4, palette, data: Buffer.from([0x03, 0x20, 0, 0, 0x21, 0x30, 0, 0]) },
    ],
    [
      '8-bit runs',
      {
        ...size,
        bits: 8,
        compression: 1,
        palette,
        // 0 3 2 as literals and their padding, end of line; 2 once, 1 once, 3 once, end.
        data: Buffer.from([0, 3, 0, 3, 2, 0, 0, 0, 1, 2, 1, 1, 1, 3, 0, 1]),
      },
    ],
    [
      '4-bit runs',
      {
        ...size,
        bits: 4,
        compression: 2,
        palette,
        // 0 3 in turn for two, 2 for one, end of line; a step of nothing; 2 1 3 as literals, end.
        data: Buffer.from([2, 0x03, 1, 0x20, 0, 0, 0, 2, 0, 0, 0, 3, 0x21, 0x30, 0, 1]),
      },
    ],
  ])('%s', (_, bitmap) => {
    expect(decoded(bitmap)).toEqual({ size: [3, 2], colours: shown });
  });

  test.each<[string, Bitmap]>([
    [
      '5 bits each',
      {
        ...size,
        bits: 16,
        data: bmpRows(
          upwards(([r, g, b]) => bits5(r) * 1024 + bits5(g) * 32 + bits5(b)),
          2,
        ),
      },
    ],
    [
      '5, 6 and 5 bits',
      {
        ...size,
        bits: 16,
        compression: 3,
        masks: [0xf800, 0x07e0, 0x001f],
        data: bmpRows(
          upwards(([r, g, b]) => bits5(r) * 2048 + bits6(g) * 32 + bits5(b)),
          2,
        ),
      },
    ],
  ])('16 bits, %s', (_, bitmap) => {
    const { colours } = decoded(bitmap);
    for (const [at, colour] of colours.entries())
      for (const [channel, value] of colour.entries())
        expect(Math.abs(value - (shown[at]?.[channel] ?? Number.NaN))).toBeLessThanOrEqual(4);
  });

  test('1 bit, with the oldest header', () => {
    const file = Buffer.from([
      ...[0x42, 0x4d, 40, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0],
      ...[12, 0, 0, 0, 3, 0, 2, 0, 1, 0, 1, 0],
      // Blue, green, red.
      ...[120, 150, 200, 255, 255, 255],
      ...[0b10100000, 0, 0, 0, 0b01100000, 0, 0, 0],
    ]);
    const { pixels } = decodeBmp(file, readBmpHeader(file));
    expect([...pixels]).toEqual([tan, white, white, white, tan, white].flat());
  });
});

test('a colour that no mask of a BMP holds is in none of its pixels', () => {
  const data = bmpRows(
    [
      [0xffff, 0xff],
      [0xff00, 0xffff],
    ],
    4,
  );
  const file = bmp({
    width: 2,
    height: 2,
    bits: 32,
    compression: 3,
    masks: [0xff, 0xff00, 0],
    data,
  });
  const { pixels } = decodeBmp(file, readBmpHeader(file));
  expect([...pixels]).toEqual([0, 255, 0, 255, 255, 0, 255, 255, 0, 255, 0, 0]);
});

test('a channel of three bits goes from nothing to all, evenly', () => {
  const values = Array.from({ length: 8 }, (_, value) => value);
  const data = bmpRows([values.map((value) => value * 2 ** 13)], 2);
  const masks = [0xe000, 0x1c00, 0x0380];
  const file = bmp({ width: 8, height: 1, bits: 16, compression: 3, masks, data });
  const { pixels } = decodeBmp(file, readBmpHeader(file));
  const red = values.map((value) => pixels[3 * value]);
  expect(red).toEqual([0, 36, 73, 109, 146, 182, 219, 255]);
});

test('an index without a colour is black', () => {
  const file = bmp({
    ...size,
    bits: 8,
    palette: [tan, red],
    data: bmpRows(
      [
        [0, 1, 2],
        [255, 1, 0],
      ],
      1,
    ),
  });
  const { pixels } = decodeBmp(file, readBmpHeader(file));
  expect([...pixels]).toEqual([black, red, tan, tan, red, black].flat());
});

test('a newer header holds its masks itself, and its colours stand behind it', () => {
  const longer = (bitmap: Bitmap) => {
    const file = bmp(bitmap);
    const masks = 4 * (bitmap.masks?.length ?? 0);
    const more = Buffer.concat([
      file.subarray(0, 54 + masks),
      Buffer.alloc(108 - 40 - masks),
      file.subarray(54 + masks),
    ]);
    more.writeUInt32LE(file.readUInt32LE(10) + 108 - 40 - masks, 10);
    more.writeUInt32LE(108, 14);
    return decodeBmp(more, readBmpHeader(more)).pixels;
  };
  const masks = [0xff, 0xff00, 0xff0000];
  const words = bmpRows(
    upwards((each) => word(each, [0, 8, 16])),
    4,
  );
  for (const compression of [3, 6])
    expect([...longer({ ...size, bits: 32, compression, masks, data: words })]).toEqual(
      shown.flat(),
    );
  const indices = bmpRows(upwards(index), 1);
  expect([...longer({ ...size, bits: 8, palette, data: indices })]).toEqual(shown.flat());
});

/** The palette's indices that a picture of runs shows, from the top. */
function shownByRuns(area: { width: number; height: number }, bits: 4 | 8, data: number[]) {
  const compression = bits === 8 ? 1 : 2;
  const file = bmp({ ...area, bits, compression, palette, data: Buffer.from(data) });
  const { pixels } = decodeBmp(file, readBmpHeader(file));
  return Array.from({ length: area.width * area.height }, (_, pixel) =>
    palette.findIndex((each) =>
      each.every((value, channel) => value === pixels[3 * pixel + channel]),
    ),
  );
}

test('what follows literals begins where they end, whatever fills up their last byte or two', () => {
  const line = { width: 7, height: 1 };
  const [three, five] = [
    [0, 3, 1, 2, 1, 0, 3, 3, 0, 1],
    [0, 5, 1, 2, 1, 2, 1, 0, 1, 3, 0, 1],
  ];
  expect(shownByRuns(line, 8, three)).toEqual([1, 2, 1, 3, 3, 3, 0]);
  expect(shownByRuns(line, 8, five)).toEqual([1, 2, 1, 2, 1, 3, 0]);
  expect(shownByRuns(line, 4, [0, 3, 0x12, 0x10, 3, 0x33, 0, 1])).toEqual([1, 2, 1, 3, 3, 3, 0]);
  const padded = [0, 5, 0x12, 0x12, 0x10, 0, 1, 0x33, 0, 1];
  expect(shownByRuns(line, 4, padded)).toEqual([1, 2, 1, 2, 1, 3, 0]);
});

test('runs leave what they skip black, go on where a step leads, and do not leave the picture', () => {
  const runs = (...data: number[]) => shownByRuns(size, 8, data);
  // The lower row comes first; a step of one to the right and one up.
  expect(runs(1, 3, 0, 2, 1, 1, 1, 2, 0, 1)).toEqual([0, 0, 2, 3, 0, 0]);
  expect(runs(0, 2, 2, 0, 1, 1, 0, 0, 1, 3, 0, 1)).toEqual([3, 0, 0, 0, 0, 1]);
  // Nine of a colour are more than a row has.
  expect(runs(9, 1, 0, 0, 1, 2, 0, 1)).toEqual([2, 0, 0, 1, 1, 1]);
  expect(runs(1, 3, 0, 0, 9, 1, 0, 1)).toEqual([1, 1, 1, 3, 0, 0]);
  // A row above the picture, and what stands behind its end.
  expect(runs(0, 2, 0, 2, 1, 1, 0, 1)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(runs(0, 2, 0, 3, 0, 0)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(runs(0, 2, 0, 3)).toEqual([0, 0, 0, 0, 0, 0]);
  const ends = [
    [0, 0, 0, 0],
    [0, 2],
    [0, 2, 1],
    [0, 2, 0, 2],
    [0, 3, 1],
    [0, 5, 1, 1, 1, 1],
  ];
  for (const cut of [[], [1], [1, 1], ...ends])
    expect(() => runs(...cut), String(cut)).toThrow('cut short');
});

test('of a picture of one row, no runs at all are too few', () => {
  expect(() => shownByRuns({ width: 3, height: 1 }, 8, [])).toThrow('cut short');
});

test.each([
  [8, [1, 2, 1, 2, 1, 2, 1, 2, 1, 0], 3],
  [4, [0x12, 0x12, 0x12, 0x12, 0x10, 0], 0x33],
] as const)('nine literals of %i bits are as many bytes as hold them', (bits, literals, last) => {
  const data = [0, 9, ...literals, 1, last, 0, 1];
  expect(shownByRuns({ width: 10, height: 1 }, bits, data)).toEqual([1, 2, 1, 2, 1, 2, 1, 2, 1, 3]);
});

test('runs, too, go downwards where a picture’s rows do', () => {
  const data = Buffer.from([3, 1, 0, 0, 3, 2, 0, 1]);
  const file = bmp({ ...size, height: -2, bits: 8, compression: 1, palette, data });
  const { pixels } = decodeBmp(file, readBmpHeader(file));
  expect([...pixels]).toEqual([red, red, red, tan, tan, tan].flat());
});

/** A header of this length and all before it, of a picture of one pixel. */
function headerOf(bytes: number, { bits = 24, compression = 0 } = {}) {
  const file = Buffer.alloc(14 + bytes + (compression === 3 ? 12 : 0));
  bmp({ width: 1, height: 1, bits, compression, data: new Uint8Array() }).copy(file);
  file.writeUInt32LE(bytes, 14);
  // The oldest: sides, planes and bits of two bytes each.
  if (bytes === 12)
    for (const [at, value] of [1, 1, 1, bits].entries()) file.writeUInt16LE(value, 18 + 2 * at);
  return file;
}

test.each([
  ['the oldest header', headerOf(12)],
  ['the usual header', headerOf(40)],
  ['masks behind it', headerOf(40, { bits: 32, compression: 3 })],
  ['the longest header', headerOf(1024)],
])('the header of a BMP is whole with %s, and not a byte before', (_, whole) => {
  expect(readBmpHeader(whole)).toMatchObject({ widthPx: 1, heightPx: 1 });
  for (let length = 0; length < whole.length; length++)
    expect(() => readBmpHeader(whole.subarray(0, length))).toThrow(BmpError);
});

test.each([
  ['as many as its bits tell apart', 4, 0, 16],
  ['as many as it says', 8, 3, 3],
  ['256 at most', 8, 999, 256],
  ['none where pixels hold their colours', 24, 5, 0],
])('the colours of a palette are %s', (_, bits, declared, most) => {
  const file = bmp({ width: 1, height: 1, bits, data: Buffer.alloc(2000, 7) });
  file.writeUInt32LE(declared, 46);
  const expected = [...Buffer.alloc(3 * most, 7), ...Buffer.alloc(3 * (256 - most))];
  expect([...readBmpHeader(file).palette]).toEqual(expected);
});

test.each([
  ['1 bit', 1, 33, 5],
  ['4 bits', 4, 9, 5],
  ['8 bits', 8, 5, 5],
  ['24 bits', 24, 11, 33],
])(
  'rows of %s take whole words, and the last may lack what fills it up',
  (_, bits, width, used) => {
    const rowBytes = Math.ceil(used / 4) * 4;
    const data = Buffer.alloc(rowBytes + used);
    // Of the lower row, the first in the file, all bits are set.
    data.fill(255, 0, used);
    const twoColours = Array.from({ length: 2 ** Math.min(bits, 8) }, (_, at) =>
      at ? white : black,
    );
    const colours = bits > 8 ? [] : twoColours;
    for (const height of [2, -2]) {
      const file = bmp({ width, height, bits, palette: colours, data });
      const { pixels } = decodeBmp(file, readBmpHeader(file));
      const rows = [pixels.subarray(0, 3 * width), pixels.subarray(3 * width)];
      const [set, unset] = height < 0 ? rows : rows.reverse();
      expect([new Set(set), new Set(unset)].map((each) => [...each])).toEqual([[255], [0]]);
      const cut = file.subarray(0, -1);
      expect(() => decodeBmp(cut, readBmpHeader(cut))).toThrow('cut short');
    }
  },
);

test('every value of five bits is as bright as its part of the greatest', () => {
  const values = Array.from({ length: 32 }, (_, value) => value);
  const data = bmpRows([values.map((value) => value * (1024 + 32 + 1))], 2);
  const file = bmp({ width: 32, height: 1, bits: 16, data });
  const { pixels } = decodeBmp(file, readBmpHeader(file));
  expect([...pixels]).toEqual(
    values.flatMap((value) => Array.from({ length: 3 }, () => Math.round((value * 255) / 31))),
  );
});

test.each([
  ['of one bit', [1, 2, 4], [0, 1, 6, 7], ['0 0 0', '255 0 0', '0 255 255', '255 255 255']],
  [
    'of eight bits that begin within a byte',
    [0xff * 2 ** 9, 0xff * 2 ** 18, 0xff],
    [200 * 2 ** 9 + 150 * 2 ** 18 + 120, 77 * 2 ** 9, 5 * 2 ** 18],
    ['200 150 120', '77 0 0', '0 5 0'],
  ],
  ['of all bits', [0xffffffff, 0xff, 0xff00], [0, 0xffffffff], ['0 0 0', '255 255 255']],
])('masks %s are read', (_, masks, words, colours) => {
  const data = bmpRows([words], 4);
  const file = bmp({ width: words.length, height: 1, bits: 32, compression: 3, masks, data });
  const { pixels } = decodeBmp(file, readBmpHeader(file));
  const read = words.map((_, pixel) => pixels.subarray(3 * pixel, 3 * pixel + 3).join(' '));
  expect(read).toEqual(colours);
});

test.each([
  ['no width', 18, 0],
  ['a negative width', 18, -3],
  ['no height', 22, 0],
  ['a header of a length that none has', 14, 39],
  ['a header longer than any', 14, 1025],
  ['a number of bits that none has', 28, 2],
])('a BMP with %s is of an unknown kind', (_, at, value) => {
  const file = bmp({ ...size, bits: 24, data: new Uint8Array(2000) });
  if (at === 28) file.writeUInt16LE(value, at);
  else file.writeInt32LE(value, at);
  expect(() => readBmpHeader(file)).toThrow('unknown kind');
});

test.each([
  [8, 2],
  [4, 1],
  [24, 1],
  [8, 3],
  [24, 6],
])('a BMP of %i bits is of an unknown kind with compression %i', (bits, compression) => {
  const file = bmp({ ...size, bits, compression, masks: [1, 2, 4], data: new Uint8Array(99) });
  expect(() => readBmpHeader(file)).toThrow('unknown kind');
});

test('a BMP that ends too early is cut short, and one of a rare kind is said to be', () => {
  const whole = bmp({
    ...size,
    bits: 24,
    data: bmpRows(
      upwards((each) => word(each)),
      3,
    ),
  });
  for (const length of [20, 50, 60, whole.length - 4]) {
    const part = whole.subarray(0, length);
    expect(() => decodeBmp(part, readBmpHeader(part))).toThrow('cut short');
  }
  const jpeg = bmp({ ...size, bits: 24, compression: 4, data: new Uint8Array(9) });
  expect(() => readBmpHeader(jpeg)).toThrow('unknown kind');
});

test('nonsense in a BMP gives a picture or a BmpError, and takes no longer than its bytes', () => {
  const random = seededRandom(5);
  const sound = [
    bmp({
      ...size,
      bits: 8,
      compression: 1,
      palette,
      data: Buffer.from([0, 3, 0, 3, 2, 0, 0, 0, 1, 2, 0, 1]),
    }),
    bmp({
      ...size,
      bits: 16,
      compression: 3,
      masks: [0xf800, 0x07e0, 0x1f],
      data: new Uint8Array(16),
    }),
    bmp({ ...size, bits: 24, data: new Uint8Array(24) }),
  ];
  for (let round = 0; round < 3000; round++) {
    const file = Buffer.from(sound[round % sound.length] ?? []);
    for (let flips = 0; flips < 4; flips++)
      file[14 + Math.floor(random() * (file.length - 14))] = Math.floor(random() * 256);
    try {
      const header = readBmpHeader(file);
      if (header.widthPx * header.heightPx > 1e6) continue;
      decodeBmp(file, header);
    } catch (error) {
      expect(error).toBeInstanceOf(BmpError);
    }
  }
});
