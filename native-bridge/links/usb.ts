import { BridgeError } from '../shared/contract.ts';
import { messageOf } from '../shared/message-of.ts';
import { BaseLink } from './base-link.ts';
import type { ByteLink } from './link.ts';

/** Of the WebUSB standard's `USBDevice`, what the link needs; `usb` and browsers have all of it. */
export interface UsbDevice {
  readonly configuration?: UsbConfiguration | null | undefined;
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(configurationValue: number): Promise<void>;
  claimInterface(interfaceNumber: number): Promise<void>;
  releaseInterface(interfaceNumber: number): Promise<void>;
  clearHalt(direction: 'in' | 'out', endpointNumber: number): Promise<void>;
  transferIn(endpointNumber: number, length: number): Promise<UsbInResult>;
  transferOut(endpointNumber: number, data: ArrayBuffer): Promise<UsbOutResult>;
}
interface UsbConfiguration {
  readonly interfaces: readonly {
    readonly interfaceNumber: number;
    readonly alternate: {
      readonly interfaceClass: number;
      readonly endpoints: readonly UsbEndpoint[];
    };
  }[];
}
interface UsbEndpoint {
  readonly endpointNumber: number;
  readonly direction: 'in' | 'out';
  readonly type: string;
  readonly packetSize: number;
}
interface UsbInResult {
  readonly status?: string | undefined;
  readonly data?: DataView | undefined;
}
interface UsbOutResult {
  readonly status?: string | undefined;
}

/** Asked for at once; a multiple of every packet size. */
const readBytes = 16 * 1024;
const vendorClass = 0xff;
/** Stalls in a row that are cleared; then the endpoint is given up. */
const maxStalls = 3;

/**
 * The pair of bulk endpoints of a device's vendor-specific interface, claimed.
 * @throws BridgeError `no-accelerator` when it cannot be opened or has no such interface.
 */
export async function openUsb(device: UsbDevice, label: string): Promise<ByteLink> {
  try {
    await device.open();
    if (!device.configuration) await device.selectConfiguration(1);
    const pipes = bulkPipes(device, label);
    await device.claimInterface(pipes.interfaceNumber);
    return new UsbLink(device, pipes);
  } catch (error) {
    await device.close().catch(() => {});
    if (error instanceof BridgeError) throw error;
    throw new BridgeError('no-accelerator', `${label} cannot be opened: ${reasonOf(error)}.`);
  }
}

interface BulkPipes {
  readonly interfaceNumber: number;
  readonly input: UsbEndpoint;
  readonly output: UsbEndpoint;
}

function bulkPipes(device: UsbDevice, label: string): BulkPipes {
  for (const { interfaceNumber, alternate } of device.configuration?.interfaces ?? []) {
    if (alternate.interfaceClass !== vendorClass) continue;
    const bulk = alternate.endpoints.filter(({ type }) => type === 'bulk');
    const input = bulk.find(({ direction }) => direction === 'in');
    const output = bulk.find(({ direction }) => direction === 'out');
    if (input && output) return { interfaceNumber, input, output };
  }
  throw new BridgeError(
    'no-accelerator',
    `${label} has no vendor-specific interface with a bulk endpoint each way, so it is no ` +
      'accelerator. Correct its ids in accelerators.json.',
  );
}

class UsbLink extends BaseLink {
  readonly #device: UsbDevice;
  readonly #pipes: BulkPipes;
  readonly #reading: Promise<void>;
  #writing: Promise<void> = Promise.resolve();

  constructor(device: UsbDevice, pipes: BulkPipes) {
    super();
    this.#device = device;
    this.#pipes = pipes;
    this.#reading = this.#read();
  }

  write(bytes: Uint8Array): void {
    if (this.isClosed) return;
    const copy = new Uint8Array(bytes);
    this.#writing = this.#writing.then(() => this.#send(copy.buffer));
  }

  async #read(): Promise<void> {
    const { endpointNumber } = this.#pipes.input;
    for (let stalls = 0; !this.isClosed; ) {
      try {
        const { status, data } = await this.#device.transferIn(endpointNumber, readBytes);
        if (status === 'stall') {
          await this.#clear('in', endpointNumber, ++stalls);
          continue;
        }
        stalls = 0;
        if (data) this.receive(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      } catch (error) {
        this.end(reasonOf(error));
      }
    }
  }

  /** A packet of full length at the end would leave the device waiting for more. */
  async #send(bytes: ArrayBuffer): Promise<void> {
    const { endpointNumber, packetSize } = this.#pipes.output;
    const pieces = bytes.byteLength % packetSize === 0 ? [bytes, new ArrayBuffer(0)] : [bytes];
    for (const piece of pieces) {
      for (let stalls = 0; !this.isClosed; ) {
        try {
          const { status } = await this.#device.transferOut(endpointNumber, piece);
          if (status !== 'stall') break;
          await this.#clear('out', endpointNumber, ++stalls);
        } catch (error) {
          this.end(reasonOf(error));
        }
      }
    }
  }

  async #clear(direction: 'in' | 'out', endpointNumber: number, stalls: number): Promise<void> {
    if (stalls > maxStalls)
      throw new Error(`its endpoint ${endpointNumber} (${direction}) stays stalled`);
    await this.#device.clearHalt(direction, endpointNumber);
  }

  protected release(): void {
    void this.#letGo();
  }

  /** Releasing the interface ends the transfers that wait; only then can the device be closed. */
  async #letGo(): Promise<void> {
    await this.#device.releaseInterface(this.#pipes.interfaceNumber).catch(() => {});
    await Promise.allSettled([this.#reading, this.#writing]);
    await this.#device.close().catch(() => {});
  }
}

/** What libusb's name for it means, in words that end a sentence. */
function reasonOf(error: unknown): string {
  const text = messageOf(error);
  const [code] = /LIBUSB_\w+/.exec(text) ?? [];
  return (code && reasons[code]) || text.replace(/^\w+ error: (Error: )?/, '');
}

const noDevice = 'the device was unplugged';
const reasons: Readonly<Record<string, string>> = {
  LIBUSB_ERROR_NO_DEVICE: noDevice,
  LIBUSB_TRANSFER_NO_DEVICE: noDevice,
  LIBUSB_ERROR_NOT_FOUND: noDevice,
  LIBUSB_ERROR_ACCESS: 'this user has no permission',
  LIBUSB_ERROR_BUSY: 'another program uses it',
  LIBUSB_ERROR_NOT_SUPPORTED: 'it has no WinUSB driver',
  LIBUSB_ERROR_IO: 'the transfer failed',
  LIBUSB_TRANSFER_ERROR: 'the transfer failed',
};
