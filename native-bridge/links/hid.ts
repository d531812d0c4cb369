import { BridgeError } from '../shared/contract.ts';
import { messageOf } from '../shared/message-of.ts';
import { BaseLink } from './base-link.ts';
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
export class HidLink extends BaseLink {
  readonly #device: HidDevice;
  readonly #reportBytes: number;
  #writing: Promise<void> = Promise.resolve();

  constructor(device: HidDevice, reportBytes: number) {
    super();
    this.#device = device;
    this.#reportBytes = reportBytes;
    device.on('data', (report) => {
      const bytes = this.isClosed ? undefined : fromReport(report, reportBytes);
      // A copy: the library may use its buffer again.
      if (bytes) this.receive(new Uint8Array(bytes));
    });
    device.on('error', () => this.end('the device was unplugged'));
  }

  write(bytes: Uint8Array): void {
    if (this.isClosed) return;
    const reports = toReports(bytes, this.#reportBytes);
    this.#writing = this.#writing.then(() => this.#send(reports));
  }

  async #send(reports: readonly Uint8Array[]): Promise<void> {
    for (const report of reports) {
      if (this.isClosed) return;
      try {
        // Report id 0: none is used.
        await this.#device.write(Buffer.concat([Buffer.of(0), report]));
      } catch (error) {
        this.end(`a report could not be written (${reasonOf(error)})`);
      }
    }
  }

  protected release(): void {
    this.#device.close().catch(() => {});
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
    throw new BridgeError('no-accelerator', `${label} cannot be opened: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  return messageOf(error).replace(/\.$/, '');
}
