import type { TensorSource } from '../../../src/snn/engines/engine.ts';
import type { EventEngine } from '../../../src/snn/index.ts';

/** The engine after each image, one after the other. */
export function* runs(engine: EventEngine, images: readonly Uint8Array[]): Iterable<TensorSource> {
  for (const image of images) {
    engine.run(image);
    yield engine;
  }
}
