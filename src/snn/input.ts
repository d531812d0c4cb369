import { SnnError } from './errors.ts';
import { elementCount, type InputQuantization, type Network } from './network.ts';

/**
 * ONNX QuantizeLinear of every possible pixel: `table[channel · 256 + pixel]`. The division
 * is float32 and ties go to the even integer; both are exact here, so the table is the
 * operator, whatever the scale.
 */
export function inputTable(
  input: Pick<InputQuantization, 'scale' | 'zeroPoint'>,
  signed: boolean,
): Int16Array {
  const [low, high] = signed ? [-128, 127] : [0, 255];
  const table = new Int16Array(input.scale.length * 256);
  for (const [channel, scale] of input.scale.entries()) {
    const zeroPoint = input.zeroPoint[channel] ?? 0;
    for (let pixel = 0; pixel < 256; pixel++) {
      const value = roundHalfToEven(Math.fround(pixel / scale)) + zeroPoint;
      table[channel * 256 + pixel] = Math.min(Math.max(value, low), high);
    }
  }
  return table;
}

/** Throws SnnError 'image-invalid' unless the image has C·H·W bytes of this network's input. */
export function checkImage(network: Network, image: Uint8Array): void {
  const expected = elementCount(network.input.shape);
  if (image.length !== expected) {
    throw new SnnError(
      'image-invalid',
      `The network reads ${network.input.shape.join('×')} = ${expected} bytes; the image has ${image.length}`,
    );
  }
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
