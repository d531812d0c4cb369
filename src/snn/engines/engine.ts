import type { Network } from '../network.ts';

export type EngineKind = 'reference' | 'event' | 'simd';

/** Runs one network, image by image. Every engine gives the same integers. */
export interface Engine {
  readonly kind: EngineKind;
  readonly network: Network;
  /**
   * @param image uint8, C×H×W, exactly C·H·W bytes.
   * @throws SnnError 'image-invalid'
   */
  run(image: Uint8Array): EngineResult;
}

/** Fresh copies; the engine keeps no reference to them. */
export interface EngineResult {
  /** The values of `network.spikeTensor`: one per channel where the network pools its map. */
  readonly spikeCounts: Int32Array;
  /** The first output's integers, before dequantization. */
  readonly output: Int32Array;
  /** Those of every one of `network.outputs`. */
  readonly outputs: readonly Int32Array[];
  /** Per operator in execution order; only from engines that count. */
  readonly layerActivity?: readonly LayerActivity[];
}

export interface LayerActivity {
  readonly layer: string;
  /** Non-zero activations that reached the layer. */
  readonly events: number;
  /** All activations that reached the layer; 1 − events/activations is its input's sparsity. */
  readonly activations: number;
  /** Additions of a weighted event to a membrane potential. */
  readonly synapticOperations: number;
}

/**
 * A network's tensors as one image left them: an `EventEngine` after `run`, or a `SimdEngine`
 * that keeps its tensors.
 */
export interface TensorSource {
  /** The integers in C×H×W order. Throws RangeError, or is undefined, for one it has not. */
  tensor(name: string): Int32Array | undefined;
}

/** Throws RangeError where the source has no such tensor. */
export function readTensor(source: TensorSource, name: string): Int32Array {
  const tensor = source.tensor(name);
  if (tensor === undefined) throw new RangeError(`There is no tensor '${name}' to be read`);
  return tensor;
}
