import { readTensor, type TensorSource } from '../engines/engine.ts';
import { membranesOf } from '../engines/membranes.ts';
import { activatorOf } from '../engines/neurons.ts';
import { Scratch } from '../engines/synapses.ts';
import { SnnError } from '../errors.ts';
import type { Convolution, Network } from '../network.ts';

/** The activated potentials of the layer that makes the spike counts, before it sums them. */
export interface SpikeLayerPotentials {
  readonly layer: Convolution;
  readonly height: number;
  readonly width: number;
  /** Whole numbers, H×W×C. */
  readonly activated: Float64Array;
}

/**
 * Recomputes them from the layer's input tensor. Throws SnnError 'graph-invalid' for a network
 * without global average pooling, whose spike counts are no sums over positions.
 */
export function spikeLayerPotentials(
  network: Network,
  tensors: TensorSource,
): SpikeLayerPotentials {
  const layer = network.operators.find(({ output }) => output === network.spikeTensor);
  if (layer?.kind !== 'convolution' || layer.pool.kind !== 'sum') {
    throw new SnnError('graph-invalid', 'The network sums no map into its spike counts');
  }
  const [inputs, inputHeight, inputWidth] = layer.inputShape;
  const [channels, height, width] = layer.potentialShape;
  const input = readTensor(tensors, layer.inputs[0] ?? '');
  const inputPixels = inputHeight * inputWidth;
  const spikes = new Int16Array(input.length);
  for (const [index, spike] of input.entries()) {
    const channel = Math.floor(index / inputPixels);
    spikes[(index % inputPixels) * inputs + channel] = spike;
  }
  const membranes = membranesOf(layer, new Scratch(inputs));
  const activate = activatorOf(layer.activation, channels);
  const activated = new Float64Array(height * width * channels);
  membranes.integrate(spikes, spikes.length);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const from = membranes.locate(pixel);
    activate(membranes.potentials, from);
    activated.set(membranes.potentials.subarray(from, from + channels), pixel * channels);
  }
  return { layer, height, width, activated };
}
