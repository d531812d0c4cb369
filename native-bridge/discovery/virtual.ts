import { distFile } from '../../src/processes/dist.ts';
import { openPipe } from '../links/pipe.ts';
import type { Discovery } from './discovery.ts';

/**
 * A virtual accelerator, which is a process of this program at the other end of a pipe.
 * @param options of the command `virtual-device`.
 */
export function virtualDiscovery(options: readonly string[]): Discovery {
  const candidate = {
    id: 'pipe:virtual',
    link: 'pipe' as const,
    label: 'Virtual accelerator',
    open: async () =>
      openPipe({
        program: process.execPath,
        args: [distFile('cli.mjs'), 'virtual-device', ...options],
      }),
  };
  return {
    find: async () => ({ candidates: [candidate], obstacles: [] }),
    onChange: () => () => {},
  };
}
