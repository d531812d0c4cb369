/** Edits what one field of a protobuf message holds; nothing removes the field. */
type Edit = (content: Uint8Array) => Uint8Array | undefined;

/** Numbers of the fields on the way from an ONNX file to a dimension of its input. */
const model = { graph: 7 } as const;
const graph = { input: 11, valueInfo: 13 } as const;
const valueInfo = { type: 2 } as const;
const type = { tensorType: 1 } as const;
const tensorType = { shape: 2 } as const;
const shape = { dimension: 1 } as const;

/**
 * The same network for images of another size: an ONNX file says the height and width of its input
 * only there, and for information of its intermediate tensors, which is dropped.
 * @param axes of the height and the width in the input.
 */
export function resizeInput(
  file: Uint8Array,
  sizePx: number,
  axes: readonly [number, number],
): Uint8Array {
  const resizeShape: Edit = (content) => {
    let axis = 0;
    const sized = Uint8Array.from([1 << 3, ...varint(sizePx)]);
    return edit(content, {
      [shape.dimension]: (dimension) => (axes.includes(axis++) ? sized : dimension),
    });
  };
  const resizeInfo = inside(
    valueInfo.type,
    inside(type.tensorType, inside(tensorType.shape, resizeShape)),
  );
  return edit(file, {
    [model.graph]: (content) =>
      edit(content, { [graph.input]: resizeInfo, [graph.valueInfo]: () => undefined }),
  });
}

function inside(field: number, change: Edit): Edit {
  return (content) => edit(content, { [field]: change });
}

function edit(message: Uint8Array, edits: Readonly<Record<number, Edit>>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < message.length; ) {
    const start = at;
    const [key, afterKey] = readVarint(message, at);
    const field = key >> 3;
    if ((key & 7) !== 2) {
      at = endOfScalar(message, afterKey, key & 7);
      parts.push(message.subarray(start, at));
      continue;
    }
    const [length, from] = readVarint(message, afterKey);
    at = from + length;
    const content = message.subarray(from, at);
    const changed = edits[field] ? edits[field](content) : content;
    if (changed === content) parts.push(message.subarray(start, at));
    else if (changed)
      parts.push(Uint8Array.from([...varint(key), ...varint(changed.length)]), changed);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function endOfScalar(message: Uint8Array, at: number, wireType: number): number {
  if (wireType === 0) return readVarint(message, at)[1];
  if (wireType === 1) return at + 8;
  if (wireType === 5) return at + 4;
  throw new RangeError('This is not an ONNX file.');
}

/** Of up to 53 bits; what is higher is lost, and never matters here. */
function readVarint(bytes: Uint8Array, start: number): [value: number, next: number] {
  let value = 0;
  for (let at = start, weight = 1; at < bytes.length; at++, weight *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 127) * weight;
    if (byte < 128) return [value, at + 1];
  }
  throw new RangeError('This is not an ONNX file.');
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}
