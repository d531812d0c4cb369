import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { openHid } from '../../../native-bridge/links/hid.ts';
import { openHosted, ownHosted } from '../../../native-bridge/links/hosted.ts';
import { joinedByteLinks } from '../../../native-bridge/links/memory.ts';
import { openUsb, type UsbDevice } from '../../../native-bridge/links/usb.ts';

const bulk = (direction: 'in' | 'out') =>
  ({ endpointNumber: 1, direction, type: 'bulk', packetSize: 64 }) as const;

class FakeUsb implements UsbDevice {
  configuration: UsbDevice['configuration'] = {
    interfaces: [
      {
        interfaceNumber: 2,
        alternate: { interfaceClass: 0xff, endpoints: [bulk('in'), bulk('out')] },
      },
    ],
  };
  readonly calls: string[] = [];
  readonly written: number[] = [];
  stalls = 0;
  #waiting = Promise.withResolvers<never>();

  async open() {
    this.calls.push('open');
  }
  async close() {
    this.calls.push('close');
  }
  async selectConfiguration() {
    this.calls.push('configure');
  }
  readonly claimed: number[] = [];
  async claimInterface(interfaceNumber: number) {
    this.claimed.push(interfaceNumber);
    this.calls.push('claim');
  }
  async releaseInterface() {
    this.calls.push('release');
    // Where a test has answers of its own nobody waits.
    this.#waiting.promise.catch(() => {});
    this.#waiting.reject(new Error('transferIn error: Error: LIBUSB_TRANSFER_CANCELLED'));
  }
  async clearHalt(direction: 'in' | 'out') {
    this.calls.push(`clear ${direction}`);
  }
  transferIn(): Promise<never> {
    return this.#waiting.promise;
  }
  async transferOut(_endpoint: number, data: ArrayBuffer) {
    if (this.stalls-- > 0) return { status: 'stall' };
    this.written.push(data.byteLength);
    return { status: 'ok' };
  }
  pull(): void {
    this.#waiting.reject(new Error('transferIn error: Error: LIBUSB_TRANSFER_NO_DEVICE'));
  }
}

function closing(link: { onClose(listener: (reason: string) => void): void }): Promise<string> {
  return new Promise((resolve) => link.onClose(resolve));
}

describe('the USB link', () => {
  it('ends a burst that fills its last packet with an empty one', async () => {
    const device = new FakeUsb();
    const link = await openUsb(device, 'Device');
    link.write(new Uint8Array(100));
    link.write(new Uint8Array(128));
    await expect.poll(() => device.written).toEqual([100, 128, 0]);
    link.close();
  });

  it('clears a stall and goes on, and gives up an endpoint that stays stalled', async () => {
    const device = new FakeUsb();
    const link = await openUsb(device, 'Device');
    device.stalls = 2;
    link.write(new Uint8Array(10));
    await expect.poll(() => device.written).toEqual([10]);
    device.stalls = 99;
    link.write(new Uint8Array(10));
    expect(await closing(link)).toBe('its endpoint 1 (out) stays stalled');
    expect(device.calls.filter((call) => call === 'clear out')).toHaveLength(2 + 3);
  });

  it('reads what comes, clears stalls that others come between, and gives up after three in a row', async () => {
    const device = new FakeUsb();
    const stall = { status: 'stall' };
    const view = new DataView(Uint8Array.of(9, 1, 2, 9).buffer, 1, 2);
    const answers = [stall, stall, stall, { status: 'ok', data: view }, { status: 'ok' }];
    const asked: number[] = [];
    const more = [...answers, stall, stall, stall, stall];
    device.transferIn = async (_endpoint?: number, length = 0) => {
      asked.push(length);
      return (more.shift() ?? stall) as never;
    };
    const link = await openUsb(device, 'Device');
    const read: number[][] = [];
    link.onBytes((bytes) => read.push([...bytes]));
    expect(await closing(link)).toBe('its endpoint 1 (in) stays stalled');
    expect(read).toEqual([[1, 2]]);
    expect(device.calls.filter((call) => call === 'clear in')).toHaveLength(6);
    expect([asked.length, new Set(asked)]).toEqual([9, new Set([16_384])]);
  });

  it('clears up to three stalls of each piece that it writes', async () => {
    const device = new FakeUsb();
    const link = await openUsb(device, 'Device');
    for (let piece = 1; piece <= 3; piece++) {
      device.stalls = 3;
      link.write(new Uint8Array(piece));
      await expect.poll(() => device.written).toHaveLength(piece);
    }
    expect(device.written).toEqual([1, 2, 3]);
    link.close();
  });

  it('writes a copy of what it is given', async () => {
    const device = new FakeUsb();
    const sizes: number[] = [];
    device.transferOut = async (_endpoint, data) => {
      sizes.push(data.byteLength);
      return { status: 'ok' };
    };
    const link = await openUsb(device, 'Device');
    link.write(new Uint8Array(1_000).subarray(10, 15));
    await expect.poll(() => sizes).toEqual([5]);
    link.close();
  });

  it('tells an unplugging, releases the interface and closes the device once', async () => {
    const device = new FakeUsb();
    const link = await openUsb(device, 'Device');
    const reason = closing(link);
    device.pull();
    expect(await reason).toBe('the device was unplugged');
    link.close();
    link.write(new Uint8Array(1));
    await expect.poll(() => device.calls).toEqual(['open', 'claim', 'release', 'close']);
  });

  it('is refused where no vendor-specific interface has a bulk endpoint each way', async () => {
    const device = new FakeUsb();
    device.configuration = null;
    await expect(openUsb(device, 'Mouse')).rejects.toMatchObject({
      code: 'no-accelerator',
      message: expect.stringMatching(/^Mouse has no vendor-specific interface/),
    });
    expect(device.calls).toEqual(['open', 'configure', 'close']);
  });

  it('passes over interfaces of another class, and one that has an endpoint one way only', async () => {
    const device = new FakeUsb();
    const alternate = (interfaceClass: number, ...endpoints: ReturnType<typeof bulk>[]) => ({
      interfaceClass,
      endpoints,
    });
    device.configuration = {
      interfaces: [
        { interfaceNumber: 0, alternate: alternate(3, bulk('in'), bulk('out')) },
        { interfaceNumber: 1, alternate: alternate(0xff, bulk('in')) },
        { interfaceNumber: 2, alternate: alternate(0xff, bulk('out'), bulk('in')) },
      ],
    };
    const link = await openUsb(device, 'Device');
    expect(device.claimed).toEqual([2]);
    link.close();
  });

  it('is refused, and says why, where the device fails in words of its own and cannot be closed', async () => {
    const device = new FakeUsb();
    device.open = () => Promise.reject('out of order');
    device.close = () => Promise.reject(new Error('not open'));
    await expect(openUsb(device, 'Device')).rejects.toMatchObject({
      code: 'no-accelerator',
      message: 'Device cannot be opened: out of order.',
    });
  });

  it.each([
    ['LIBUSB_ERROR_ACCESS', 'this user has no permission'],
    ['LIBUSB_ERROR_BUSY', 'another program uses it'],
  ])('says what %s means', async (code, meaning) => {
    const device = new FakeUsb();
    device.open = async () => {
      throw new Error(`open error: Error: ${code}`);
    };
    await expect(openUsb(device, 'Device')).rejects.toMatchObject({
      message: `Device cannot be opened: ${meaning}.`,
    });
  });
});

class FakeHid extends EventEmitter {
  readonly written: Buffer[] = [];
  isRefusing = false;
  isClosed = false;
  async write(report: Buffer): Promise<number> {
    if (this.isRefusing) throw new Error('Cannot write.');
    this.written.push(report);
    return report.length;
  }
  async close(): Promise<void> {
    this.isClosed = true;
  }
}

describe('the HID link', () => {
  it('writes reports with the id 0 before them, and reads what reports carry', async () => {
    const device = new FakeHid();
    const link = await openHid(async () => device, 'Device', 16);
    link.write(Uint8Array.of(1, 2, 3));
    await expect.poll(() => device.written.length).toBe(1);
    expect([...(device.written[0] ?? [])].slice(0, 6)).toEqual([0, 3, 1, 2, 3, 0]);
    expect(device.written[0]).toHaveLength(17);
    const read: number[] = [];
    link.onBytes((bytes) => read.push(...bytes));
    device.emit('data', Uint8Array.of(2, 8, 9, ...new Uint8Array(13)));
    device.emit('data', new Uint8Array(16));
    expect(read).toEqual([8, 9]);
  });

  it('ends when the device is unplugged, or takes no report', async () => {
    const [gone, refusing] = [new FakeHid(), new FakeHid()];
    const first = await openHid(async () => gone, 'Device', 16);
    const reason = closing(first);
    gone.emit('error', new Error('could not read'));
    expect(await reason).toBe('the device was unplugged');
    expect(gone.isClosed).toBe(true);
    refusing.isRefusing = true;
    const second = await openHid(async () => refusing, 'Device', 16);
    second.write(Uint8Array.of(1));
    expect(await closing(second)).toBe('a report could not be written (Cannot write)');
  });

  it('carries nothing after its close, though the device cannot be closed', async () => {
    const device = new FakeHid();
    const link = await openHid(async () => device, 'Device', 16);
    device.close = () => Promise.reject(new Error('gone'));
    const read: number[] = [];
    link.onBytes((bytes) => read.push(...bytes));
    link.close();
    link.write(Uint8Array.of(1));
    device.emit('data', Uint8Array.of(1, 8, ...new Uint8Array(14)));
    expect(device.written).toEqual([]);
    expect(read).toEqual([]);
  });

  it('says why a device cannot be opened', async () => {
    const open = async () => {
      throw new Error('cannot open device with path /dev/hidraw9');
    };
    await expect(openHid(open, 'Device', 64)).rejects.toMatchObject({
      code: 'no-accelerator',
      message: 'Device cannot be opened: cannot open device with path /dev/hidraw9.',
    });
  });
});

describe('two links joined in memory', () => {
  it('carry copies both ways, later, and end together, with nothing after it', async () => {
    const [one, other] = joinedByteLinks();
    const heard: string[] = [];
    for (const [name, link] of [
      ['one', one],
      ['other', other],
    ] as const) {
      link.onBytes((bytes) => heard.push(`${name} ${[...bytes]}`));
      link.onClose((reason) => heard.push(`${name}: ${reason}`));
    }
    const bytes = Uint8Array.of(1, 2);
    one.write(bytes);
    bytes.fill(9);
    other.write(Uint8Array.of(3));
    expect(heard).toEqual([]);
    await expect.poll(() => heard.toSorted()).toEqual(['one 3', 'other 1,2']);
    one.close();
    one.close();
    one.write(bytes);
    await expect
      .poll(() => heard.slice(2))
      .toEqual(['one: it was closed on this side', 'other: the other side is gone']);
    other.write(bytes);
    other.close();
    await new Promise(setImmediate);
    expect(heard).toHaveLength(4);
  });
});

describe('the link to a process of the program', () => {
  /** A process, and what the test does with its end. */
  function hosted() {
    const exit = Promise.withResolvers<{ code: number | null; signal: string | null }>();
    let deliver: (message: unknown) => void = () => {};
    let hangUp = () => {};
    const link = {
      send: vi.fn(),
      close: vi.fn(),
      onMessage: (listener: (message: unknown) => void) => {
        deliver = listener;
      },
      onClose: (listener: () => void) => {
        hangUp = listener;
      },
    };
    const kill = vi.fn();
    const process = { pid: undefined, link, exited: exit.promise, kill };
    return {
      process,
      link,
      kill,
      exit,
      deliver: (m: unknown) => deliver(m),
      hangUp: () => hangUp(),
    };
  }

  it('carries bytes alone, as copies, and ends the process when it is closed', async () => {
    const { process, link, kill, deliver, exit } = hosted();
    const own = openHosted(process);
    const read: number[] = [];
    const reasons: string[] = [];
    own.onBytes((bytes) => read.push(...bytes));
    own.onClose((reason) => reasons.push(reason));
    deliver(Uint8Array.of(1, 2));
    deliver('pulse');
    expect(read).toEqual([1, 2]);
    own.write(new Uint8Array(100).subarray(4, 7));
    const [[sent] = []] = link.send.mock.calls;
    expect([sent.length, sent.buffer.byteLength]).toEqual([3, 3]);
    own.close();
    own.write(Uint8Array.of(1));
    expect([kill.mock.calls.length, link.send.mock.calls.length]).toEqual([1, 1]);
    exit.resolve({ code: 0, signal: null });
    await new Promise(setImmediate);
    expect(reasons).toEqual(['it was closed on this side']);
  });

  it.each([
    [{ code: 3, signal: null }, 'its process ended with code 3'],
    [{ code: null, signal: 'SIGKILL' }, 'its process ended with SIGKILL'],
  ])('says how the process ended: %o', async (end, words) => {
    const { process, exit } = hosted();
    const reason = closing(openHosted(process));
    exit.resolve(end);
    expect(await reason).toBe(words);
  });

  it('of the process itself ends with its other side, and closes that alone', async () => {
    const { link, hangUp } = hosted();
    const own = ownHosted(link);
    const reason = closing(own);
    hangUp();
    expect(await reason).toBe('the other side is gone');
    expect(link.close).toHaveBeenCalledOnce();
  });
});
