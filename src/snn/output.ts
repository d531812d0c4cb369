import type { Network } from './network.ts';

/** ONNX DequantizeLinear: `float32(y) · scale[channel]`, the product rounded to float32. */
export function dequantizeOutput(network: Network, output: Int32Array): Float32Array {
  const { scale } = network.output;
  const pixels = output.length / scale.length;
  return Float32Array.from(
    output,
    (value, index) => Math.fround(value) * (scale[Math.floor(index / pixels)] ?? 0),
  );
}
