import { BridgeError } from '../contract.ts';
import { fromReport, toReports } from './hid-reports.ts';
import type { ByteLink } from './link.ts';

/** Of `HIDAsync` of `node-hid`, what the link needs. */
export interface HidDevice {
  on(event: 'data', listener: (report: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  write(report: Buffer): Promise<number>;
  close(): Promise<void>;
}

/** The reports of a HID device as a stream of bytes. */
export class HidLink implements ByteLink {
  readonly #device: HidDevice;
  readonly #reportBytes: number;
  readonly #byteListeners: ((bytes: Uint8Array) => void)[] = [];
  readonly #closeListeners: ((reason: string) => void)[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(device: HidDevice, reportBytes: number) {
    this.#device = device;
    this.#reportBytes = reportBytes;
    device.on('data', (report) => {
      const bytes = this.#isClosed ? undefined : fromReport(report, reportBytes);
      // A copy: the library may use its buffer again.
      if (bytes) for (const listener of this.#byteListeners) listener(new Uint8Array(bytes));
    });
    device.on('error', () => this.#end('the device was unplugged'));
  }

  write(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    const reports = toReports(bytes, this.#reportBytes);
    this.#writing = this.#writing.then(() => this.#send(reports));
  }
  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#byteListeners.push(listener);
  }
  onClose(listener: (reason: string) => void): void {
    this.#closeListeners.push(listener);
  }
  close(): void {
    this.#end('it was closed on this side');
  }

  async #send(reports: readonly Uint8Array[]): Promise<void> {
    for (const report of reports) {
      if (this.#isClosed) return;
      try {
        // Report id 0: none is used.
        await this.#device.write(Buffer.concat([Buffer.of(0), report]));
      } catch (error) {
        this.#end(`a report could not be written (${messageOf(error)})`);
      }
    }
  }

  #end(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#device.close().catch(() => {});
    for (const listener of this.#closeListeners) listener(reason);
  }
}

/** @throws BridgeError `no-accelerator` */
export async function openHid(
  open: () => Promise<HidDevice>,
  label: string,
  reportBytes: number,
): Promise<ByteLink> {
  try {
    return new HidLink(await open(), reportBytes);
  } catch (error) {
    throw new BridgeError('no-accelerator', `${label} cannot be opened: ${messageOf(error)}.`);
  }
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\.$/, '');
}
