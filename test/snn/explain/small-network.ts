import fc from 'fast-check';
import { type BuiltNetwork, buildNetwork, networkArbitrary } from '../random-network.ts';

/** A first convolution, the spike counts and a fully connected layer; always the same for a seed. */
export function smallNetwork(seed: number): BuiltNetwork {
  const [spec] = fc.sample(networkArbitrary, { numRuns: 1, seed });
  if (spec === undefined) throw new Error('fast-check gave no network');
  return buildNetwork({
    ...spec,
    seed,
    channels: 2,
    height: 6,
    width: 5,
    layers: [],
    end: 'spike',
  });
}
