import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.doUnmock('node:os');
  vi.resetModules();
});

/** As the module is on a host of either order of bytes. */
async function numbersOn(order: 'LE' | 'BE') {
  vi.resetModules();
  vi.doMock('node:os', () => ({ endianness: () => order }));
  return await import('../../src/store/repositories/numbers.ts');
}

/** As a row’s bytes may be: a part of larger memory, from an odd place on. */
const within = (bytes: Uint8Array) => Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);

const integers = Int32Array.of(0x201, -2, -(2 ** 31));
const fourEach = Uint8Array.of(1, 2, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0x80);
const fractions = Float64Array.of(1.5, -64.015625);
const eightEach = Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 1, 0x50, 0xc0);

test('numbers are kept as bytes, the lowest first, and are read back from anywhere in memory', async () => {
  const { fromFloat64s, fromInt32s, toFloat64s, toInt32s } = await numbersOn('LE');
  expect(toInt32s(integers)).toEqual(fourEach);
  expect(toInt32s(integers.subarray(1, 2))).toEqual(fourEach.slice(4, 8));
  expect(fromInt32s(within(fourEach))).toEqual(integers);
  expect(toFloat64s(fractions)).toEqual(eightEach);
  expect(toFloat64s(fractions.subarray(1))).toEqual(eightEach.slice(8));
  expect(fromFloat64s(within(eightEach))).toEqual(fractions);
});

test('what is read or kept is a copy, which what becomes of the original does not change', async () => {
  const { fromInt32s, toInt32s } = await numbersOn('LE');
  const bytes = Buffer.from(fourEach);
  const read = fromInt32s(bytes);
  bytes.fill(0);
  expect(read).toEqual(integers);
  const values = integers.slice();
  const kept = toInt32s(values);
  values.fill(0);
  expect(kept).toEqual(fourEach);
});

test('a host whose own numbers begin with the highest byte turns the bytes of each', async () => {
  const { fromFloat64s, fromInt32s, toFloat64s, toInt32s } = await numbersOn('BE');
  const turned = (bytes: Uint8Array, width: number) => {
    const numbers = Array.from({ length: bytes.length / width }, (_, at) =>
      [...bytes.subarray(at * width, (at + 1) * width)].reverse(),
    );
    return Uint8Array.from(numbers.flat());
  };
  expect(toInt32s(integers)).toEqual(turned(fourEach, 4));
  expect(fromInt32s(within(turned(fourEach, 4)))).toEqual(integers);
  expect(toFloat64s(fractions)).toEqual(turned(eightEach, 8));
  expect(fromFloat64s(within(turned(eightEach, 8)))).toEqual(fractions);
});
