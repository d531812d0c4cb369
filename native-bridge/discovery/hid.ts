import { openHid } from '../links/hid.ts';
import type { HidIds } from '../shared/settings.ts';
import type { WireTimeouts } from '../wire/session.ts';
import type { Candidate, Discovery, Findings } from './discovery.ts';
import { libraryObstacle } from './obstacles.ts';
import { onUsbChange } from './usb-events.ts';

/** A full-speed device takes 64 bytes a millisecond: 0.8 s for an image of 128 × 128 pixels. */
const timeouts: Partial<WireTimeouts> = { inferMs: 4_000, telemetryMs: 2_000 };

/** Accelerators that are HID devices, by their ids. */
export class HidDiscovery implements Discovery {
  readonly #ids: () => readonly HidIds[];

  constructor(ids: () => readonly HidIds[]) {
    this.#ids = ids;
  }

  async find(): Promise<Findings> {
    try {
      const { devicesAsync, HIDAsync } = await import('node-hid');
      const found = await Promise.all(
        this.#ids().map(async ({ vendorId, productId, reportBytes }) => {
          const devices = await devicesAsync(vendorId, productId);
          return devices.flatMap(({ path, manufacturer, product, serialNumber }): Candidate[] => {
            if (path === undefined) return [];
            const names = [manufacturer, product, serialNumber].filter(Boolean).join(' ');
            const label = names || `HID device ${path}`;
            return [
              {
                id: `hid:${path}`,
                link: 'hid',
                label,
                timeouts,
                open: () => openHid(() => HIDAsync.open(path), label, reportBytes),
              },
            ];
          });
        }),
      );
      return { candidates: found.flat(), obstacles: [] };
    } catch (error) {
      return { candidates: [], obstacles: [libraryObstacle('hid', 'HID devices', error)] };
    }
  }

  onChange(listener: () => void): () => void {
    return onUsbChange(listener);
  }
}
