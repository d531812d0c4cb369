import { describe, expect, test } from 'vitest';
import { WireReader } from '../../src/snn/onnx/wire.ts';

describe('the protobuf reader', () => {
  const reader = (...bytes: number[]) => new WireReader(Uint8Array.from(bytes));

  test('reads varints up to 2^53 of either sign', () => {
    expect(reader(0xac, 0x02).integer()).toBe(300);
    expect(reader(...Array(9).fill(0xff), 0x01).integer()).toBe(-1);
    expect(reader(0xff, 0xff, 0xff, 0xff, 0x0f).integer()).toBe(2 ** 32 - 1);
    expect(reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f).integer()).toBe(2 ** 53 - 1);
    expect(reader(0x80, 0x80, 0x80, 0x80, 0xf8, 0xff, 0xff, 0xff, 0xff, 0x01).integer()).toBe(
      -(2 ** 31),
    );
  });

  test.each([
    ['a varint longer than ten bytes', () => reader(...Array(11).fill(0x80)).integer()],
    ['a varint longer than 64 bits', () => reader(...Array(9).fill(0xff), 0x7f).integer()],
    ['an integer beyond 2^53', () => reader(...Array(8).fill(0xff), 0x00).integer()],
    ['a number that is cut off', () => reader(0x80).integer()],
    ['a length beyond the end', () => reader(0x05, 0x01).bytes()],
    ['a negative length', () => reader(...Array(9).fill(0xff), 0x01).bytes()],
    ['a float that is cut off', () => reader(0, 0).float32()],
    ['a group', () => reader(0x0b).field()],
    ['field number 0', () => reader(0x02).field()],
    ['text that is not UTF-8', () => reader(0x02, 0xc3, 0x28).text()],
    ['an overlong encoding', () => reader(0x02, 0xc0, 0x80).text()],
    ['half a surrogate pair', () => reader(0x03, 0xed, 0xa0, 0x80).text()],
  ])('refuses %s', (_, read) => {
    expect(read).toThrow(expect.objectContaining({ code: 'file-malformed' }));
  });

  test('decodes text of one to four bytes a character', () => {
    const bytes = new TextEncoder().encode('aé€😀');
    expect(reader(bytes.length, ...bytes).text()).toBe('aé€😀');
  });
});
