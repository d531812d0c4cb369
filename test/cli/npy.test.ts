import { describe, expect, test } from 'vitest';
import { NpyError, readNpy, writeNpy } from '../../src/cli/npy.ts';

describe('.npy files', () => {
  const values = Float32Array.of(1, -2.5, 3e38, 0, 5, 6);

  test('come back as they were written', () => {
    for (const shape of [[6], [2, 3], [1, 2, 3]]) {
      const file = writeNpy(values, shape);
      expect(readNpy(file)).toEqual({ dtype: 'float32', shape, data: values });
      expect((file.indexOf(0x0a) + 1) % 64).toBe(0);
    }
    expect(() => writeNpy(values, [5])).toThrow(RangeError);
  });

  test('of versions 2 and 3 are read, others refused by name', () => {
    const file = writeNpy(values, [6]);
    const header = file.subarray(10, file.indexOf(0x0a) + 1);
    for (const version of [2, 3]) {
      const length = [header.length & 255, header.length >> 8, 0, 0];
      const longer = Uint8Array.from([
        ...file.subarray(0, 6),
        version,
        0,
        ...length,
        ...header,
        ...file.subarray(10 + header.length),
      ]);
      expect(readNpy(longer).data).toEqual(values);
    }
    const newer = Uint8Array.from(file);
    newer[6] = 4;
    expect(() => readNpy(newer)).toThrow(/version 4/);
  });

  test('that are cut short, in Fortran order or of another type are refused', () => {
    const file = writeNpy(values, [6]);
    for (let length = 0; length < file.length; length++) {
      expect(() => readNpy(file.subarray(0, length))).toThrow(NpyError);
    }
    const altered = (from: string, to: string) => {
      const text = Array.from(file, (byte) => String.fromCharCode(byte)).join('');
      return Uint8Array.from(text.replace(from, to), (char) => char.charCodeAt(0));
    };
    expect(() => readNpy(altered('False,', 'True, '))).toThrow(/Fortran/);
    expect(() => readNpy(altered('<f4', '>f4'))).toThrow(/'>f4'/);
    expect(() => readNpy(altered('descr', 'Descr'))).toThrow(/not understood/);
  });

  test.each([
    ['|i1', "int8 ('|i1')"],
    ['|b1', "bool ('|b1')"],
    ['<u2', "uint16 ('<u2')"],
    ['<f8', "float64 ('<f8')"],
    ['<U3', "'<U3'"],
  ])('of type %s are refused by their type, whatever their size', (descr, named) => {
    const text = Buffer.from(writeNpy(values, [6]))
      .toString('latin1')
      .replace('<f4', descr);
    for (const bytes of [24, 6])
      expect(() => readNpy(Buffer.from(text, 'latin1').subarray(0, 128 + bytes))).toThrow(named);
  });
});
