import type { Device, WebUSBDevice } from 'usb';
import { openUsb } from '../links/usb.ts';
import { messageOf } from '../shared/message-of.ts';
import type { UsbIds } from '../shared/settings.ts';
import type { Candidate, Discovery, Findings } from './discovery.ts';
import { libraryObstacle, permissionRemedy } from './obstacles.ts';
import { onUsbChange } from './usb-events.ts';

type UsbLibrary = typeof import('usb');

/** Accelerators on USB, by their ids. */
export class UsbDiscovery implements Discovery {
  readonly #ids: () => readonly UsbIds[];
  /** By the library's own object, which lives as long as the device stays plugged. */
  readonly #opened = new WeakMap<Device, Promise<WebUSBDevice>>();

  constructor(ids: () => readonly UsbIds[]) {
    this.#ids = ids;
  }

  async find(): Promise<Findings> {
    try {
      const library = await import('usb');
      const devices = library.getDeviceList().filter((device) => this.#isMeant(device));
      const found = await Promise.all(devices.map((device) => this.#examine(library, device)));
      return {
        candidates: found.flatMap(({ candidates }) => candidates),
        obstacles: found.flatMap(({ obstacles }) => obstacles),
      };
    } catch (error) {
      return { candidates: [], obstacles: [libraryObstacle('usb', 'USB devices', error)] };
    }
  }

  onChange(listener: () => void): () => void {
    return onUsbChange(listener);
  }

  #isMeant({ deviceDescriptor: { idVendor, idProduct } }: Device): boolean {
    return this.#ids().some(
      ({ vendorId, productId }) => vendorId === idVendor && productId === idProduct,
    );
  }

  async #examine(library: UsbLibrary, device: Device): Promise<Findings> {
    const { busNumber, deviceAddress, portNumbers, deviceDescriptor } = device;
    const ids = [deviceDescriptor.idVendor, deviceDescriptor.idProduct].map(toHex).join(':');
    const place = [busNumber, (portNumbers ?? []).join('.') || '?', deviceAddress].join('-');
    const id = `usb:${place}:${ids}`;
    const link = 'usb' as const;
    try {
      // Opens the device for a moment, to read its names.
      const opened = this.#opened.get(device) ?? library.WebUSBDevice.createInstance(device);
      this.#opened.set(device, opened);
      const { manufacturerName, productName, serialNumber } = await opened;
      const names = [manufacturerName, productName, serialNumber].filter(Boolean).join(' ');
      const label = `${names || 'USB device'} (${ids})`;
      const candidate: Candidate = {
        id,
        link,
        label,
        open: async () => openUsb(await opened, label),
      };
      return { candidates: [candidate], obstacles: [] };
    } catch (error) {
      this.#opened.delete(device);
      const reason = messageOf(error);
      const isRefused = reason.includes('LIBUSB_ERROR_ACCESS');
      const obstacle = {
        id,
        link,
        label: `USB device ${ids}`,
        problem: isRefused
          ? 'This user has no permission to open the device.'
          : `The device cannot be opened: ${reason}.`,
        remedy: isRefused ? permissionRemedy() : 'Unplug it and plug it in again.',
      };
      return { candidates: [], obstacles: [obstacle] };
    }
  }
}

function toHex(id: number): string {
  return id.toString(16).padStart(4, '0');
}
