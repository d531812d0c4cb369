import type { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WireAccelerator } from '../../../native-bridge/accelerators/wire-accelerator.ts';
import { discoveries } from '../../../native-bridge/discovery/all.ts';
import { HidDiscovery } from '../../../native-bridge/discovery/hid.ts';
import { UsbDiscovery } from '../../../native-bridge/discovery/usb.ts';
import { onUsbChange } from '../../../native-bridge/discovery/usb-events.ts';
import { DemoDiscovery } from '../../../native-bridge/discovery/virtual.ts';
import { demoAcceleratorId } from '../../../native-bridge/shared/contract.ts';
import { readSettings } from '../../../native-bridge/shared/settings.ts';
import { NodeHost } from '../../../src/processes/node-host.ts';
import { patientTimeouts } from '../virtual-device/bench-setup.ts';
import { InThreadEmulator } from '../virtual-device/in-thread-emulator.ts';

interface Names {
  readonly manufacturerName?: string;
  readonly productName?: string;
  readonly serialNumber?: string;
}

/** Both libraries, with what the test plugs in. */
const system = vi.hoisted(() => ({
  usbDevices: [] as unknown[],
  hidDevices: [] as unknown[],
  names: (): Promise<object> => Promise.resolve({}),
  hidError: undefined as unknown,
  events: undefined as unknown as EventEmitter,
}));
vi.mock('usb', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  system.events = new Emitter();
  return {
    usb: Object.assign(system.events, { unrefHotplugEvents: () => {} }),
    getDeviceList: () => system.usbDevices,
    WebUSBDevice: { createInstance: () => system.names() },
  };
});
vi.mock('node-hid', () => ({
  devicesAsync: async () => {
    if (system.hidError) throw system.hidError;
    return system.hidDevices;
  },
  HIDAsync: {
    open: async (where: string) => {
      throw new Error(`cannot open device with path ${where}`);
    },
  },
}));

function usbDevice(portNumbers: readonly number[] | undefined) {
  const deviceDescriptor = { idVendor: 0x1209, idProduct: 1 };
  return { busNumber: 1, deviceAddress: 4, portNumbers, deviceDescriptor };
}
const usb = new UsbDiscovery(() => [{ vendorId: 0x1209, productId: 1 }]);
const hid = new HidDiscovery(() => [{ vendorId: 0x1209, productId: 2, reportBytes: 64 }]);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-discovery-'));
  system.usbDevices = [];
  system.hidDevices = [];
  system.hidError = undefined;
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

describe('the discovery on USB', () => {
  it('names a device by what it says of itself, or by its ids, and leaves others alone', async () => {
    const other = usbDevice([1]);
    system.usbDevices = [
      usbDevice([2, 1]),
      { ...other, deviceDescriptor: { idVendor: 0x046d, idProduct: 1 } },
    ];
    const names: Names = { manufacturerName: 'Maker', productName: 'Reader', serialNumber: '7' };
    system.names = async () => names;
    expect((await usb.find()).candidates).toMatchObject([
      { id: 'usb:1-2.1-4:1209:0001', label: 'Maker Reader 7 (1209:0001)' },
    ]);
    system.names = async () => ({});
    system.usbDevices = [usbDevice(undefined)];
    expect((await usb.find()).candidates).toMatchObject([
      { id: 'usb:1-?-4:1209:0001', label: 'USB device (1209:0001)' },
    ]);
  });

  it('says what to do about a device that this user may not open, and asks anew each time', async () => {
    system.usbDevices = [usbDevice([3])];
    system.names = () => Promise.reject(new Error('LIBUSB_ERROR_ACCESS'));
    expect((await usb.find()).obstacles).toMatchObject([
      {
        label: 'USB device 1209:0001',
        problem: 'This user has no permission to open the device.',
      },
    ]);
    system.names = () => Promise.reject('LIBUSB_ERROR_IO');
    expect((await usb.find()).obstacles).toMatchObject([
      {
        problem: 'The device cannot be opened: LIBUSB_ERROR_IO.',
        remedy: 'Unplug it and plug it in again.',
      },
    ]);
    system.names = async () => ({});
    expect((await usb.find()).candidates).toHaveLength(1);
  });
});

describe('the discovery of HID devices', () => {
  it('names a device by what it says of itself, or by its path; one without a path is none', async () => {
    system.hidDevices = [
      { path: '/dev/hidraw1', manufacturer: 'Maker', product: 'Reader', serialNumber: '7' },
      { path: '/dev/hidraw2' },
      { product: 'Held by another driver' },
    ];
    const { candidates } = await hid.find();
    expect(candidates.map(({ label }) => label)).toEqual([
      'Maker Reader 7',
      'HID device /dev/hidraw2',
    ]);
    await expect(candidates[0]?.open()).rejects.toMatchObject({
      code: 'no-accelerator',
      message: 'Maker Reader 7 cannot be opened: cannot open device with path /dev/hidraw1.',
    });
  });

  it('gives a device of a slow link more time, and looks for all that are named', async () => {
    system.hidDevices = [{ path: '/dev/hidraw1' }];
    const two = new HidDiscovery(() => [
      { vendorId: 0x1209, productId: 2, reportBytes: 64 },
      { vendorId: 0x1209, productId: 3, reportBytes: 64 },
    ]);
    const { candidates } = await two.find();
    expect(candidates).toHaveLength(2);
    expect(candidates[0]).toMatchObject({
      link: 'hid',
      timeouts: { inferMs: 4_000, telemetryMs: 2_000 },
    });
  });

  it('says that such devices cannot be looked for, where the library fails', async () => {
    system.hidError = new Error('hid_init failed');
    expect((await hid.find()).obstacles).toMatchObject([
      { id: 'library:hid', problem: expect.stringContaining('hid_init failed') },
    ]);
  });
});

describe('plugging and unplugging', () => {
  it('is heard at once and when it has settled, by each discovery, until it ends', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let heard = 0;
    const endings = [usb, hid].map((discovery) => discovery.onChange(() => heard++));
    await vi.waitFor(() => expect(system.events.listenerCount('attach')).toBe(2));
    system.events.emit('attach');
    expect(heard).toBe(2);
    system.events.emit('detach');
    expect(heard).toBe(4);
    vi.advanceTimersByTime(700);
    expect(heard).toBe(6);
    for (const end of endings) end();
    system.events.emit('attach');
    expect(heard).toBe(6);
    expect(system.events.listenerCount('detach')).toBe(0);
  });

  it('is heard once more for all that came within its time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let heard = 0;
    const end = onUsbChange(() => heard++);
    await vi.waitFor(() => expect(system.events.listenerCount('attach')).toBe(1));
    system.events.emit('attach');
    vi.advanceTimersByTime(699);
    system.events.emit('detach');
    vi.advanceTimersByTime(699);
    expect(heard).toBe(2);
    vi.advanceTimersByTime(1);
    expect(heard).toBe(3);
    system.events.emit('attach');
    end();
    expect([heard, vi.getTimerCount()]).toEqual([4, 0]);
  });

  it('is not heard by who left before the library was there', async () => {
    onUsbChange(() => {})();
    await import('usb');
    expect(system.events.listenerCount('attach')).toBe(0);
  });
});

describe('everything that may be there', () => {
  const find = async (environment: NodeJS.ProcessEnv) => {
    const all = discoveries(() => readSettings(folder), environment);
    for (const discovery of all) discovery.onChange(() => {})();
    const findings = await Promise.all(all.map((discovery) => discovery.find()));
    return {
      candidates: findings.flatMap(({ candidates }) => candidates),
      obstacles: findings.flatMap(({ obstacles }) => obstacles),
    };
  };

  it('has a virtual accelerator where the environment wants one, and nowhere else', async () => {
    expect((await find({})).candidates).toEqual([]);
    const { candidates } = await find({ DERMASPIKE_VIRTUAL_ACCELERATOR: '' });
    expect(candidates).toMatchObject([{ id: 'pipe:virtual', label: 'Virtual accelerator' }]);
  });

  it('tells what is wrong with the settings, until they are corrected', async () => {
    const file = path.join(folder, 'accelerators.json');
    writeFileSync(file, '{"shadowEvery": 0}');
    expect((await find({})).obstacles).toMatchObject([{ id: 'settings' }]);
    writeFileSync(file, '{}');
    expect((await find({})).obstacles).toEqual([]);
  });

  it('has the demo clinic’s accelerator, by the id that is kept for it, while that is open', async () => {
    const demo = new DemoDiscovery(new NodeHost());
    let changes = 0;
    const end = demo.onChange(() => changes++);
    expect(await demo.find()).toEqual({ candidates: [], obstacles: [] });
    demo.setOpen(true);
    const [candidate] = (await demo.find()).candidates;
    if (!candidate) throw new Error('There is none.');
    expect(candidate.isWanted?.()).toBe(true);
    expect(candidate.acceleratorId).toBe(demoAcceleratorId);
    const accelerator = await WireAccelerator.attach(await candidate.open(), {
      reference: new InThreadEmulator(),
      timeouts: patientTimeouts,
    });
    await accelerator.close();
    end();
    demo.setOpen(false);
    expect(changes).toBe(1);
    expect(candidate.isWanted?.()).toBe(false);
    expect((await demo.find()).candidates).toEqual([]);
  });
});
