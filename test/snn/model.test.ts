import { describe, expect, test } from 'vitest';
import { decodeModel } from '../../src/snn/onnx/model.ts';

/** A length-delimited field. */
function field(number: number, ...parts: readonly (readonly number[])[]): number[] {
  const content = parts.flat();
  return [...varint(number * 8 + 2), ...varint(content.length), ...content];
}

function integer(number: number, value: number): number[] {
  return [...varint(number * 8), ...varint(value)];
}

function text(number: number, characters: string): number[] {
  return field(number, [...new TextEncoder().encode(characters)]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** A ModelProto with these fields of its graph, and others beside it. */
function decode(graph: readonly number[], ...others: readonly (readonly number[])[]) {
  return decodeModel(Uint8Array.from([...field(7, graph), ...others.flat()]));
}

describe('a field that would change the meaning of a file', () => {
  test.each([
    ['training information', [], field(20)],
    ['sparse initializers', field(15), []],
    ['function overloads', field(1, text(8, 'second')), []],
    ['function overloads', [], field(25, text(13, 'second'))],
    ['tensors stored in segments', field(5, field(3)), []],
    ['tensors stored outside the file', field(5, field(13)), []],
    ['tensors stored outside the file', field(5, integer(14, 1)), []],
    ['a sequence as a value', field(11, field(2, field(4))), []],
    ['a map as a value', field(12, field(2, field(5))), []],
    ['an opaque value', field(13, field(2, field(7))), []],
    ['a sparse tensor as a value', field(11, field(2, field(8))), []],
    ['an optional value', field(11, field(2, field(9))), []],
  ])('is refused by name: %s', (what, graph, others) => {
    expect(() => decode(graph, others)).toThrow(
      expect.objectContaining({
        code: 'operator-unsupported',
        message: `The ONNX file uses ${what}, which is not supported`,
      }),
    );
  });

  test('is no other field: documentation and metadata are passed over', () => {
    const documented = [...text(10, 'of the graph'), ...field(14), ...field(16)];
    const { graph } = decode(documented, text(2, 'a producer'), integer(5, 128), field(14));
    expect(graph.nodes).toEqual([]);
  });
});

describe('a message', () => {
  test('has what its fields say, wherever they stand', () => {
    const weights = [integer(2, 3), integer(1, 2), text(8, 'W'), field(9, [1, 255])];
    const dimensions = [field(1, integer(1, 3)), field(1, text(2, 'N')), field(1)];
    const type = field(2, field(1, integer(1, 2), field(2, ...dimensions)), text(6, 'IMAGE'));
    const node = [text(5, ''), text(3, 'first'), text(1, 'X'), text(1, ''), text(2, 'Y')];
    const attribute = [integer(20, 7), field(8, [1, 2], varint(300)), integer(8, 4)];
    const model = decode(
      [
        ...field(1, ...node.slice(1), text(4, 'Op'), field(5, text(1, 'pads'), ...attribute)),
        ...field(5, ...weights),
        ...field(11, text(1, 'X'), type),
      ],
      integer(1, 11),
      field(8, text(1, 'd'), integer(2, 4)),
      field(25, text(1, 'Op'), text(10, 'd'), text(4, 'X'), text(5, 'Y'), text(6, 'a'), field(11)),
    );
    expect(model.irVersion).toBe(11);
    expect(model.opsets).toEqual([{ domain: 'd', version: 4 }]);
    expect(model.graph.nodes).toMatchObject([
      {
        name: 'first',
        type: 'Op',
        inputs: ['X', ''],
        outputs: ['Y'],
        attributes: [{ name: 'pads', value: { kind: 'integers', integers: [1, 2, 300, 4] } }],
      },
    ]);
    expect(model.graph.initializers).toEqual([
      { name: 'W', type: 'int8', dims: [2], values: Int8Array.of(1, -1) },
    ]);
    expect(model.graph.inputs).toEqual([
      { name: 'X', type: 'uint8', dims: [3, undefined, undefined] },
    ]);
    expect(model.functions).toMatchObject([
      { name: 'Op', domain: 'd', inputs: ['X'], outputs: ['Y'], attributes: ['a'] },
    ]);
    expect(model.functions[0]?.hasDefaults).toBe(true);
  });

  test('of another wire type than its field’s is refused', () => {
    expect(() => decode([], text(1, 'no integer'))).toThrow(/field 1 has wire type 2, not 0/);
    expect(() => decode(integer(1, 5))).toThrow(/field 1 has wire type 0, not 2/);
    expect(() => decode(field(5, [9 * 8 + 5, 0, 0, 0, 0]))).toThrow(/field 9 has wire type 5/);
    expect(() => decode(field(5, [1 * 8 + 5, 0, 0, 0, 0]))).toThrow(/field 1 has wire type 5/);
  });

  test('without a graph, or with two, is no network', () => {
    expect(() => decodeModel(new Uint8Array())).toThrow(/one graph; 0 found/);
    expect(() => decode([], field(7))).toThrow(/one graph; 2 found/);
    expect(() => decode(field(11, text(1, 'X'), field(2)))).toThrow(/gives 'X' no tensor type/);
  });
});

describe('a tensor', () => {
  const tensor = (code: number, ...fields: readonly (readonly number[])[]) =>
    decode(field(5, integer(2, code), text(8, 'T'), ...fields)).graph.initializers[0];

  test('has its values in the field of its type, or as bytes', () => {
    const minusOne = [255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
    expect(tensor(3, integer(1, 2), field(5, [3], minusOne))?.values).toEqual([3, -1]);
    expect(tensor(7, integer(1, 2), field(7, [3], minusOne))?.values).toEqual([3, -1]);
    expect(tensor(1, integer(1, 1), field(4, [0, 0, 0, 63]))?.values).toEqual([0.5]);
    expect(tensor(1, integer(1, 1), field(9, [0, 0, 0, 63]))?.values).toEqual(Float64Array.of(0.5));
    expect(tensor(6, integer(1, 1), field(9, [254, 255, 255, 255]))?.values[0]).toBe(-2);
    const long = [255, 255, 255, 255, 1, 0, 0, 0];
    expect(tensor(7, integer(1, 1), field(9, long))?.values[0]).toBe(2 ** 33 - 1);
    expect(tensor(2, integer(1, 1), field(9, [200]))?.values[0]).toBe(200);
  });

  test('is refused where they do not fit its type or shape', () => {
    expect(() => tensor(3, integer(1, 1), field(5, varint(128)))).toThrow(/stores 128 as int8/);
    expect(() => tensor(2, integer(1, 1), field(5, varint(256)))).toThrow(/stores 256 as uint8/);
    expect(tensor(3, integer(1, 1), field(5, varint(127)))?.values).toEqual([127]);
    expect(() => tensor(7, integer(1, 1), field(5, [3]))).toThrow(/\[1\] holds 0 values/);
    expect(() => tensor(6, integer(1, 1), field(9, [1, 2, 3]))).toThrow(
      /3 bytes are no whole int32/,
    );
    expect(() => tensor(3, integer(1, 2), field(9, [1, 2, 3]))).toThrow(
      /'T' of shape \[2\] holds 3/,
    );
    expect(() => tensor(11, integer(1, 1))).toThrow(/element type 11/);
    const minusOne = [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
    expect(() => tensor(3, minusOne, minusOne, field(9, [1]))).toThrow(/\[-1, -1\] holds 1/);
  });
});
