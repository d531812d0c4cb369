import type { Discovery } from './discovery.ts';
import { virtualDiscovery } from './virtual.ts';

/**
 * Every place where an accelerator may be.
 * @param environment `DERMASPIKE_VIRTUAL_ACCELERATOR` holds options of the command
 *   `virtual-device`, maybe none: then such a device is there too.
 */
export function discoveries(environment: NodeJS.ProcessEnv = process.env): Discovery[] {
  const virtual = environment.DERMASPIKE_VIRTUAL_ACCELERATOR;
  return virtual === undefined ? [] : [virtualDiscovery(virtual.split(' ').filter(Boolean))];
}
