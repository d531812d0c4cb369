import { describe, expect, test } from 'vitest';
import { withEndOfImage } from '../../src/imaging/jpeg-end.ts';
import { textured } from './pictures.ts';

const baseline = await textured(96, 64).jpeg({ progressive: false }).toBuffer();
const progressive = await textured(96, 64).jpeg({ progressive: true }).toBuffer();
const restarting = hexBefore(baseline, 'ffda', 'ffdd00040001');

/** With bytes put before the first marker of a kind. */
function hexBefore(file: Buffer, marker: string, bytes: string): Buffer {
  const at = file.indexOf(marker, 0, 'hex');
  return Buffer.concat([file.subarray(0, at), Buffer.from(bytes, 'hex'), file.subarray(at)]);
}

describe.each([
  ['of one scan', baseline],
  ['of several scans', progressive],
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
