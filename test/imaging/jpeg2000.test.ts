import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { CodecError } from '../../src/imaging/codec-error.ts';
import { decodeJpeg2000, readJpeg2000Header } from '../../src/imaging/jpeg2000.ts';

interface Library {
  J2KDecoder: new () => { decode(): void; delete(): void };
}
type Make = (options: { print(line: string): void }) => Promise<Library>;

/** What stands in for decoding, and is given what the library would say lines by. */
let standIn: ((print: (line: string) => void) => void) | undefined;
let counts = { made: 0, deleted: 0 };

const require = createRequire(import.meta.url);
const name = require.resolve('@cornerstonejs/codec-openjpeg/decodewasmjs');
const make = require(name) as Make;
const kept = require.cache[name];
if (kept) kept.exports = watched;

async function watched(options: Parameters<Make>[0]): Promise<Library> {
  counts.made += 1;
  const { J2KDecoder } = await make(options);
  const construct = (Decoder: typeof J2KDecoder) => {
    const decoder = new Decoder();
    const { decode, delete: free } = decoder;
    return Object.assign(decoder, {
      decode: () => (standIn ? standIn(options.print) : decode.call(decoder)),
      delete: () => {
        counts.deleted += 1;
        free.call(decoder);
      },
    });
  };
  return { J2KDecoder: new Proxy(J2KDecoder, { construct }) };
}

const fixture = (...names: string[]) =>
  readFileSync(path.join(import.meta.dirname, 'codecs', ...names));
const file = fixture('plain.jp2');
const drawing = { widthPx: 96, heightPx: 64, components: 3, profile: undefined };

const decoded = (bytes: Uint8Array) => decodeJpeg2000(bytes, readJpeg2000Header(bytes));
const pixelsOf = async (bytes: Uint8Array) => [
  ...(await sharp(await decoded(bytes))
    .raw()
    .toBuffer()),
];

beforeEach(async () => {
  standIn = undefined;
  await decoded(file);
  counts = { made: 0, deleted: 0 };
});

/** The place of a box, which its length begins. */
const boxAt = (kind: string) => file.indexOf(kind, 0, 'latin1') - 4;

/** The file with other lengths of its picture's box: in four bytes, and in eight behind its kind. */
function pictureBox(short: number, long?: number): Buffer {
  const at = boxAt('jp2c');
  const lengths = [Buffer.alloc(4), Buffer.alloc(long === undefined ? 0 : 8)] as const;
  lengths[0].writeUInt32BE(short);
  if (long !== undefined) lengths[1].writeBigUInt64BE(BigInt(long));
  const kind = file.subarray(at + 4, at + 8);
  return Buffer.concat([file.subarray(0, at), lengths[0], kind, lengths[1], file.subarray(at + 8)]);
}

/** The main header of a codestream (15444-1, A.5.1): both corners, then each component. */
function codestream({
  from = [0, 0],
  to = [96, 64],
  components = [[7, 1, 1]],
}: Partial<Record<'from' | 'to', number[]>> & { components?: number[][] }): Buffer {
  const bytes = Buffer.alloc(42 + 3 * components.length);
  bytes.write('ff4fff51', 'hex');
  for (const [index, value] of [...to, ...from].entries())
    bytes.writeUInt32BE(value, 8 + 4 * index);
  bytes.writeUInt16BE(components.length, 40);
  bytes.set(components.flat(), 42);
  return bytes;
}

function box(kind: string, ...content: Uint8Array[]): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(8), ...content]);
  bytes.writeUInt32BE(bytes.length);
  bytes.write(kind, 4, 'latin1');
  return bytes;
}

/** A box that says the colours by a method: of a number, or of a profile (15444-1, I.5.3.3). */
function colours(method: number, by: number | Buffer): Buffer {
  const content = typeof by === 'number' ? Buffer.alloc(4) : by;
  if (typeof by === 'number') content.writeUInt32BE(by);
  return box('colr', Buffer.from([method, 0, 0]), content);
}

/** The box that stands first in a JP2 file's header. */
const imageHeader = file.subarray(boxAt('ihdr'), boxAt('colr'));

function jp2(inner: readonly Buffer[], picture: Buffer): Buffer {
  return Buffer.concat([
    file.subarray(0, boxAt('jp2h')),
    box('jp2h', ...inner),
    box('jp2c', picture),
  ]);
}

test('a picture’s box is as long as it says, in four bytes or eight, or all that is left', () => {
  expect(readJpeg2000Header(file)).toEqual(drawing);
  expect(readJpeg2000Header(pictureBox(0))).toEqual(drawing);
  const length = file.length - boxAt('jp2c') + 8;
  expect(readJpeg2000Header(pictureBox(1, length))).toEqual(drawing);
  expect(() => readJpeg2000Header(pictureBox(7))).toThrow('Its box jp2c is damaged');
  expect(() => readJpeg2000Header(pictureBox(1, 15))).toThrow('Its box jp2c is damaged');
});

test('boxes of other kinds before the picture are passed over, by the length that they say', () => {
  const other = Buffer.concat([Buffer.from([0, 0, 0, 14]), Buffer.from('uuidabcdef')]);
  const long = Buffer.concat([
    Buffer.from([0, 0, 0, 1]),
    Buffer.from('uuid'),
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 18, 1, 2]),
  ]);
  const empty = [box('free'), Buffer.from('00000001667265650000000000000010', 'hex')];
  const at = boxAt('jp2c');
  const more = Buffer.concat([file.subarray(0, at), other, long, ...empty, file.subarray(at)]);
  expect(readJpeg2000Header(more)).toEqual(drawing);
  expect(() => readJpeg2000Header(file.subarray(0, at))).toThrow('no picture is in it');
});

test('a box that is shorter than its own beginning is damaged, be it the last eight bytes', () => {
  const short = Buffer.from('0000000766726565', 'hex');
  const at = boxAt('jp2c');
  const inner = [imageHeader, short];
  for (const bytes of [Buffer.concat([file.subarray(0, at), short]), jp2(inner, file)])
    expect(() => readJpeg2000Header(bytes)).toThrow('Its box free is damaged');
});

test('a picture’s box that holds no codestream is damaged', () => {
  const bytes = jp2([imageHeader, colours(1, 16)], Buffer.alloc(100));
  expect(() => readJpeg2000Header(bytes)).toThrow('No codestream begins where one should');
});

describe('the colours of a JP2 file', () => {
  const bare = codestream({});
  const profile = Buffer.from('a profile of some bytes');
  const said = (...inner: Buffer[]) => readJpeg2000Header(jp2(inner, bare)).profile;

  test.each([
    ['sRGB', [colours(1, 16)], undefined],
    ['grey', [colours(1, 17)], undefined],
    ['an ICC profile', [colours(2, profile)], profile],
    ['an ICC profile of no bytes', [colours(2, Buffer.alloc(0))], Buffer.alloc(0)],
    ['nothing', [], undefined],
    ['sRGB, and again by a profile', [colours(1, 16), colours(2, profile)], undefined],
    ['a profile, and again as a kind', [colours(2, profile), colours(1, 12)], profile],
    ['a method of JPX, then a profile', [colours(3, 99), colours(2, profile)], profile],
    ['two methods of JPX, then sRGB', [colours(3, 99), colours(4, 99), colours(1, 16)], undefined],
  ])('are what its header says: %s', (_, inner, wanted) => {
    const found = said(imageHeader, ...inner);
    expect(found && Buffer.from(found)).toEqual(wanted);
    // Wherever in the header.
    expect(said(...inner, imageHeader)).toEqual(found);
  });

  test.each([
    ['of kind 15', [colours(1, 15)]],
    ['of kind 18', [colours(1, 18)]],
    ['of kind 12', [colours(1, 12), colours(2, profile)]],
    ['of kind 14', [colours(3, 99), colours(1, 14)]],
    ['told in no way of JP2', [colours(0, 16)]],
    ['told in no way of JP2', [colours(3, 16), colours(4, 16)]],
  ])('that are %s are not read', (reason, inner) => {
    const refusal = new CodecError('unsupported', `Its colours are ${reason}.`);
    expect(() => said(imageHeader, ...inner)).toThrow(refusal);
  });

  test('are told by the boxes in its header alone', () => {
    const foreign = colours(3, 99);
    const head = file.subarray(0, boxAt('jp2h'));
    const header = box('jp2h', imageHeader);
    const picture = box('jp2c', bare);
    for (const boxes of [
      [header, foreign],
      [foreign, header],
      [header, box('uuid', foreign)],
      [box('uuid', foreign)],
      [box('jp2h', box('uuid', foreign))],
    ])
      expect(readJpeg2000Header(Buffer.concat([head, ...boxes, picture]))).toEqual({
        ...drawing,
        components: 1,
      });
  });

  test('end where the header ends, though their box says that it is longer', () => {
    const box = colours(2, profile);
    box.writeUInt32BE(box.length + 1000);
    const found = said(imageHeader, box);
    expect(found && Buffer.from(found)).toEqual(profile);
  });
});

describe('a palette', () => {
  const indexed = fixture('ramps', 'grey-1.j2k');
  /** Two colours, the samples of each one after the other (15444-1, I.5.3.4), and what each channel is of. */
  const withPalette = (columns: number, ...samples: number[]) => {
    const depths = Array.from({ length: columns }, () => 7);
    const map = depths.flatMap((_, column) => [0, 0, 1, column]);
    return jp2(
      [
        box('ihdr', Buffer.from([0, 0, 0, 8, 0, 0, 0, 16, 0, 1, 0, 7, 0, 0])),
        colours(1, columns < 3 ? 17 : 16),
        box('pclr', Buffer.from([0, 2, columns, ...depths, ...samples])),
        box('cmap', Buffer.from(map)),
      ],
      indexed,
    );
  };

  test('gives the picture its colours', async () => {
    const bytes = withPalette(3, 10, 20, 30, 200, 210, 220);
    expect(readJpeg2000Header(bytes)).toMatchObject({ widthPx: 16, heightPx: 8, components: 3 });
    const dark = Array.from({ length: 16 * 8 - 1 }, () => [10, 20, 30]).flat();
    expect(await pixelsOf(bytes)).toEqual([200, 210, 220, ...dark]);
  });

  test('of greys leaves it grey', async () => {
    const { channels } = await sharp(await decoded(withPalette(1, 90, 250))).metadata();
    expect(channels).toBe(1);
  });

  test.each([2, 4])('of %i columns is not read', async (columns) => {
    const samples = Array.from({ length: 2 * columns }, () => 50);
    await expect(decoded(withPalette(columns, ...samples))).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

test.each([
  ['grey', 1],
  ['grey', 7],
  ['grey', 9],
  ['grey', 15],
  ['grey', 16],
  ['colours', 4],
  ['colours', 8],
  ['colours', 12],
  ['colours', 16],
])('a ramp of %s in %i bits is brought to eight', async (kind, bits) => {
  const count = 16 * 8 * (kind === 'grey' ? 1 : 3);
  const largest = 2 ** bits - 1;
  const wanted = Array.from({ length: count }, (_, index) => {
    const value = Math.floor(((count - 1 - index) * largest) / (count - 1));
    return bits > 8 ? Math.floor(value / 2 ** (bits - 8)) : Math.round((value / largest) * 255);
  });
  const tiff = await decoded(fixture('ramps', `${kind}-${bits}.j2k`));
  expect([...tiff.subarray(8, 8 + count)]).toEqual(wanted);
});

test('a codestream says size, components and depth of its picture', () => {
  const three = [7, 7, 7].map((depth) => [depth, 1, 1]);
  expect(readJpeg2000Header(codestream({ components: three }))).toEqual(drawing);
  expect(readJpeg2000Header(codestream({ from: [4, 6], to: [100, 70] }))).toEqual({
    ...drawing,
    components: 1,
  });
  for (const depth of [0, 15])
    expect(readJpeg2000Header(codestream({ components: [[depth, 1, 1]] })).components).toBe(1);
});

test.each([
  ['a single component of half the width', [[7, 2, 1]], 'differ in size or depth'],
  [
    'a component of half the width',
    [
      [7, 1, 1],
      [7, 2, 1],
      [7, 1, 1],
    ],
    'differ in size or depth',
  ],
  [
    'a component of half the height',
    [
      [7, 1, 1],
      [7, 1, 1],
      [7, 1, 2],
    ],
    'differ in size or depth',
  ],
  [
    'a component of another depth',
    [
      [7, 1, 1],
      [7, 1, 1],
      [9, 1, 1],
    ],
    'differ in size or depth',
  ],
  ['samples with a sign', [[0x87, 1, 1]], 'of a rare kind'],
  ['samples of more than 16 bits', [[16, 1, 1]], 'of a rare kind'],
])('a codestream with %s is not read', (_, components, reason) => {
  expect(() => readJpeg2000Header(codestream({ components }))).toThrow(reason);
});

test('what ends within its header is cut short', () => {
  const bytes = codestream({ components: [7, 7, 7].map((depth) => [depth, 1, 1]) });
  for (let length = 0; length < bytes.length; length++)
    expect(() => readJpeg2000Header(bytes.subarray(0, length))).toThrow('cut short');
});

test('a picture that is of another size than its header says is damaged', async () => {
  expect(await decodeJpeg2000(file, drawing)).toBeInstanceOf(Uint8Array);
  for (const other of [{ widthPx: 95 }, { heightPx: 63 }, { components: 1 }])
    await expect(decodeJpeg2000(file, { ...drawing, ...other })).rejects.toMatchObject({
      code: 'damaged',
      message: 'It is cut short.',
    });
});

test('a picture of two or four components is not decoded', async () => {
  for (const components of [2, 4])
    await expect(decodeJpeg2000(file, { ...drawing, components })).rejects.toMatchObject({
      code: 'unsupported',
    });
});

describe('a file that OpenJPEG does not decode', () => {
  const cut = file.subarray(0, 600);

  test('is damaged, in the library’s words, and the next one is read', async () => {
    await expect(decoded(cut)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/^\[ERROR\] /),
    });
    expect(await decoded(file)).toBeInstanceOf(Uint8Array);
    expect(counts).toEqual({ made: 0, deleted: 2 });
  });

  test.each([
    [['[INFO] begun', '[ERROR] first', '[ERROR] second'], '[ERROR] first'],
    [['[INFO] begun'], 'OpenJPEG gave up.'],
  ])(
    'as it throws a number after %j is damaged, and the next one has another library',
    async (lines, message) => {
      standIn = (print) => {
        for (const line of lines) print(line);
        throw 1234;
      };
      const refusal = { name: 'CodecError', code: 'damaged', message };
      await expect(decoded(file)).rejects.toMatchObject(refusal);
      expect(counts).toEqual({ made: 0, deleted: 0 });
      standIn = undefined;
      for (let time = 0; time < 2; time++) expect(await decoded(file)).toBeInstanceOf(Uint8Array);
      expect(counts).toEqual({ made: 1, deleted: 2 });
    },
  );
});
