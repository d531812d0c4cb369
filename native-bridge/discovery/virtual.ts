import { distFile } from '../../src/processes/dist.ts';
import { openPipe } from '../links/pipe.ts';
import type { Candidate, Discovery } from './discovery.ts';

/**
 * A virtual accelerator, which is a process of this program at the other end of a pipe.
 * @param options of the command `virtual-device`.
 */
export function virtualCandidate(options: readonly string[]): Candidate {
  return {
    id: 'pipe:virtual',
    link: 'pipe',
    label: 'Virtual accelerator',
    open: async () =>
      openPipe({
        program: process.execPath,
        args: [distFile('cli.mjs'), 'virtual-device', ...options],
      }),
  };
}

/** Where such an accelerator always is. */
export function virtualDiscovery(options: readonly string[]): Discovery {
  return {
    find: async () => ({ candidates: [virtualCandidate(options)], obstacles: [] }),
    onChange: () => () => {},
  };
}
