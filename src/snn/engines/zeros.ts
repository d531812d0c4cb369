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
  const counts = new Map<string, { events: number; activations: number }>();
  for (const image of images) {
    for (const { layer, events, activations } of engine.run(image).layerActivity ?? []) {
      const before = counts.get(layer) ?? { events: 0, activations: 0 };
      counts.set(layer, {
        events: before.events + events,
        activations: before.activations + activations,
      });
    }
  }
  return new Map(
    [...counts].map(([layer, { events, activations }]) => [layer, 1 - events / activations]),
  );
}
