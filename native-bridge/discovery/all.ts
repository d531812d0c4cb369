import type { ReadSettings } from '../shared/settings.ts';
import type { Discovery } from './discovery.ts';
import { HidDiscovery } from './hid.ts';
import { PcieDiscovery } from './pcie.ts';
import { UsbDiscovery } from './usb.ts';
import { virtualDiscovery } from './virtual.ts';

/**
 * Every place where an accelerator may be.
 * @param read anew for each search, so that a corrected file is followed at once.
 * @param environment `DERMASPIKE_VIRTUAL_ACCELERATOR` holds options of the command
 *   `virtual-device`, maybe none: then such a device is there too, on Node.
 */
export function discoveries(
  read: () => ReadSettings,
  environment: NodeJS.ProcessEnv = process.env,
): Discovery[] {
  const virtual = environment.DERMASPIKE_VIRTUAL_ACCELERATOR;
  return [
    new UsbDiscovery(() => read().settings.usb),
    new HidDiscovery(() => read().settings.hid),
    new PcieDiscovery({ python: () => read().settings.akidaPython }),
    settingsDiscovery(read),
    ...(virtual === undefined || process.versions.electron
      ? []
      : [virtualDiscovery(virtual.split(' ').filter(Boolean))]),
  ];
}

/** Finds no device, but what is wrong with the settings. */
function settingsDiscovery(read: () => ReadSettings): Discovery {
  return {
    find: async () => {
      const { obstacle } = read();
      return { candidates: [], obstacles: obstacle ? [obstacle] : [] };
    },
    onChange: () => () => {},
  };
}
