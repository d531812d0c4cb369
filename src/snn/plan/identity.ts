import type { Convolution } from '../network.ts';

/**
 * A 1×1 convolution in which each channel sees only itself, as the quantizer writes an activation
 * that follows an addition, is a depthwise one: the work of one channel instead of all. Undefined
 * for every other convolution.
 */
export function asDepthwise(operator: Convolution): Convolution | undefined {
  const { depthwise, kernel, inputShape, potentialShape, weights } = operator;
  const [channels] = inputShape;
  if (depthwise || kernel[0] !== 1 || kernel[1] !== 1 || potentialShape[0] !== channels) {
    return undefined;
  }
  // Row by row; the diagonal is every (channels + 1)-th weight.
  for (let index = 0; index < weights.length; index++) {
    if (weights[index] !== 0 && index % (channels + 1) !== 0) return undefined;
  }
  return {
    ...operator,
    depthwise: true,
    weights: Int8Array.from({ length: channels }, (_, channel) => {
      return weights[channel * (channels + 1)] ?? 0;
    }),
  };
}
