import type { Network } from '../network.ts';
import { EventEngine } from './event.ts';

/**
 * Share of zeros, 0…1, among the inputs of each layer over these images, by the layer's name: what
 * `SimdOptions.zeros` takes. Throws SnnError 'image-invalid'.
 */
export function measureZeros(
  network: Network,
  images: readonly Uint8Array[],
): ReadonlyMap<string, number> {
  const engine = new EventEngine(network);
  const zeros = new Map<string, number>();
  for (const image of images) {
    for (const { layer, events, activations } of engine.run(image).layerActivity ?? []) {
      const share = (1 - events / activations) / images.length;
      zeros.set(layer, (zeros.get(layer) ?? 0) + share);
    }
  }
  return zeros;
}
