import type { Convolution, TransposedConvolution } from '../network.ts';

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
  // A diagonal weight is followed by as many others as there are channels, read row by row.
  for (let index = 1; index < weights.length; index++) {
    if (index % (channels + 1) !== 0 && weights[index] !== 0) return undefined;
  }
  return {
    ...operator,
    depthwise: true,
    macs: operator.macs / channels,
    weights: Int8Array.from({ length: channels }, (_, channel) => {
      return weights[channel * (channels + 1)] ?? 0;
    }),
  };
}

/**
 * A transposed convolution is a convolution with the kernel turned by 180° over the map stretched
 * by the stride, zeros between its pixels and kernel − 1 − pad of them around it.
 */
export function asConvolution(operator: TransposedConvolution): Convolution {
  const { kernel, inputShape, outputShape, weights } = operator;
  const size = kernel[0] * kernel[1];
  const turned = weights.map((_, index) => {
    const within = index % size;
    return weights[index - within + (size - 1 - within)] ?? 0;
  });
  const [channels] = inputShape;
  const [, rows, columns] = outputShape;
  return {
    ...operator,
    kind: 'convolution',
    inputShape: [channels, rows + kernel[0] - 1, columns + kernel[1] - 1],
    potentialShape: outputShape,
    weights: turned,
    stride: [1, 1],
    pads: { top: 0, left: 0, bottom: 0, right: 0 },
    padValue: new Int32Array(channels),
    pool: { kind: 'none' },
  };
}
