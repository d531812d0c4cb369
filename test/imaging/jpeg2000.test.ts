import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { decodeJpeg2000, readJpeg2000Header } from '../../src/imaging/jpeg2000.ts';

const file = readFileSync(path.join(import.meta.dirname, 'codecs', 'plain.jp2'));
const drawing = { widthPx: 96, heightPx: 64, components: 3, bits: 8, profile: undefined };

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
  const at = boxAt('jp2c');
  const more = Buffer.concat([file.subarray(0, at), other, long, file.subarray(at)]);
  expect(readJpeg2000Header(more)).toEqual(drawing);
  expect(() => readJpeg2000Header(file.subarray(0, at))).toThrow('no picture is in it');
});

test('a codestream says size, components and depth of its picture', () => {
  const three = [7, 7, 7].map((depth) => [depth, 1, 1]);
  expect(readJpeg2000Header(codestream({ components: three }))).toEqual(drawing);
  expect(readJpeg2000Header(codestream({ from: [4, 6], to: [100, 70] }))).toEqual({
    ...drawing,
    components: 1,
  });
  expect(readJpeg2000Header(codestream({ components: [[15, 1, 1]] })).bits).toBe(16);
  expect(readJpeg2000Header(codestream({ components: [[0, 1, 1]] })).bits).toBe(1);
});

test.each([
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
  for (const other of [{ widthPx: 95 }, { heightPx: 63 }])
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
