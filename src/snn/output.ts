import type { Network, OutputDequantization } from './network.ts';

/**
 * ONNX DequantizeLinear: `float32(y) · scale[channel]`, the product rounded to float32; of the
 * network's first output where no other is named.
 */
export function dequantizeOutput(
  network: Network,
  output: Int32Array,
  { scale }: OutputDequantization = network.output,
): Float32Array {
  const pixels = output.length / scale.length;
  return Float32Array.from(
    output,
    (value, index) => Math.fround(value) * (scale[Math.floor(index / pixels)] ?? 0),
  );
}
