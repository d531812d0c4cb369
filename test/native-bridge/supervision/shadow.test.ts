import { describe, expect, it } from 'vitest';
import type { Batch, Device, Inference } from '../../../native-bridge/accelerators/accelerator.ts';
import { AttestationRecord } from '../../../native-bridge/accelerators/attestation-record.ts';
import { BridgeError, type ExactnessCheck } from '../../../native-bridge/shared/contract.ts';
import { Shadow } from '../../../native-bridge/supervision/shadow.ts';
import { HeldAccelerator } from './held-accelerator.ts';

const networkSha256 = 'a'.repeat(64);
const idle = new AbortController().signal;

/** Gives each image's first value as its count, or one more where it is told to be wrong. */
class CountingDevice extends HeldAccelerator implements Device {
  readonly record = new AttestationRecord();
  isWrong: (value: number) => boolean = () => false;
  reason: string | undefined;

  override async infer({ images }: Batch): Promise<Inference[]> {
    return images.map(([value = 0]) => ({
      spikeCounts: Int32Array.of(value + (this.isWrong(value) ? 1 : 0)),
      durationMs: 1,
    }));
  }
  setAside(reason: string): void {
    this.reason = reason;
  }
  override telemetry() {
    return this.reason === undefined
      ? super.telemetry()
      : { state: 'failed' as const, detail: this.reason, isInexact: true };
  }
  async test(): Promise<ExactnessCheck> {
    throw new BridgeError('model-invalid', 'Not asked here.');
  }
  status(): never {
    throw new BridgeError('model-invalid', 'Not asked here.');
  }
}

class CountingReference extends CountingDevice {
  compared = 0;
  #gate: Promise<void> = Promise.resolve();

  hold(): () => void {
    const gate = Promise.withResolvers<void>();
    this.#gate = gate.promise;
    return gate.resolve;
  }
  override async infer(batch: Batch): Promise<Inference[]> {
    this.compared += batch.images.length;
    await this.#gate;
    return super.infer(batch);
  }
}

function setUp(every?: number) {
  const device = new CountingDevice('device');
  const reference = new CountingReference('reference');
  const shadow = new Shadow(device, reference, every);
  const infer = (value: number, all = false) =>
    shadow.infer({ networkSha256, images: [Uint8Array.of(value)] }, all, idle);
  return { device, reference, shadow, infer };
}

describe('the shadow of a device', () => {
  it('compares the first image, then one in twenty', async () => {
    const { reference, infer, device } = setUp();
    await infer(0);
    expect(reference.compared).toBe(1);
    for (let value = 1; value <= 400; value++) await infer(value % 256);
    expect(reference.compared).toBe(1 + 20);
    await expect.poll(() => device.record.status().shadowed).toBe(21);
    expect(device.record.status().history).toHaveLength(1);
    expect(device.reason).toBeUndefined();
  });

  it('withholds the first image until it has come out right, and again after a load', async () => {
    const { device, reference, shadow, infer } = setUp();
    device.isWrong = () => true;
    await expect(infer(3)).rejects.toMatchObject({ code: 'accelerator-failed' });
    expect(device.reason).toMatch(/count 4 where 3 is right/);
    const other = setUp();
    await other.infer(1);
    expect(other.shadow.hasVerified(networkSha256)).toBe(true);
    other.shadow.forget(networkSha256);
    other.device.isWrong = () => true;
    await expect(other.infer(3)).rejects.toMatchObject({ code: 'accelerator-failed' });
    expect(shadow.hasVerified(networkSha256)).toBe(false);
    expect(reference.compared).toBe(1);
  });

  it('finds a bit that is always wrong within the share, beside the flow', async () => {
    const { device, infer } = setUp(20);
    await infer(0);
    device.isWrong = () => true;
    let answered = 0;
    while (device.reason === undefined && answered < 100) {
      await infer(answered).catch(() => {});
      answered++;
    }
    expect(answered).toBeLessThanOrEqual(21);
    expect(device.record.status()).toMatchObject({ state: 'failed' });
  });

  it('lets no more than four comparisons lag behind; the next image waits for its own', async () => {
    const { reference, infer } = setUp(1);
    await infer(0);
    const release = reference.hold();
    for (let value = 1; value <= 4; value++) await infer(value);
    let isAnswered = false;
    const fifth = infer(5).then(() => {
      isAnswered = true;
    });
    await new Promise(setImmediate);
    expect(isAnswered).toBe(false);
    release();
    await fifth;
  });

  it('compares every image where both are asked for', async () => {
    const { reference, device, infer } = setUp();
    for (let value = 0; value < 10; value++) await infer(value, true);
    expect(reference.compared).toBe(10);
    device.isWrong = (value) => value === 99;
    await expect(infer(99, true)).rejects.toMatchObject({ code: 'accelerator-failed' });
  });

  it('does not blame the device for the reference’s own trouble', async () => {
    const { reference, device, infer } = setUp(1);
    await infer(0);
    reference.infer = async () => {
      throw new BridgeError('accelerator-failed', 'The emulator’s thread ended.');
    };
    expect((await infer(1))[0]?.spikeCounts[0]).toBe(1);
    expect(device.reason).toBeUndefined();
  });

  it('knows when the device was last right', async () => {
    const { device, infer } = setUp(1);
    const before = new Date().toISOString();
    await infer(0);
    const { lastGoodAt } = device.record;
    expect(lastGoodAt !== null && lastGoodAt >= before).toBe(true);
    device.isWrong = () => true;
    await infer(1).catch(() => {});
    await expect.poll(() => device.reason).toBeDefined();
    expect(device.record.lastGoodAt).toBe(lastGoodAt);
  });
});
