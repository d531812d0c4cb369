import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../native-bridge/shared/contract.ts';
import { Random } from '../../../native-bridge/shared/random.ts';
import { recordImages, Shadow } from '../../../native-bridge/supervision/shadow.ts';
import { CountingDevice, CountingReference } from './counting-device.ts';

const networkSha256 = 'a'.repeat(64);
const idle = new AbortController().signal;

function setUp(every?: number, seed = 1) {
  const device = new CountingDevice('device');
  const reference = new CountingReference('reference');
  const random = new Random(seed);
  const shadow = new Shadow(device, reference, { every, below: (end) => random.below(end) });
  const infer = (value: number, all = false) =>
    shadow.infer({ networkSha256, images: [Uint8Array.of(value)] }, all, idle);
  return { device, reference, shadow, infer };
}

describe('the shadow of a device', () => {
  it('compares the first image, then one in twenty, at places that no count foretells', async () => {
    const { reference, infer, device } = setUp();
    await infer(0);
    expect(reference.compared).toBe(1);
    const gaps: number[] = [];
    for (let value = 1, last = 0; value <= 4_000; value++) {
      const before = reference.compared;
      await infer(value % 256);
      if (reference.compared > before) last = gaps.push(value - last) && value;
    }
    expect(gaps.length).toBeGreaterThan(160);
    expect(gaps.length).toBeLessThan(240);
    expect(Math.min(...gaps)).toBeLessThan(4);
    expect(Math.max(...gaps)).toBeGreaterThan(60);
    await expect.poll(() => device.record.shadowed).toBe(1 + gaps.length);
    expect(device.record.status().history).toHaveLength(1);
    expect(device.reason).toBeUndefined();
  });

  it('draws when the device has answered, and not before', async () => {
    const device = new CountingDevice('device');
    const events: string[] = [];
    const shadow = new Shadow(device, new CountingReference('reference'), {
      below: () => events.push('drawn'),
    });
    const infer = () => shadow.infer({ networkSha256, images: [Uint8Array.of(7)] }, false, idle);
    await infer();
    const answer = device.infer.bind(device);
    device.infer = async (batch) => {
      events.push('asked');
      const inferences = await answer(batch);
      events.push('answered');
      return inferences;
    };
    await infer();
    expect(events).toEqual(['asked', 'answered', 'drawn']);
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

  it('finds a bit that is always wrong beside the flow', async () => {
    const { device, infer } = setUp(20);
    await infer(0);
    device.isWrong = () => true;
    for (let value = 0; device.reason === undefined && value < 400; value++)
      await infer(value % 256).catch(() => {});
    expect(device.record.status()).toMatchObject({ state: 'failed' });
  });

  it('is busy while four comparisons lag behind', async () => {
    const { reference, shadow, infer } = setUp(1);
    await infer(0);
    const release = reference.hold();
    for (let value = 1; value <= 4; value++) {
      expect(shadow.isBusy).toBe(false);
      await infer(value);
    }
    expect(shadow.isBusy).toBe(true);
    release();
    await expect.poll(() => shadow.isBusy).toBe(false);
  });

  it('knows a device that has been right often enough by its record', async () => {
    const { shadow, infer, device } = setUp(1);
    for (let value = 0; value < recordImages; value++) {
      expect(shadow.hasRecord).toBe(false);
      await infer(value);
      await expect.poll(() => device.record.shadowed, { interval: 1 }).toBe(value + 1);
    }
    expect(shadow.hasRecord).toBe(true);
  });

  it('compares every image where both are asked for', async () => {
    const { reference, device, infer } = setUp();
    for (let value = 0; value < 10; value++) await infer(value, true);
    expect(reference.compared).toBe(10);
    device.isWrong = (value) => value === 99;
    await expect(infer(99, true)).rejects.toMatchObject({ code: 'accelerator-failed' });
  });

  it('has nothing to compare where the device left every image out', async () => {
    const { device, infer } = setUp();
    device.infer = async () => [];
    expect(await infer(1, true)).toEqual([]);
    expect(device.record.shadowed).toBe(0);
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

  it('knows since when the device was trusted', async () => {
    const { device, infer } = setUp(1);
    const before = new Date().toISOString();
    await infer(0);
    const { trustedSince } = device.record;
    expect(trustedSince !== null && trustedSince >= before).toBe(true);
    await infer(1);
    device.isWrong = () => true;
    await infer(2).catch(() => {});
    await expect.poll(() => device.reason).toBeDefined();
    expect(device.record.trustedSince).toBe(trustedSince);
  });
});
