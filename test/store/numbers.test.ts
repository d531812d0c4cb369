import { afterEach, describe, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.doUnmock('node:os');
  vi.resetModules();
});

describe.each(['LE', 'BE'])('on a host that is %s', (endianness) => {
  async function numbers() {
    vi.resetModules();
    vi.doMock('node:os', () => ({ endianness: () => endianness }));
    return await import('../../src/store/repositories/numbers.ts');
  }
  /** As a row’s bytes may be: a part of larger memory, from an odd place on. */
  const within = (bytes: Uint8Array) => Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);

  test('integers are four bytes each, the lowest first', async () => {
    const { fromInt32s, toInt32s } = await numbers();
    const bytes = Uint8Array.of(1, 2, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0x80);
    const values = Int32Array.of(0x201, -2, -(2 ** 31));
    expect(fromInt32s(within(bytes))).toEqual(values);
    expect(toInt32s(values)).toEqual(bytes);
    expect(toInt32s(values.subarray(1, 2))).toEqual(bytes.slice(4, 8));
  });

  test('fractions are eight bytes each, the lowest first', async () => {
    const { fromFloat64s, toFloat64s } = await numbers();
    const bytes = Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 1, 0x50, 0xc0);
    const values = Float64Array.of(1.5, -64.015625);
    expect(fromFloat64s(within(bytes))).toEqual(values);
    expect(toFloat64s(values)).toEqual(bytes);
    expect(toFloat64s(values.subarray(1))).toEqual(bytes.slice(8));
  });
});
