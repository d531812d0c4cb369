import { describe, expect, test } from 'vitest';
import { withEndOfImage } from '../../src/imaging/jpeg-end.ts';
import { textured } from './pictures.ts';

const baseline = await textured(96, 64).jpeg({ progressive: false }).toBuffer();
const progressive = await textured(96, 64).jpeg({ progressive: true }).toBuffer();
const grey = await textured(96, 64).toColourspace('b-w').jpeg().toBuffer();
const restarting = hexBefore(baseline, 'ffda', 'ffdd00040001');

/** With bytes put before the first marker of a kind. */
function hexBefore(file: Buffer, marker: string, bytes: string): Buffer {
  const at = file.indexOf(marker, 0, 'hex');
  return Buffer.concat([file.subarray(0, at), Buffer.from(bytes, 'hex'), file.subarray(at)]);
}

describe.each([
  ['of one scan', baseline],
  ['of several scans', progressive],
  ['of one component', grey],
])('a JPEG %s', (_, whole) => {
  const cut = whole.subarray(0, -2);

  test('that lacks nothing but its end is given it', () => {
    expect(Buffer.from(withEndOfImage(cut))).toEqual(whole);
  });

  test('that has its end is left as it came, whatever stands behind it', () => {
    expect(withEndOfImage(whole)).toBe(whole);
    for (const bytes of ['00', '0000', 'ffd8ffd9', 'ff'.repeat(9)]) {
      const more = Buffer.concat([whole, Buffer.from(bytes, 'hex')]);
      expect(withEndOfImage(more)).toBe(more);
    }
  });

  test('that was cut before its last scan is left as it came', () => {
    const starts = [...whole.keys()].filter(
      (at) => whole.readUInt16BE(Math.min(at, whole.length - 2)) === 0xffda,
    );
    expect(starts.length).toBeGreaterThan(0);
    for (const start of starts)
      for (const length of [start, start + 2, start + 4, start + 7]) {
        const part = whole.subarray(0, length);
        expect(withEndOfImage(part), String(length)).toBe(part);
      }
  });

  test('may have bytes that fill up before a marker', () => {
    const filled = hexBefore(cut, 'ffda', 'ffffff');
    expect(withEndOfImage(filled)).toHaveLength(filled.length + 2);
  });
});

test('restart markers and stuffed bytes are part of a scan', () => {
  const scan = Buffer.from('ff00ffd0ff00ffd7ff00', 'hex');
  const cut = Buffer.concat([restarting.subarray(0, -2), scan]);
  expect(withEndOfImage(cut)).toHaveLength(cut.length + 2);
});

test('what is no row of segments, or ends within one, is left as it came', () => {
  const start = baseline.indexOf('ffda', 0, 'hex');
  const broken = hexBefore(baseline.subarray(0, -2), 'ffda', '0102');
  const long = Buffer.concat([baseline.subarray(0, start), Buffer.from('fffeffff0000', 'hex')]);
  const tables = Buffer.from('ffd8ffc400020000', 'hex');
  for (const file of [broken, long, tables, Buffer.from('ffd8', 'hex'), Buffer.alloc(0)])
    expect(withEndOfImage(file)).toBe(file);
});

const unended = baseline.subarray(0, -2);
const behind = (bytes: string) => Buffer.concat([unended, Buffer.from(bytes, 'hex')]);

test.each([
  ['a segment to the last byte', 'fffe0002'],
  ['a segment and a byte of another', 'fffe0002ff'],
  ['the beginning of a marker', 'fffe'],
])('%s behind whole scans does not keep a file from its end', (_, bytes) => {
  const file = behind(bytes);
  expect(withEndOfImage(file)).toHaveLength(file.length + 2);
});

test.each([
  ['a segment that is a byte short', 'fffe0003'],
  ['another picture', 'ffd8ffe0'],
  ['an end with a byte that fills up before it', 'ffffd9'],
  ['a segment and then the end', 'fffe0002ffd9'],
])('%s behind whole scans is left as it came', (_, bytes) => {
  const file = behind(bytes);
  expect(withEndOfImage(file)).toBe(file);
});

test('bytes before the scan that no marker begins are not passed over, whatever length they say', () => {
  const file = hexBefore(unended, 'ffda', '01020002');
  expect(withEndOfImage(file)).toBe(file);
});

test('a comment that reads like a scan is none', () => {
  const start = baseline.indexOf('ffda', 0, 'hex');
  const comment = Buffer.from('fffe000c03010002000300003f00', 'hex');
  const file = Buffer.concat([baseline.subarray(0, start), comment]);
  expect(withEndOfImage(file)).toBe(file);
});

test('a scan that leaves out the last coefficient is not all of the picture', () => {
  const file = Buffer.from(grey.subarray(0, -2));
  const last = file.indexOf('ffda', 0, 'hex') + 4 + 1 + 2 + 1;
  expect(file[last]).toBe(63);
  file[last] = 62;
  expect(withEndOfImage(file)).toBe(file);
});

test('a frame is of any of the thirteen kinds that there are, and nothing else is one', () => {
  const at = unended.indexOf('ffc0', 0, 'hex') + 1;
  const frames = Array.from({ length: 18 }, (_, index) => 0xbf + index).filter((type) => {
    const file = Buffer.from(unended);
    file[at] = type;
    return withEndOfImage(file) !== file;
  });
  const kinds = 'c0 c1 c2 c3 c5 c6 c7 c9 ca cb cd ce cf';
  expect(frames.map((type) => type.toString(16)).join(' ')).toBe(kinds);
});
